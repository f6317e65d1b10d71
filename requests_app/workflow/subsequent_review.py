"""Subsequent reviews are ordered with the decision; a stop ends those that wait."""

from typing import Any

from audit_app import clock
from requests_app.law.subsequent_review import due, reasons_for
from requests_app.models import Decision, SecrecyReview, SubsequentReview
from requests_app.workflow.step import note, save


def order_if_needed(decision: Decision) -> None:
    """Inside a step: a decision that the rule finds is looked at by a second person."""
    if reasons := reasons_for(decision):
        SubsequentReview.objects.create(
            decision=decision,
            review=decision.review,
            reasons=reasons,
            due_at=due(decision.decided_at),
        )


def end_of_stopped(review: SecrecyReview, *, by: Any) -> None:
    """Inside a step: nobody reads the case any more."""
    for row in SubsequentReview.objects.filter(review=review, conclusion=""):
        save(
            row,
            conclusion=SubsequentReview.Conclusion.STOPPED,
            concluded_by=by,
            concluded_at=clock.now(),
        )
        note("subsequent_review.ended", on=row, by=by)
