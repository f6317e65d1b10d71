"""Correcting a clerical error in a decision (FL 36 §)."""

from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Correction, SecrecyReview
from requests_app.workflow import request_state
from requests_app.workflow.content import keep
from requests_app.workflow.printed_text import refuse_unprintable
from requests_app.workflow.step import note, save, step

Status = SecrecyReview.Status


def _has_no_decision(_may: Any, review: SecrecyReview) -> str:
    if request_state.current_decision(review) is not None:
        return ""
    return _("There is no decision to correct: the case was ended without one.")


@step(
    starts_from=(Status.DECIDED, Status.CLOSED),
    may="corrects",
    hindrance=_has_no_decision,
)
def correct(review: SecrecyReview, *, by: Any, text: str) -> Correction:
    """Correct a clerical error beside the decision, which stays as it is (FL 36 §)."""
    refuse_unprintable(review, text=text)
    decision = review.decisions.current().get()
    correction = Correction.objects.create(
        decision=decision, text=keep(text), corrected_by=by, corrected_at=clock.now()
    )
    save(review)
    note("decision.corrected", on=review, by=by)
    return correction
