"""The provider withdraws its request."""

from typing import Any

from audit_app import clock
from requests_app.documents.drafting.internal import ENDED, NOTHING_LEFT
from requests_app.models import (
    AccessRequest,
    Outcome,
    Proposal,
    SecrecyReview,
)
from requests_app.permissions.steps import can_withdraw
from requests_app.workflow import ordering, request_state
from requests_app.workflow.content import keep
from requests_app.workflow.step import lock, note, save, step

RequestStatus = AccessRequest.Status


@step(starts_from=AccessRequest.AWAITING, may=can_withdraw)
def withdraw(access_request: AccessRequest, *, by: Any, reason: str) -> None:
    """The provider has withdrawn: each open review gets a proposal to strike it off."""
    note_withdrawal(access_request, by=by)


def note_withdrawal(access_request: AccessRequest, *, by: Any) -> None:
    """Inside a step: what a withdrawal does, whoever told of it.

    Before anything is routed there is no review to strike off: the request is closed.
    """
    lock(access_request, *AccessRequest.AWAITING)
    ordering.cancel_waiting(access_request)
    reviews = request_state.live_reviews(access_request)
    for review in reviews:
        if review.status in SecrecyReview.OPEN:
            _propose_strike_off(review, by=by)
    request_state.set_status(access_request, RequestStatus.WITHDRAWN)
    note("request.withdrawn", on=access_request, by=by)
    if not reviews:
        request_state.set_status(access_request, RequestStatus.CLOSED)
        note("request.closed", on=access_request, by=by)


def _propose_strike_off(review: SecrecyReview, *, by: Any) -> None:
    request_state.overtake_proposals(review)
    text = keep(f"{ENDED[RequestStatus.WITHDRAWN]} {NOTHING_LEFT}")
    Proposal.objects.create(
        review=review,
        outcome=Outcome.STRUCK_OFF,
        revision=review.access_request.revision,
        object_ids=request_state.object_ids(review),
        motivation_internal=text,
        motivation_for_recipient=text,
        proposed_by=by,
        proposed_at=clock.now(),
    )
    save(review, status=SecrecyReview.Status.PROPOSED)
