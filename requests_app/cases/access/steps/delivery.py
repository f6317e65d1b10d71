"""Delivery, of the steps of access: access and waking."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.access.steps import answer, outbox
from requests_app.cases.access.steps.answer import (
    end_of,
    refuse_late,
    refuse_wrong_clock,
)
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import ConflictDeclaration, SecrecyReview
from requests_app.cases.intake.rights import STOPPING
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.models.afterwards import Revocation
from requests_app.cases.review.rights.involvement import (
    can_answer,
    can_end_access,
    can_revoke,
    review_to_revoke,
)
from requests_app.cases.review.steps import gate, people, revocation
from requests_app.core.content import keep, keep_file, keep_if
from requests_app.core.models import Heartbeat
from requests_app.core.step import lock, note, save, step
from requests_app.providers.protocol import Proof
from requests_app.registers.models.cloud import Connection

# Access while it lasts: opened, ended, taken back.

RequestStatus = AccessRequest.Status

Answer = Delivery.Answer

# Told, inside the step, of revoked access that ran its whole time all the same
# (requests_app/hooks.py).
RAN_ITS_TIME: list[Callable[..., None]] = []

RUNNING = (AccessGrant.Status.SCHEDULED, AccessGrant.Status.OPEN)


def _is_not_revocable(_may: Any, grant: AccessGrant) -> str:
    return revocation.hindrance_of(grant.access_request)


def open_from(delivery: Delivery, opens_at: datetime, *, by: Any) -> None:
    """The access that a given approval opens, now or later. Inside a step."""
    assert delivery.minutes  # noqa: S101 — by constraint
    is_open = opens_at <= acting.now()
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
        status=AccessGrant.Status.SCHEDULED, opens_at__lte=acting.now()
    )
    for grant in due:
        save(grant, status=AccessGrant.Status.OPEN)
        note("access.opened", on=grant, by=by)


def end_due(access_request: AccessRequest, *, by: Any) -> None:
    """End what has run its time. Inside a step, with the request locked."""
    running = access_request.grants.running()
    for grant in running.filter(ends_at__lte=acting.now()):
        end(grant, AccessGrant.EndReason.TIME, by=by)


def end(grant: AccessGrant, reason: str, *, by: Any, account: str = "") -> None:
    timely = reason == AccessGrant.EndReason.TIME
    save(
        grant,
        status=AccessGrant.Status.ENDED,
        ended_at=grant.ends_at if timely else acting.now(),
        end_reason=reason,
        end_note=keep_if(account) or grant.end_note,
    )
    if timely and grant.access_request.revoked_at is not None:
        for listener in RAN_ITS_TIME:
            listener(grant, by=by)
    gate.set_status(grant.access_request, RequestStatus.ACCESS_ENDED)
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
    haste: revocation.Haste = revocation.NO_HASTE,
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
        requests = answer.whole_access(access_request)
        answer.take_back(requests, by=by, text=keep(reason_for_recipient))
        return
    review.access_request = access_request
    stage = people.Stage.DECISION
    people.take_part(review, by=by, stage=stage, declared=no_conflict)
    reasons = {"reason": reason, "reason_for_recipient": reason_for_recipient}
    revocation.sign(review, by=by, ground=ground, haste=haste, **reasons)


# Giving the answer, and access while it lasts.


def _is_not_to_be_told(_may: Any, delivery: Delivery) -> str:
    """What was called back may have been clicked before that, and is told as it was;
    not once the request has another answer."""
    if delivery.status != Delivery.Status.CANCELLED:
        return ""
    if delivery.answer == Answer.REVOKE:
        return _("The access had ended already: there was nothing to take back.")
    if delivery.access_request.status not in AccessRequest.AWAITING:
        return _("The request has had its answer, or none is to be given.")
    return ""


@step(
    starts_from=(
        *Delivery.WAITING,
        Delivery.Status.LAPSED,
        Delivery.Status.CANCELLED,
    ),
    may=can_answer,
    hindrance=_is_not_to_be_told,
)
def confirm(
    delivery: Delivery,
    *,
    by: Any,
    given_at: datetime,
    proof: UploadedFile | None = None,
    provider_reference: str = "",
    no_conflict: bool = False,
) -> None:
    """Say that the answer was given in the provider's portal, when, and show it."""
    refuse_wrong_clock(delivery)
    if not delivery.created_at <= given_at <= acting.now():
        raise ValidationError(
            {
                "given_at": _(
                    "The time lies before the answer was ordered, or in the future."
                    " Write when you clicked in the portal."
                )
            }
        )
    refuse_late(delivery, given_at)
    # By hand while the machine has not: taken out of the outbox, never both.
    outbox.settle(delivery.access_request)
    outbox.call_back(delivery)
    if delivery.status == Delivery.Status.CANCELLED:
        answer.cancel_waiting(delivery.access_request)
    if not no_conflict:
        raise ValidationError(
            {
                "no_conflict": _(
                    "Tick that you have no conflict of interest. If you have one,"
                    " declare it with the button on the page of the case."
                )
            }
        )
    _declare_none(delivery.access_request, by=by)
    save(
        delivery,
        status=Delivery.Status.CONFIRMED,
        confirmed_by=by,
        confirmed_at=acting.now(),
        given_at=given_at,
        provider_reference=provider_reference,
        proof=keep_file(proof),
    )
    _take_effect(delivery, by=by)
    note("delivery.confirmed", on=delivery, by=by, answer=delivery.answer)


