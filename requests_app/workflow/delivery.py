"""Giving the answer, and access while it lasts."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app import permissions
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    ConflictDeclaration,
    Delivery,
    Outcome,
    Proposal,
    ProviderProduct,
    SecrecyReview,
)
from requests_app.workflow import answer, outbox, request_state
from requests_app.workflow.content import keep, keep_if
from requests_app.workflow.step import WrongState, lock, note, save, step

RequestStatus = AccessRequest.Status
Answer = Delivery.Answer
RUNNING = (AccessGrant.Status.SCHEDULED, AccessGrant.Status.OPEN)


def _is_not_revocable(_may: Any, grant: AccessGrant) -> str:
    product = grant.access_request.connection.product
    if product.revocation == ProviderProduct.Revocation.NO:
        return _(
            "%(product)s does not let an approval be taken back. Ask the provider in"
            " the support case to stop, and record when it is done."
        ) % {"product": product}
    if grant.access_request.deliveries.waiting().exists():
        return _(
            "Access is being taken back already: the executor has the task under"
            " Answers."
        )
    return ""


@step(
    starts_from=(*Delivery.WAITING, Delivery.Status.LAPSED), may=permissions.can_answer
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
    access_request = delivery.access_request
    if not delivery.created_at <= given_at <= clock.now():
        raise ValidationError(
            {
                "given_at": _(
                    "The time lies before the answer was ordered, or in the future."
                    " Write when you clicked in the portal."
                )
            }
        )
    _refuse_late(delivery, given_at)
    # By hand while the machine has not: taken out of the outbox, never both.
    outbox.call_back(delivery)
    if not no_conflict:
        raise ValidationError(
            {
                "no_conflict": _(
                    "Tick that you have no conflict of interest. If you have one,"
                    " declare it with the button on the page of the case."
                )
            }
        )
    _declare_none(access_request, by=by)
    save(
        delivery,
        status=Delivery.Status.CONFIRMED,
        confirmed_by=by,
        confirmed_at=clock.now(),
        given_at=given_at,
        provider_reference=provider_reference,
        proof=_keep_proof(proof),
    )
    _take_effect(delivery, by=by)
    note("delivery.confirmed", on=delivery, by=by, answer=delivery.answer)


def _refuse_late(delivery: Delivery, given_at: datetime) -> None:
    """What was clicked before the answer was held back or lapsed is told as it was;
    nothing is clicked after that."""
    request = delivery.access_request
    if delivery.status == Delivery.Status.OPEN:
        changed = delivery.revision != request.revision
        if changed and delivery.answer != Answer.REVOKE:
            raise WrongState(
                _(
                    "The provider has changed the request since the decision: do"
                    " not answer. The authority must decide anew."
                )
            )
    elif given_at >= delivery.history.first().history_date:
        raise WrongState(
            _(
                "The answer was no longer to be given at that time: it was"
                " “%(status)s” already. Correct the time, or ask the provider in"
                " the support case to undo the answer."
            )
            % {"status": delivery.get_status_display()}
        )
    deadline = request.answer_deadline
    is_approve = delivery.answer == Answer.APPROVE
    if is_approve and _frozen_by(request, given_at):
        raise WrongState(
            _(
                "Approvals had been stopped by then: do not answer. If you have"
                " answered already, tell the information-security manager at once."
            )
        )
    if is_approve and deadline is not None and given_at > deadline:
        raise ValidationError(
            {
                "given_at": _(
                    "The time to answer had run out by then. Check the time; if it"
                    " is right, the provider gave no access: there is nothing to"
                    " confirm."
                )
            }
        )


def _frozen_by(request: AccessRequest, moment: datetime) -> bool:
    return permissions.freezes_over(request).filter(begins_at__lte=moment).exists()


@step
def transmitted(
    delivery: Delivery, *, by: Any, given_at: datetime, reference: str = ""
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
        provider_reference=reference,
    )
    _take_effect(delivery, by=by)
    note("delivery.transmitted", on=delivery, by=by, answer=delivery.answer)


def _declare_none(access_request: AccessRequest, *, by: Any) -> None:
    for review in request_state.live_reviews(access_request):
        ConflictDeclaration.objects.create(
            review=review,
            person=by,
            stage=ConflictDeclaration.Stage.EXECUTION,
            has_conflict=False,
            declared_at=clock.now(),
        )


def _keep_proof(proof: UploadedFile | None) -> Any:
    if proof is None:
        return None
    return keep(
        proof.read(),
        media_type=proof.content_type or "application/octet-stream",
        name=(proof.name or "")[:200],
    )


def _take_effect(delivery: Delivery, *, by: Any) -> None:
    access_request = delivery.access_request
    if delivery.answer == Answer.APPROVE:
        assert delivery.given_at and delivery.minutes  # noqa: S101 — by constraint
        AccessGrant.objects.create(
            access_request=access_request,
            delivery=delivery,
            opens_at=delivery.given_at,
            ends_at=delivery.given_at + timedelta(minutes=delivery.minutes),
        )
        request_state.set_status(access_request, RequestStatus.ACCESS_OPEN)
        open_due(access_request, by=by)
    elif delivery.answer == Answer.DENY:
        request_state.set_status(access_request, RequestStatus.ANSWERED)
    else:
        for grant in access_request.grants.running():
            _finish(grant, AccessGrant.EndReason.REVOKED, by=by)


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
        _finish(grant, AccessGrant.EndReason.TIME, by=by)


def _finish(grant: AccessGrant, reason: str, *, by: Any, account: str = "") -> None:
    timely = reason == AccessGrant.EndReason.TIME
    save(
        grant,
        status=AccessGrant.Status.ENDED,
        ended_at=grant.ends_at if timely else clock.now(),
        end_reason=reason,
        end_note=keep_if(account) or grant.end_note,
    )
    request_state.set_status(grant.access_request, RequestStatus.ACCESS_ENDED)
    waiting = grant.access_request.deliveries.waiting()
    for task in waiting.filter(answer=Answer.REVOKE):
        save(task, status=Delivery.Status.CANCELLED)
    note("access.ended", on=grant, by=by, reason=reason)


@step(starts_from=Delivery.WAITING, may=permissions.can_answer)
def declare_as_executor(
    delivery: Delivery, *, by: Any, ground: str, text: str = ""
) -> None:
    """An executor has a conflict of interest: somebody else gives the answer."""
    review = request_state.live_reviews(delivery.access_request)[0]
    ConflictDeclaration.objects.create(
        review=review,
        person=by,
        stage=ConflictDeclaration.Stage.EXECUTION,
        has_conflict=True,
        ground=ground,
        text=keep_if(text),
        declared_at=clock.now(),
    )
    save(delivery)
    note("conflict.declared", on=delivery, by=by, conflict=True)


@step(starts_from=RUNNING, may=permissions.can_end_access)
def end_access(grant: AccessGrant, *, by: Any, account: str = "") -> None:
    """Record that the provider is done before the time is out."""
    _finish(grant, AccessGrant.EndReason.COMPLETED, by=by, account=account)


@step(starts_from=RUNNING, may=permissions.can_revoke, hindrance=_is_not_revocable)
def revoke(
    grant: AccessGrant, *, by: Any, reason: str, reason_for_recipient: str
) -> Delivery:
    """Take access back: a task for the executor, where the product lets us.

    The provider reads `reason_for_recipient` only; `reason` stays with the authority.
    """
    delivery = Delivery.objects.create(
        access_request=grant.access_request,
        answer=Answer.REVOKE,
        revision=grant.access_request.revision,
        text=keep(reason_for_recipient),
        created_at=clock.now(),
    )
    save(grant, end_note=keep(reason))
    note("access.revocation_ordered", on=grant, by=by)
    return delivery


@step(starts_from=AccessRequest.AWAITING, may=permissions.can_withdraw)
def withdraw(access_request: AccessRequest, *, by: Any, reason: str) -> None:
    """The provider has withdrawn: each open review gets a proposal to strike it off."""
    note_withdrawal(access_request, by=by, reason=reason)


def note_withdrawal(access_request: AccessRequest, *, by: Any, reason: str) -> None:
    """Inside a step: what a withdrawal does, whoever told of it.

    Before anything is routed there is no review to strike off: the request is closed.
    """
    lock(access_request, *AccessRequest.AWAITING)
    answer.cancel_waiting(access_request)
    reviews = request_state.live_reviews(access_request)
    for review in reviews:
        if review.status in SecrecyReview.OPEN:
            _propose_strike_off(review, by=by, reason=reason)
    request_state.set_status(access_request, RequestStatus.WITHDRAWN)
    note("request.withdrawn", on=access_request, by=by)
    if not reviews:
        request_state.set_status(access_request, RequestStatus.CLOSED)
        note("request.closed", on=access_request, by=by)


def _propose_strike_off(review: SecrecyReview, *, by: Any, reason: str) -> None:
    request_state.overtake_proposals(review)
    Proposal.objects.create(
        review=review,
        outcome=Outcome.STRUCK_OFF,
        revision=review.access_request.revision,
        object_ids=request_state.object_ids(review),
        motivation_internal=keep(reason),
        motivation_for_recipient=keep(_("The request has been withdrawn.")),
        proposed_by=by,
        proposed_at=clock.now(),
    )
    save(review, status=SecrecyReview.Status.PROPOSED)


@step
def sweep_request(access_request: AccessRequest, *, by: Any) -> list[str]:
    """What time alone does to a request: it lapses, access opens and ends.

    Level-triggered: says what it did, and does nothing when called again. It never
    grants anything (design, section 4.1).
    """
    lock(access_request)
    before = access_request.status
    deadline = access_request.answer_deadline
    late = deadline is not None and deadline <= clock.now()
    # An answer that may have taken effect in time is looked into first.
    waits = before in AccessRequest.AWAITING and late
    if waits and not outbox.may_have_taken_effect(access_request):
        request_state.let_lapse(access_request, by=by)
    elif before in AccessRequest.AWAITING:
        answer.order_if_due(access_request, by=by)
    open_due(access_request, by=by)
    end_due(access_request, by=by)
    return [access_request.status] if access_request.status != before else []
