"""Decisions that a second person looks at afterwards."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.forms.subsequent_review import LookAgainForm
from requests_app.models import SubsequentReview
from requests_app.permissions.known_people import known_people
from requests_app.permissions.roles import roles_of
from requests_app.permissions.subsequent_review import subsequent_reviews_visible_to
from requests_app.selectors.subsequent_review import subsequent_page
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import looking_again


def _rows(user: Any) -> models.QuerySet[SubsequentReview]:
    return subsequent_reviews_visible_to(user).select_related(
        "review__authority",
        "review__access_request__connection__product",
        "decision__superseded_by",
        "concluded_by",
        "note",
    )


def _message(row: SubsequentReview) -> Any:
    if row.conclusion == SubsequentReview.Conclusion.ANEW:
        return _("The case is open again for a new decision. Revoke access that runs.")
    return _("The conclusion has been recorded.")


@admin.register(SubsequentReview)
class SubsequentReviewAdmin(CaseAdmin):
    guide = "arbetsflode#efterhandsgranskning"
    rows = staticmethod(_rows)
    list_display = ["__str__", "case", "why", "decider", "due", "ended"]
    list_filter = ["conclusion", "due_at"]
    list_select_related = ["review__authority", "decision"]
    request_path = "review__access_request"
    ordering = ["-id"]
    page_template = "lockbox/subsequent_review/page.html"
    steps = {
        "conclude": StepPage(
            _("Look at the decision"),
            looking_again.conclude,
            LookAgainForm,
            main=always,
            done=_message,
            guide="steg#efterhandsgranskning",
        ),
    }

    @admin.display(description=_("case"))
    def case(self, obj: SubsequentReview) -> str:
        return str(obj.review)

    @admin.display(description=_("why it is looked at again"))
    def why(self, obj: SubsequentReview) -> str:
        return obj.reasons_in_words

    @admin.display(description=_("decision-maker"))
    def decider(self, obj: SubsequentReview) -> str:
        return obj.decision.decided_by_name

    @admin.display(description=_("to be looked at by"), ordering="due_at")
    def due(self, obj: SubsequentReview) -> str:
        return moment(obj.due_at)

    @admin.display(description=_("conclusion"), empty_value="–")
    def ended(self, obj: SubsequentReview) -> str:
        return obj.get_conclusion_display()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: SubsequentReview, relation: Any
    ) -> dict[str, Any]:
        return {"page": subsequent_page(request.user, obj)}

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        return known_people(request.user, obj.review.access_request)
