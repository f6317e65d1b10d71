from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms.freeze import FreezeForm, LiftForm
from requests_app.forms.step import ReasonForm
from requests_app.models import Freeze
from requests_app.permissions.freeze import can_freeze, freezes_visible_to
from requests_app.permissions.roles import roles_of
from requests_app.selectors.freeze import running_under, waiting_under
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import freeze


@admin.register(Freeze)
class FreezeAdmin(CaseAdmin):
    guide = "arbetsflode#stopp-for-godkannanden"
    list_display = ["scope", "authority", "reason", "begins_at", "ends_at", "state"]
    list_select_related = ["authority", "provider", "product", "information_set"]
    page_template = "lockbox/freeze/page.html"
    steps = {
        "ask-lift": StepPage(
            _("Ask for it to be lifted"),
            freeze.ask_lift,
            ReasonForm,
            done=_("Another person can now lift it."),
            guide="steg#stoppa-eller-slappa-godkannanden",
        ),
        "lift": StepPage(
            _("Lift the freeze"),
            freeze.lift,
            LiftForm,
            main=always,
            done=_("The freeze has been lifted."),
            guide="steg#stoppa-eller-slappa-godkannanden",
        ),
        "keep": StepPage(
            _("Keep the freeze"),
            freeze.take_back_lift,
            ReasonForm,
            done=_("The freeze stays."),
            guide="steg#stoppa-eller-slappa-godkannanden",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Freeze]:
        rows = freezes_visible_to(request.user)
        return rows.select_related(*self.list_select_related, "made_by")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_freeze(request.user)

    @admin.display(description=_("what is stopped"))
    def scope(self, obj: Freeze) -> Any:
        return obj.scope

    @admin.display(description=_("state"))
    def state(self, obj: Freeze) -> Any:
        return obj.state

    begins_with = FreezeForm

    def begin(self, request: HttpRequest, form: FreezeForm) -> HttpResponse:
        if form.asks_again():
            return self._shown_first(request, form)
        if new_freeze := self.made(request, form, freeze.freeze):
            messages.success(request, gettext("Approvals are stopped."))
            return HttpResponseRedirect(self.page_url(new_freeze))
        return self.new_page(request, gettext("Stop approvals"), form)

    def _shown_first(self, request: HttpRequest, form: FreezeForm) -> HttpResponse:
        """What it would stop, with all that was typed: nothing is set yet."""
        reached: dict[str, Any] = {}
        if (frozen := form.frozen()) is not None:
            reached = {"is_shown": True, **self.page_context(request, frozen, None)}
        title = gettext("Stop approvals")
        return self.new_page(request, title, form, **reached)

    def page_context(
        self, request: HttpRequest, obj: Freeze, relation: Any
    ) -> dict[str, Any]:
        return {
            "running": running_under(obj, request.user),
            "waiting": waiting_under(obj, request.user),
        }
