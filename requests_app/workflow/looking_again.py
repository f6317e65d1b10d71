"""A second person concludes what is to be thought of a decision made at night."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.models import SubsequentReview
from requests_app.permissions.involvement_of import involvement
from requests_app.permissions.subsequent_review import can_look_again
from requests_app.words.in_record import in_record
from requests_app.workflow import conflict, decision
from requests_app.workflow.content import keep
from requests_app.workflow.step import lock, note, save, step

Conclusion = SubsequentReview.Conclusion
# What a person may conclude; a stop ends it by itself.
CONCLUSIONS = (Conclusion.STANDS, Conclusion.ANEW, Conclusion.TOO_LATE)
REASON = gettext_lazy("after a subsequent review")


def why_not_anew(row: SubsequentReview, by: Any) -> str:
    """Why no new decision can be made in its place; empty where one can."""
    if hasattr(row.decision, "superseded_by"):
        return _("A later decision has taken its place.")
    review = row.review
    return decision.reconsider.obstacle(involvement(by, review), review)


def _is_concluded(_may: Any, row: SubsequentReview) -> str:
    return _("It has been looked at already.") if row.conclusion else ""


@step(may=can_look_again, hindrance=_is_concluded)
def conclude(
    row: SubsequentReview,
    *,
    by: Any,
    conclusion: str,
    text: str,
    no_conflict: bool = False,
) -> None:
    """Say that the decision stands, or open its case for a new one; where it is too
    late for that, say what was wrong."""
    review = row.review
    lock(review)
    conflict.take_part(
        review, by=by, stage=conflict.Stage.DECISION, declared=no_conflict
    )
    _refuse_untrue(row, conclusion, by=by)
    save(
        row,
        conclusion=conclusion,
        note=keep(text),
        concluded_by=by,
        concluded_at=clock.now(),
    )
    if conclusion == Conclusion.ANEW:
        decision.reconsider.function(review, by=by, reason=in_record(REASON))
    else:
        save(review)
    note("subsequent_review.concluded", on=row, by=by, conclusion=conclusion)


def _refuse_untrue(row: SubsequentReview, conclusion: str, *, by: Any) -> None:
    hindrance = why_not_anew(row, by)
    wrong = ""
    if conclusion not in CONCLUSIONS:
        wrong = _("Choose a conclusion.")
    elif conclusion == Conclusion.ANEW:
        wrong = hindrance
    elif conclusion == Conclusion.TOO_LATE and not hindrance:
        wrong = _("It can still be changed: let a new decision be made.")
    if wrong:
        raise ValidationError({"conclusion": wrong})
