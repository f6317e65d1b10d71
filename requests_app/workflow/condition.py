"""Following up the conditions of a decision: was each kept or broken?"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Condition, ConditionFollowUp, SecrecyReview
from requests_app.workflow import request_state
from requests_app.workflow.content import keep_if
from requests_app.workflow.step import note, save, step

Status = SecrecyReview.Status


class FollowUpInput(NamedTuple):
    """What is said of one condition. One that was broken says how."""

    condition: Condition
    is_kept: bool
    text: str = ""


@step(starts_from=(Status.DECIDED, Status.CLOSED), may="follows_up")
def follow_up(
    review: SecrecyReview, *, by: Any, followed: Iterable[FollowUpInput]
) -> None:
    """Say of conditions whether they were kept; the newest word on each counts."""
    decision = request_state.current_decision(review)
    followed = list(followed)
    if not followed:
        raise ValidationError(_("Say of at least one condition whether it was kept."))
    for row in followed:
        if decision is None or row.condition.proposal_id != decision.proposal_id:
            raise ValidationError(_("The condition is not one of the decision's."))
        if not row.is_kept and not row.text.strip():
            field = f"text_{row.condition.pk}"
            raise ValidationError({field: _("Write how it was broken.")})
        ConditionFollowUp.objects.create(
            condition=row.condition,
            review=review,
            is_kept=row.is_kept,
            note=keep_if(row.text),
            noted_by=by,
            noted_at=clock.now(),
        )
        event = "condition.kept" if row.is_kept else "condition.broken"
        note(event, on=review, by=by, condition=row.condition.pk)
    save(review)
