"""What was done outside what was granted."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.forms.deviation import ConcludeDeviationForm
from requests_app.forms.step import EmptyForm
from requests_app.models import Deviation
from requests_app.permissions.deviation import deviations_visible_to
from requests_app.permissions.known_people import known_people
from requests_app.permissions.roles import roles_of
from requests_app.selectors.deviation import deviation_page
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import deviation


def _has_no_owner(_may: Any, obj: Deviation) -> bool:
    return obj.owner_id is None


def _rows(user: Any) -> models.QuerySet[Deviation]:
    return deviations_visible_to(user).select_related(
        "review__authority",
        "access_request__connection__product",
        "event",
        "owner",
        "concluded_by",
        "conclusion",
    )


@admin.register(Deviation)
class DeviationAdmin(CaseAdmin):
    guide = "steg#avvikelse"
    rows = staticmethod(_rows)
    list_display = [
        "__str__",
        "case",
        "what",
        "discovered",
        "owner",
        "ended",
    ]
    list_filter = ["status", "outcome", "discovered_at"]
    list_select_related = ["review__authority", "owner"]
    request_path = "access_request"
    ordering = ["-id"]
    page_template = "lockbox/deviation/page.html"
    steps = {
        "take": StepPage(
            _("Take it on"),
            deviation.take,
            EmptyForm,
            main=_has_no_owner,
            done=_("The deviation is yours."),
            guide="steg#avvikelse",
        ),
        "conclude": StepPage(
            _("Conclude"),
            deviation.conclude,
            ConcludeDeviationForm,
            done=_("The conclusion has been recorded."),
            guide="steg#avvikelse",
        ),
    }

    @admin.display(description=_("case"))
    def case(self, obj: Deviation) -> str:
        return str(obj.review)

    @admin.display(description=_("what diverges"))
    def what(self, obj: Deviation) -> str:
        return obj.kinds_in_words

    @admin.display(description=_("conclusion"), empty_value="–")
    def ended(self, obj: Deviation) -> str:
        return obj.get_outcome_display() or obj.get_status_display()

    @admin.display(description=_("discovered"), ordering="discovered_at")
    def discovered(self, obj: Deviation) -> str:
        return moment(obj.discovered_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: Deviation, relation: Any
    ) -> dict[str, Any]:
        return {"page": deviation_page(request.user, obj)}

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        return known_people(request.user, obj.access_request)
