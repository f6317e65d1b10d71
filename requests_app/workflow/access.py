"""Access while it lasts: opened, ended, taken back."""

from datetime import datetime, timedelta
from typing import Any

from audit_app import clock
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Delivery,
    Revocation,
)
from requests_app.permissions.steps import can_end_access, can_revoke, review_to_revoke
from requests_app.workflow import conflict, request_state, revocation, taking_back
from requests_app.workflow.content import keep, keep_if
from requests_app.workflow.deviation import find_late_end
from requests_app.workflow.step import note, save, step

RequestStatus = AccessRequest.Status

Answer = Delivery.Answer

RUNNING = (AccessGrant.Status.SCHEDULED, AccessGrant.Status.OPEN)


def _is_not_revocable(_may: Any, grant: AccessGrant) -> str:
    return revocation.hindrance_of(grant.access_request)


def open_from(delivery: Delivery, opens_at: datetime, *, by: Any) -> None:
    """The access that a given approval opens, now or later. Inside a step."""
    assert delivery.minutes  # noqa: S101 — by constraint
    is_open = opens_at <= clock.now()
    status = AccessGrant.Status.OPEN if is_open else AccessGrant.Status.SCHEDULED
    grant = AccessGrant.objects.create(
        access_request=delivery.access_request,
        delivery=delivery,
        opens_at=opens_at,
        ends_at=opens_at + timedelta(minutes=delivery.minutes),
        status=status,
    )
    if is_open:
        note("access.opened", on=grant, by=by)


def open_due(access_request: AccessRequest, *, by: Any) -> None:
    """Open what is scheduled and due. Inside a step, with the request locked."""
    due = access_request.grants.filter(
        status=AccessGrant.Status.SCHEDULED, opens_at__lte=clock.now()
    )
    for grant in due:
        save(grant, status=AccessGrant.Status.OPEN)
        note("access.opened", on=grant, by=by)


def end_due(access_request: AccessRequest, *, by: Any) -> None:
    """End what has run its time. Inside a step, with the request locked."""
    running = access_request.grants.running()
    for grant in running.filter(ends_at__lte=clock.now()):
        end(grant, AccessGrant.EndReason.TIME, by=by)


def end(grant: AccessGrant, reason: str, *, by: Any, account: str = "") -> None:
    timely = reason == AccessGrant.EndReason.TIME
    save(
        grant,
        status=AccessGrant.Status.ENDED,
        ended_at=grant.ends_at if timely else clock.now(),
        end_reason=reason,
        end_note=keep_if(account) or grant.end_note,
    )
    if timely and grant.access_request.revoked_at is not None:
        find_late_end(grant, by=by)
    request_state.set_status(grant.access_request, RequestStatus.ACCESS_ENDED)
    waiting = grant.access_request.deliveries.waiting()
    for task in waiting.filter(answer=Answer.REVOKE):
        save(task, status=Delivery.Status.CANCELLED)
    note("access.ended", on=grant, by=by, reason=reason)


@step(starts_from=RUNNING, may=can_end_access)
def end_access(grant: AccessGrant, *, by: Any, account: str = "") -> None:
    """Record that the provider is done before the time is out, or has stopped where it
    was asked to in the support case."""
    reasons = AccessGrant.EndReason
    revoked = grant.access_request.revoked_at is not None
    reason = reasons.REVOKED if revoked else reasons.COMPLETED
    end(grant, reason, by=by, account=account)


@step(
    starts_from=RUNNING,
    may=can_revoke,
    hindrance=_is_not_revocable,
    keeps_reason=True,
)
def revoke(
    grant: AccessGrant,
    *,
    by: Any,
    reason: str,
    reason_for_recipient: str,
    ground: str = Revocation.Ground.SECURITY,
    no_conflict: bool = False,
) -> None:
    """Take access back, with what it extends and what extends it: by a decision under
    delegation, or without one by whoever may freeze approvals, while they are frozen.
    """
    access_request = grant.access_request
    save(grant, end_note=keep(reason))
    note("access.revocation_ordered", on=grant, by=by)
    review = review_to_revoke(by, access_request)
    if review is None:
        requests = taking_back.whole_access(access_request)
        taking_back.take_back(requests, by=by, text=keep(reason_for_recipient))
        return
    review.access_request = access_request
    stage = conflict.Stage.DECISION
    conflict.take_part(review, by=by, stage=stage, declared=no_conflict)
    reasons = {"reason": reason, "reason_for_recipient": reason_for_recipient}
    revocation.sign(review, by=by, ground=ground, **reasons)
