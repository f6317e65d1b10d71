from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.admin.filters import SecondPersonStatus
from requests_app.forms.register_change import (
    ConfirmChangeForm,
    ConfirmFileForm,
    RefuseChangeForm,
    RefuseFileForm,
)
from requests_app.models import (
    Content,
    Origin,
    ProcessingPaper,
    Publication,
    RegisterChange,
    Role,
)
from requests_app.permissions.guarded_registers import GUARDED
from requests_app.permissions.register_change import (
    SETTLERS,
    changes_visible_to,
    settlers_of,
)
from requests_app.selectors import mail_trial, reconciliation_trial
from requests_app.selectors.register_change import differences
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import register_change


def _package_in(change: RegisterChange) -> Content | None:
    """What would be published: whoever confirms it reads it."""
    if change.row_model is not Publication:
        return None
    return Content.objects.filter(pk=change.new_values.get("body_id")).first()


@admin.register(RegisterChange)
class RegisterChangeAdmin(CaseAdmin):
    guide = "arbetsflode#tva-personer"
    page_template = "lockbox/register_change/page.html"
    is_register = True
    list_display = ["row_name", "register", "act", "authority", "proposed_by", "status"]
    list_select_related = ["authority", "proposed_by"]
    list_filter = [SecondPersonStatus]
    search_fields = ["row_name", "reason"]
    search_help_text = _("What it is about, or the reason")
    seen_by = [*SETTLERS, Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR]
    steps = {
        "confirm": StepPage(
            _("Confirm the change"),
            register_change.confirm,
            ConfirmChangeForm,
            main=always,
            done=_("The change has been confirmed and is in force."),
            guide="steg#bekrafta-en-andring-av-ett-register",
        ),
        "refuse": StepPage(
            _("Refuse the change"),
            register_change.refuse,
            RefuseChangeForm,
            done=_("The change has been refused: everything stays as it was."),
            guide="steg#bekrafta-en-andring-av-ett-register",
        ),
        "confirm-file": StepPage(
            _("Confirm all that came in the file"),
            register_change.confirm_file,
            ConfirmFileForm,
            done=_("The changes have been confirmed and are in force."),
            guide="steg#bekrafta-en-andring-av-ett-register",
        ),
        "refuse-file": StepPage(
            _("Refuse all that came in the file"),
            register_change.refuse_file,
            RefuseFileForm,
            done=_("The changes have been refused: everything stays as it was."),
            guide="steg#bekrafta-en-andring-av-ett-register",
        ),
        "withdraw": StepPage(
            _("Take the proposal back"),
            register_change.withdraw,
            RefuseChangeForm,
            done=_("The proposal has been taken back."),
            guide="steg#bekrafta-en-andring-av-ett-register",
        ),
    }

    @admin.display(description=_("register"))
    def register(self, obj: RegisterChange) -> Any:
        return obj.row_model._meta.verbose_name

    @admin.display(description=_("status"))
    def status(self, obj: RegisterChange) -> Any:
        return obj.state

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[RegisterChange]:
        return changes_visible_to(request.user)

    def page_context(
        self, request: HttpRequest, obj: RegisterChange, relation: Any
    ) -> dict[str, Any]:
        waits = not obj.is_settled
        keepers = [] if not waits else GUARDED[obj.row_model].keepers
        return {
            "waits": waits,
            "settlers": settlers_of(obj).select_related("person") if waits else [],
            "roles": ", ".join(str(Role(role).label) for role in keepers),
            "differences": differences(obj),
            "trial": mail_trial.trial_of_change(obj) if waits else None,
            "rule_trial": reconciliation_trial.trial_of_change(obj, request.user)
            if waits
            else None,
            "origin": Origin.objects.filter(change=obj).first(),
            "package": _package_in(obj),
            "is_of_paper": obj.row_model is ProcessingPaper,
            "register": obj.row_model._meta.verbose_name,
        }
