"""What has to be told of an incident, to whom and by when."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.documents.incident_report import RECEIVERS, draft_of
from requests_app.forms.incident_duty import DeclineDutyForm, RecordReportForm
from requests_app.models import IncidentDuty
from requests_app.permissions.incident_duty import duties_visible_to
from requests_app.permissions.known_people import known_people
from requests_app.permissions.roles import roles_of
from requests_app.selectors.incident_duty import clock_of_duty
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import incident_duty


def _rows(user: Any) -> models.QuerySet[IncidentDuty]:
    return duties_visible_to(user).select_related(
        "review__authority",
        "breach__authority",
        "breach__what_happened",
        "breach__affected",
        "review__access_request__connection__product__provider",
        "deviation__access_request__connection__product__provider",
        "deviation__event",
        "report",
        "reason",
        "settled_by",
    )


@admin.register(IncidentDuty)
class IncidentDutyAdmin(CaseAdmin):
    guide = "steg#incidentjour"
    rows = staticmethod(_rows)
    list_display = ["kind", "case", "known", "due", "status"]
    list_filter = ["status", "kind", "due_at"]
    list_select_related = ["review__authority", "breach__authority"]
    request_path = "review__access_request"
    ordering = ["due_at"]
    page_template = "lockbox/incident_duty/page.html"
    steps = {
        "report": StepPage(
            _("Record the report"),
            incident_duty.record_report,
            RecordReportForm,
            main=lambda _by, obj: obj.is_certain,
            done=_("The report has been recorded."),
            guide="steg#incidentjour",
        ),
        "decline": StepPage(
            _("It is not needed"),
            incident_duty.decline,
            DeclineDutyForm,
            done=_("The reason has been recorded."),
            guide="steg#incidentjour",
        ),
    }

    @admin.display(description=_("case"))
    def case(self, obj: IncidentDuty) -> str:
        return str(obj.incident)

    @admin.display(description=_("known since"), ordering="known_at")
    def known(self, obj: IncidentDuty) -> str:
        return moment(obj.known_at)

    @admin.display(description=_("to be done by"), ordering="due_at")
    def due(self, obj: IncidentDuty) -> str:
        return moment(obj.due_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: IncidentDuty, relation: Any
    ) -> dict[str, Any]:
        is_open = obj.status == IncidentDuty.Status.OPEN
        return {
            "clock": clock_of_duty(obj),
            "receiver": RECEIVERS.get(obj.kind, ""),
            "draft": draft_of(obj) if is_open else "",
        }

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        if obj.review is None:
            return super().known_people(request, obj)
        return known_people(request.user, obj.review.access_request)
