from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.admin.filters import SecondPersonStatus
from requests_app.forms.first_managers import (
    ConfirmFirstManagersForm,
    FirstManagersForm,
    RefuseFirstManagersForm,
)
from requests_app.models import FirstManagers
from requests_app.permissions.first_managers import (
    first_managers_visible_to,
    runs_connections,
)
from requests_app.permissions.roles import SEE_STAFFING
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import first_managers


@admin.register(FirstManagers)
class FirstManagersAdmin(CaseAdmin):
    guide = "arbetsflode#en-ny-myndighets-forsta-it-chefer"
    page_template = "lockbox/first_managers/page.html"
    is_register = True
    add_label = _("Propose first managers")
    list_display = ["authority", "first", "second", "proposed_by", "status"]
    list_select_related = ["authority", "first", "second", "proposed_by"]
    list_filter = [SecondPersonStatus]
    seen_by = SEE_STAFFING
    gives_power = True
    steps = {
        "confirm": StepPage(
            _("Confirm the first managers"),
            first_managers.confirm_first_managers,
            ConfirmFirstManagersForm,
            main=always,
            done=_("Both roles are confirmed and can be used."),
            guide="steg#de-forsta-it-cheferna",
        ),
        "refuse": StepPage(
            _("Refuse the first managers"),
            first_managers.refuse_first_managers,
            RefuseFirstManagersForm,
            done=_("Neither role comes into force."),
            guide="steg#de-forsta-it-cheferna",
        ),
    }

    @admin.display(description=_("status"))
    def status(self, obj: FirstManagers) -> Any:
        return obj.state

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[FirstManagers]:
        return first_managers_visible_to(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return runs_connections(request.user)

    begins_with = FirstManagersForm

    def beginning(self, request: HttpRequest) -> dict[str, Any]:
        return {"initial": {"authority": request.GET.get("authority", "")}}

    def begin(self, request: HttpRequest, form: FirstManagersForm) -> HttpResponse:
        if row := self.made(request, form, first_managers.propose_first_managers):
            text = gettext("Another manager can now confirm both roles.")
            messages.success(request, text)
            return HttpResponseRedirect(self.page_url(row))
        return self.new_page(request, gettext("Propose first managers"), form)
