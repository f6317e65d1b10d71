"""The answer that the decisions now say: parts of steps, no steps.

Called inside a step's transaction, with the request's row locked.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Decision,
    Delivery,
    Outcome,
    SecrecyReview,
)
from requests_app.models.outcome import Meaning
from requests_app.workflow import taking_back
from requests_app.workflow.approval import (
    TIME,
    Approval,
    Question,
    in_the_way,
    is_revoked,
    keep_freezes_out,
    nothing_in_the_way,
)
from requests_app.workflow.ordering import (
    cancel_waiting,
    current_decisions,
    decisions_of,
    order,
)
from requests_app.workflow.outbox import may_have_taken_effect
from requests_app.workflow.request_state import (
    current_decision,
    let_lapse,
    live_reviews,
    set_status,
)

ReviewStatus = SecrecyReview.Status
RequestStatus = AccessRequest.Status


def answer_due(access_request: AccessRequest) -> str | None:
    """Approve when all have granted, Deny at the first refusal, else nothing yet.

    What each decision means stands on it, whatever has become of the product since.
    What was decided on other terms says nothing of these: it is decided anew.
    """
    reviews = live_reviews(access_request)
    decisions = _decisions_now(access_request)
    meanings = {decision.answer for decision in decisions}
    if Meaning.DENY in meanings:
        return Delivery.Answer.DENY
    if not reviews or len(decisions) < len(reviews):
        return None
    if meanings == {Meaning.APPROVE}:
        return (
            Delivery.Answer.APPROVE if nothing_in_the_way(reviews, decisions) else None
        )
    # Some have granted and some struck off: nobody has refused, but not all agree.
    return Delivery.Answer.DENY if Meaning.APPROVE in meanings else None


def gate(delivery: Delivery) -> Iterator[Question]:
    """What stops an approval at the very moment of its release, by machine or by hand:
    asked in that transaction. A refusal or a revocation is never stopped."""
    keep_freezes_out()
    return what_stops(delivery)


def what_stops(delivery: Delivery) -> Iterator[Question]:
    """The same, for a page."""
    access_request = delivery.access_request
    if delivery.answer != Delivery.Answer.APPROVE:
        return iter(())
    reviews = live_reviews(access_request)
    return in_the_way(Approval(access_request, reviews, decisions_of(reviews)))


def _decisions_now(access_request: AccessRequest) -> list[Decision]:
    """The decisions that stand, on the terms as they are."""
    standing = current_decisions(access_request)
    return [row for row in standing if row.revision == access_request.revision]


def order_answer(access_request: AccessRequest, *, by: Any) -> Delivery | None:
    """Make the answer that the decisions now say a task, in place of an older one.

    Called whenever the decisions that stand may have changed.
    """
    if access_request.status == RequestStatus.ACCESS_OPEN:
        take_back_if_uncovered(access_request, by=by)
        return None
    if access_request.status not in AccessRequest.AWAITING:
        return None
    answer = answer_due(access_request)
    waiting = access_request.deliveries.waiting().first()
    if waiting and _says_the_same(waiting, answer, access_request):
        return waiting
    cancel_waiting(access_request)
    if answer is None:
        set_status(access_request, _without_answer(access_request))
        return None
    delivery = order(access_request, answer, by=by)
    set_status(access_request, RequestStatus.TO_ANSWER)
    return delivery


def take_from(access_request: AccessRequest, stop: Question, *, by: Any) -> None:
    """Call an approval back that the gate has stopped; too late is too late for all."""
    if stop.name == TIME:
        let_lapse(access_request, by=by)
    else:
        order_answer(access_request, by=by)


def order_if_due(access_request: AccessRequest, *, by: Any) -> None:
    """What a freeze holds back is called back, and ordered again when it is over."""
    waiting = access_request.deliveries.waiting().first()
    approve = Delivery.Answer.APPROVE
    due = answer_due(access_request)
    if (waiting is None and due == approve) or (
        waiting is not None and waiting.answer == approve and due is None
    ):
        order_answer(access_request, by=by)


def order_answer_of(request_id: int, *, by: Any) -> None:
    """Order the answer of one request among many, under its own lock. One that somebody
    else is at work on, or that is being sent, is left: the sweep comes after."""
    rows = AccessRequest.objects.select_for_update(skip_locked=True, of=("self",))
    free = rows.select_related("connection__product").filter(pk=request_id).first()
    if free is not None and not may_have_taken_effect(free):
        order_answer(free, by=by)


def _says_the_same(
    waiting: Delivery, answer: str | None, access_request: AccessRequest
) -> bool:
    """A Deny stands when another refusal joins it; an Approve is always made anew."""
    return (
        waiting.answer == answer == Delivery.Answer.DENY
        and waiting.status == Delivery.Status.OPEN
        and waiting.revision == access_request.revision
    )


def take_back_if_uncovered(access_request: AccessRequest, *, by: Any) -> None:
    """Access runs: does what stands now still cover it? Else it is taken back, and what
    extends it."""
    grant = access_request.grants.running().first()
    if grant is None:
        return
    if is_revoked(access_request) or not _covers(access_request, grant):
        taking_back.take_back(taking_back.with_extensions(access_request), by=by)


def _covers(access_request: AccessRequest, grant: AccessGrant) -> bool:
    reviews = live_reviews(access_request)
    if any(review.status == ReviewStatus.STOPPED for review in reviews):
        return False
    current = [current_decision(review) for review in reviews]
    for decision in current:
        if decision is None or decision.answer != Meaning.APPROVE:
            return False
        allowed = timedelta(minutes=decision.granted_minutes or 0)
        if grant.ends_at > grant.opens_at + allowed:
            return False
    return True


def _without_answer(access_request: AccessRequest) -> str:
    """Struck off by everybody: nothing is answered. Else the review goes on."""
    decisions = _decisions_now(access_request)
    reviews = live_reviews(access_request)
    whole = bool(reviews) and len(decisions) == len(reviews)
    if whole and all(decision.outcome == Outcome.STRUCK_OFF for decision in decisions):
        return RequestStatus.WITHDRAWN
    return RequestStatus.IN_REVIEW
