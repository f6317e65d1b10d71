from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.forms import consultation as forms
from requests_app.models import Consultation, NoticeKind
from requests_app.permissions.consultation import consultations_visible_to
from requests_app.permissions.involvement_of import can_read
from requests_app.permissions.roles import roles_of
from requests_app.selectors.clocks import clock_between
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import consultation


def _rows(user: Any) -> models.QuerySet[Consultation]:
    return consultations_visible_to(user).select_related(
        "review__authority", "review__access_request", "person", "asked_by",
        "question", "opinion",
    )  # fmt: skip


@admin.register(Consultation)
class ConsultationAdmin(CaseAdmin):
    guide = "arbetsflode#remiss"
    rows = staticmethod(_rows)
    list_display = ["consultation", "authority", "person", "due", "status"]
    list_filter = ["status", "due_at"]
    is_register = True
    page_template = "lockbox/consultation/page.html"
    steps = {
        "answer": StepPage(
            _("Give your opinion"),
            consultation.answer,
            forms.OpinionForm,
            main=always,
            done=_("Your opinion has been handed in."),
            guide="steg#svara-pa-en-remiss",
        ),
        "conflict": StepPage(
            _("Declare conflict of interest"),
            consultation.declare,
            forms.ConsultedConflictForm,
            done=_("The declaration has been recorded."),
            guide="steg#anmal-jav",
        ),
        "withdraw": StepPage(
            _("The opinion is no longer needed"),
            consultation.withdraw,
            forms.WithdrawConsultationForm,
            done=_("The consultation has been withdrawn."),
            guide="steg#fraga-nagon-inom-myndigheten",
        ),
    }

    @admin.display(description=_("consultation"), ordering="pk")
    def consultation(self, obj: Consultation) -> str:
        return str(obj)

    @admin.display(description=_("authority"))
    def authority(self, obj: Consultation) -> Any:
        return obj.review.authority

    @admin.display(description=_("answer by"), ordering="due_at")
    def due(self, obj: Consultation) -> str:
        return moment(obj.due_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: Consultation, relation: Any
    ) -> dict[str, Any]:
        is_open = obj.status == Consultation.Status.OPEN
        waits = clock_between(NoticeKind.OPINION, obj.asked_at, obj.due_at)
        return {
            "clock": waits if is_open else None,
            "is_late": is_open and obj.due_at <= clock.now(),
            "reads_review": can_read(request.user, obj.review),
        }

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # It stands in the history of the review, which the person asked may not read.
        raise Http404
