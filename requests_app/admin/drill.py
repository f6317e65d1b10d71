from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms.drill import DrillForm
from requests_app.forms.step import EmptyForm
from requests_app.models import Drill
from requests_app.permissions.drill import can_begin_drill, drills_visible_to
from requests_app.permissions.roles import roles_of
from requests_app.selectors.drill import receipt_of, waiting_for
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import drill


@admin.register(Drill)
class DrillAdmin(CaseAdmin):
    list_display = ["name", "authority", "begun_at", "begun_by", "state"]
    list_select_related = ["authority", "begun_by"]
    page_template = "lockbox/drill/page.html"
    guide = "bemanning#ovning"
    steps = {
        "come": StepPage(
            _("I am in"),
            drill.come,
            EmptyForm,
            main=always,
            done=_("It is noted that you are in."),
            guide="steg#saga-att-du-ar-inne-i-en-ovning",
        ),
        "end": StepPage(
            _("End the drill"),
            drill.end,
            EmptyForm,
            done=_("The drill is over."),
            guide="steg#avsluta-en-ovning",
        ),
    }
    begins_with = DrillForm
    add_label = _("Begin a drill")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Drill]:
        rows = drills_visible_to(request.user)
        return rows.select_related(*self.list_select_related, "ended_by")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_begin_drill(request.user)

    @admin.display(description=_("drill"))
    def name(self, obj: Drill) -> str:
        return str(obj)

    @admin.display(description=_("state"))
    def state(self, obj: Drill) -> Any:
        return obj.state

    def beginning(self, request: HttpRequest) -> dict[str, Any]:
        """The authority whose yearly drill it is, where the start page led here."""
        return {"initial": {"authority": request.GET.get("authority")}}

    def begin(self, request: HttpRequest, form: DrillForm) -> HttpResponse:
        if new_drill := self.made(request, form, drill.begin):
            messages.success(request, gettext("The drill has begun."))
            return HttpResponseRedirect(self.page_url(new_drill))
        title = gettext("Begin a drill")
        waiting = waiting_for(request.user)
        return self.new_page(request, title, form, waiting=waiting)

    def page_context(
        self, request: HttpRequest, obj: Drill, relation: Any
    ) -> dict[str, Any]:
        return {"receipt": receipt_of(obj, request.user)}