@step
def accept(delivery: Delivery, *, by: Any) -> None:
    """The provider has accepted an approval, and has not released access yet."""
    lock(delivery, *Delivery.WAITING)
    if delivery.accepted_at is None:
        save(delivery, accepted_at=acting.now())
        note("delivery.accepted", on=delivery, by=by)


@step
def transmitted(
    delivery: Delivery, *, by: Any, given_at: datetime, proof: Proof | None = None
) -> None:
    """The machine has given the answer, and has seen it at the provider.

    A changed request does not undo what took effect: the answer is recorded as given.
    """
    lock(delivery, *Delivery.WAITING)
    save(
        delivery,
        status=Delivery.Status.CONFIRMED,
        confirmed_by=by,
        confirmed_at=acting.now(),
        given_at=max(given_at, delivery.created_at),
        signature=_signature(proof),
    )
    _take_effect(delivery, by=by)
    note("delivery.transmitted", on=delivery, by=by, answer=delivery.answer)
    if proof is not None and proof.trouble:
        _put_before_a_person(delivery, proof.trouble, by=by)


def _signature(proof: Proof | None) -> str:
    if proof is None:
        return ""
    signature = Delivery.Signature
    return signature.DOUBTFUL if proof.trouble else signature.VERIFIED


def _put_before_a_person(delivery: Delivery, trouble: str, *, by: Any) -> None:
    """What the provider signed is not what it seems: its approval is kept as something
    that somebody has to deal with."""
    request = delivery.access_request
    what = _("The signature over the approval of %(number)s: %(trouble)s")
    steps_request.set_aside(
        request.connection,
        by=by,
        payload=request.external_id.encode(),
        trouble=what % {"number": request.external_id, "trouble": trouble},
    )


def _declare_none(access_request: AccessRequest, *, by: Any) -> None:
    for review in gate.live_reviews(access_request):
        ConflictDeclaration.objects.create(
            review=review,
            person=by,
            stage=ConflictDeclaration.Stage.EXECUTION,
            has_conflict=False,
            declared_at=acting.now(),
        )


def _open_again(access_request: AccessRequest, *, by: Any) -> None:
    """An answer that is told after the case was closed: what it led to is still to be
    looked after. Whoever worked on it had left it."""
    statuses = SecrecyReview.Status
    for review in gate.live_reviews(access_request):
        if review.status == statuses.CLOSED:
            is_stopped = review.security_protection in STOPPING
            status = statuses.STOPPED if is_stopped else statuses.DECIDED
            save(review, status=status, closed_at=None, case_officer=None)
            note("review.opened_again", on=review, by=by)


def _take_effect(delivery: Delivery, *, by: Any) -> None:
    access_request = delivery.access_request
    if delivery.answer != Answer.REVOKE:
        _open_again(access_request, by=by)
    if delivery.answer == Answer.APPROVE:
        assert delivery.given_at  # noqa: S101 — by constraint
        # More of an access that runs is added to its end.
        opens_at = max(delivery.given_at, end_of(access_request) or delivery.given_at)
        open_from(delivery, opens_at, by=by)
        gate.set_status(access_request, RequestStatus.ACCESS_OPEN)
        answer.take_back_if_uncovered(access_request, by=by)
    elif delivery.answer == Answer.DENY:
        gate.set_status(access_request, RequestStatus.ANSWERED)
    else:
        for grant in access_request.grants.running():
            end(grant, AccessGrant.EndReason.REVOKED, by=by)


@step(starts_from=Delivery.WAITING, may=can_answer)
def declare_as_executor(
    delivery: Delivery, *, by: Any, ground: str, text: str = ""
) -> None:
    """An executor has a conflict of interest: somebody else gives the answer."""
    review = gate.live_reviews(delivery.access_request)[0]
    stage = ConflictDeclaration.Stage.EXECUTION
    people.declare_conflict(review, by=by, stage=stage, ground=ground, text=text)
    save(delivery)


# Having a provider asked at once: by its own word that there is something to ask.

# A push is known again for as long as its token can be used, and some more.
KNOWN_FOR = timedelta(hours=3)


def wake(channel: str, digest: str) -> bool:
    """Have the connections of a provider asked now. False for a push that has come
    before. Nothing of it is kept but that it came."""
    now = acting.now()
    with transaction.atomic():
        beats = Heartbeat.objects.filter(name__startswith=Heartbeat.WOKEN)
        beats.filter(at__lt=now - KNOWN_FOR).delete()
        _row, is_new = Heartbeat.objects.get_or_create(
            name=f"{Heartbeat.WOKEN}{digest[:14]}", defaults={"at": now}
        )
        if is_new:
            polled = Connection.objects.polled().filter(product__channel=channel)
            with connection.cursor() as cursor:
                for pk in polled.values_list("pk", flat=True):
                    cursor.execute("select pg_notify('lockbox_poll', %s)", [str(pk)])
    return is_new
