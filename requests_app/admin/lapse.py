"""Reviews that ended before anything was decided, and why."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.forms.subsequent_review import (
    ConfirmClosingForm,
    LapseCauseForm,
    OpenAgainForm,
)
from requests_app.models import Lapse
from requests_app.permissions.known_people import known_people
from requests_app.permissions.lapse import lapses_visible_to
from requests_app.permissions.roles import roles_of
from requests_app.selectors.subsequent_review import clock_of_lapse
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import lapse


def _rows(user: Any) -> models.QuerySet[Lapse]:
    return lapses_visible_to(user).select_related(
        "review__authority",
        "review__access_request__connection__product",
        "given_by",
        "closed_by",
        "confirmed_by",
    )


@admin.register(Lapse)
class LapseAdmin(CaseAdmin):
    guide = "arbetsflode#orsaken-till-att-ett-arende-forfoll"
    rows = staticmethod(_rows)
    list_display = ["__str__", "case", "lapsed", "cause", "due"]
    list_filter = ["cause", "lapsed_at"]
    list_select_related = ["review__authority"]
    request_path = "review__access_request"
    ordering = ["-id"]
    page_template = "lockbox/lapse/page.html"
    steps = {
        "cause": StepPage(
            _("Say why it lapsed"),
            lapse.give_cause,
            LapseCauseForm,
            main=lambda _by, obj: not obj.cause,
            done=_("The cause has been recorded."),
            guide="steg#orsaken-till-att-ett-arende-forfoll",
        ),
        "confirm": StepPage(
            _("Look at the closing"),
            lapse.confirm_closing,
            ConfirmClosingForm,
            main=always,
            done=_("The closing has been confirmed."),
            guide="steg#orsaken-till-att-ett-arende-forfoll",
        ),
        "open-again": StepPage(
            _("Open the case again"),
            lapse.open_again,
            OpenAgainForm,
            done=_("The case is open again. It is struck off by a decision."),
            guide="steg#orsaken-till-att-ett-arende-forfoll",
        ),
    }

    @admin.display(description=_("case"))
    def case(self, obj: Lapse) -> str:
        return str(obj.review)

    @admin.display(description=_("lapsed"), ordering="lapsed_at")
    def lapsed(self, obj: Lapse) -> str:
        return moment(obj.lapsed_at)

    @admin.display(description=_("to be done by"))
    def due(self, obj: Lapse) -> str:
        return moment(obj.due_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: Lapse, relation: Any
    ) -> dict[str, Any]:
        return {"clock": clock_of_lapse(obj)}

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        return known_people(request.user, obj.review.access_request)
