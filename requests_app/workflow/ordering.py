"""Answers as tasks: what is ordered, and withdrawn again: parts of steps, no steps.

Called inside a step's transaction, with the request's row locked.
"""

from collections.abc import Iterable
from typing import Any

from audit_app import clock
from requests_app.documents.appeal import is_tf
from requests_app.documents.portal_comment import portal_comment
from requests_app.models import (
    AccessRequest,
    Content,
    Decision,
    Delivery,
    SecrecyReview,
)
from requests_app.workflow import outbox
from requests_app.workflow.access_length import Lengths, lengths
from requests_app.workflow.content import keep
from requests_app.workflow.request_state import current_decision, live_reviews
from requests_app.workflow.step import note, save

ReviewStatus = SecrecyReview.Status


def current_decisions(access_request: AccessRequest) -> list[Decision]:
    """The decisions that stand: of live reviews that are not open again."""
    return decisions_of(live_reviews(access_request))


def decisions_of(reviews: Iterable[SecrecyReview]) -> list[Decision]:
    """Of live reviews that are not open again: the decisions that stand."""
    return [
        decision
        for review in reviews
        if review.status in (ReviewStatus.DECIDED, ReviewStatus.CLOSED)
        and (decision := current_decision(review)) is not None
    ]


def cancel_waiting(access_request: AccessRequest) -> None:
    """Answers not yet given are withdrawn. A revocation is a decision of its own: it
    stays until it is done."""
    waiting = access_request.deliveries.waiting()
    for old in waiting.exclude(answer=Delivery.Answer.REVOKE):
        outbox.call_back(old)
        save(old, status=Delivery.Status.CANCELLED)


def cancel_unless_sent(access_request: AccessRequest) -> bool:
    """The same, where nobody can wait. False while an answer is being sent: if it takes
    effect it is looked at anew then, else the sweep withdraws it."""
    if outbox.may_have_taken_effect(access_request):
        return False
    cancel_waiting(access_request)
    return True


def order(
    access_request: AccessRequest, answer: str, *, by: Any, text: Content | None = None
) -> Delivery:
    """`text` is what the recipient reads; without one, what the decisions say."""
    decisions = current_decisions(access_request)
    minutes = _shortest(decisions) if answer == Delivery.Answer.APPROVE else None
    length = lengths(access_request, minutes)
    delivery = Delivery.objects.create(
        access_request=access_request,
        answer=answer,
        revision=access_request.revision,
        text=text or keep(_text_for_recipient(answer, decisions, length)),
        minutes=minutes,
        created_at=clock.now(),
    )
    outbox.send_answer(delivery)
    note("delivery.ordered", on=delivery, by=by, answer=answer)
    return delivery


def _text_for_recipient(answer: str, decisions: list[Decision], length: Lengths) -> str:
    """What the provider may read: which decision it is and what it says, and where the
    length granted differs from what was asked. Documents are handed out for good."""
    is_of_access = not all(map(is_tf, decisions))
    of_length = length.for_recipient if is_of_access else ""
    parts = (of_length, portal_comment(answer, decisions))
    return "\n\n".join(filter(None, parts))


def _shortest(decisions: list[Decision]) -> int | None:
    minutes = [d.granted_minutes for d in decisions if d.granted_minutes is not None]
    return min(minutes, default=None)
