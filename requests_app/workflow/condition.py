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


class Followed(NamedTuple):
    """What is said of one condition. One that was broken says how."""

    condition: Condition
    is_kept: bool
    text: str = ""


@step(starts_from=(Status.DECIDED, Status.CLOSED), may="follows_up")
def follow_up(review: SecrecyReview, *, by: Any, followed: Iterable[Followed]) -> None:
    """Say of conditions whether they were kept; the newest word on each counts."""
    decision = request_state.current_decision(review)
    followed = list(followed)
    if not followed:
        raise ValidationError(_("Say of at least one condition whether it was kept."))
    for said in followed:
        if decision is None or said.condition.proposal_id != decision.proposal_id:
            raise ValidationError(_("The condition is not one of the decision's."))
        if not said.is_kept and not said.text.strip():
            field = f"text_{said.condition.pk}"
            raise ValidationError({field: _("Write how it was broken.")})
        ConditionFollowUp.objects.create(
            condition=said.condition,
            review=review,
            is_kept=said.is_kept,
            note=keep_if(said.text),
            noted_by=by,
            noted_at=clock.now(),
        )
        event = "condition.kept" if said.is_kept else "condition.broken"
        note(event, on=review, by=by, condition=said.condition.pk)
    save(review)
