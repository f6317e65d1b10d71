"""Giving the answer, and access while it lasts."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    ConflictDeclaration,
    Delivery,
    SecrecyReview,
)
from requests_app.permissions.conflict import STOPPING
from requests_app.permissions.steps import can_answer
from requests_app.providers.protocol import Proof
from requests_app.workflow import (
    answer,
    conflict,
    intake,
    ordering,
    outbox,
    request_state,
)
from requests_app.workflow.access import end, open_from
from requests_app.workflow.answer_time import refuse_late, refuse_wrong_clock
from requests_app.workflow.content import keep_file
from requests_app.workflow.step import lock, note, save, step
from requests_app.workflow.taking_back import end_of

RequestStatus = AccessRequest.Status
Answer = Delivery.Answer


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
    if not delivery.created_at <= given_at <= clock.now():
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
        ordering.cancel_waiting(delivery.access_request)
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
        confirmed_at=clock.now(),
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
        save(delivery, accepted_at=clock.now())
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
        confirmed_at=clock.now(),
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
    intake.set_aside(
        request.connection,
        by=by,
        payload=request.external_id.encode(),
        trouble=what % {"number": request.external_id, "trouble": trouble},
    )


def _declare_none(access_request: AccessRequest, *, by: Any) -> None:
    for review in request_state.live_reviews(access_request):
        ConflictDeclaration.objects.create(
            review=review,
            person=by,
            stage=ConflictDeclaration.Stage.EXECUTION,
            has_conflict=False,
            declared_at=clock.now(),
        )


def _open_again(access_request: AccessRequest, *, by: Any) -> None:
    """An answer that is told after the case was closed: what it led to is still to be
    looked after. Whoever worked on it had left it."""
    statuses = SecrecyReview.Status
    for review in request_state.live_reviews(access_request):
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
        request_state.set_status(access_request, RequestStatus.ACCESS_OPEN)
        answer.take_back_if_uncovered(access_request, by=by)
    elif delivery.answer == Answer.DENY:
        request_state.set_status(access_request, RequestStatus.ANSWERED)
    else:
        for grant in access_request.grants.running():
            end(grant, AccessGrant.EndReason.REVOKED, by=by)


@step(starts_from=Delivery.WAITING, may=can_answer)
def declare_as_executor(
    delivery: Delivery, *, by: Any, ground: str, text: str = ""
) -> None:
    """An executor has a conflict of interest: somebody else gives the answer."""
    review = request_state.live_reviews(delivery.access_request)[0]
    stage = ConflictDeclaration.Stage.EXECUTION
    conflict.declare_conflict(review, by=by, stage=stage, ground=ground, text=text)
    save(delivery)
