"""Answer, of the steps of access: answer time, ordering and taking back."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Func, Max, Value
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.access.selectors import portal_comment
from requests_app.cases.access.steps import outbox
from requests_app.cases.access.steps.outbox import may_have_taken_effect
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import was_of_class
from requests_app.cases.review.law.rules import MOST_SERIOUS, has_lost_ground
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.papers.document import is_tf
from requests_app.cases.review.rights.decision import freezes_over
from requests_app.cases.review.steps import gate as steps_gate
from requests_app.cases.review.steps.gate import (
    TIME,
    Approval,
    Lengths,
    Question,
    current_decision,
    in_the_way,
    is_revoked,
    keep_freezes_out,
    lengths,
    let_lapse,
    live_reviews,
    nothing_in_the_way,
    set_status,
)
from requests_app.core.content import keep
from requests_app.core.fields import is_given_by, is_in_matter
from requests_app.core.models import Content, Meaning, Outcome
from requests_app.core.step import WrongState, note, save
from requests_app.core.words.texts import moment_in_words
from requests_app.registers.models.cloud import ProviderProduct

# Answers as tasks: what is ordered, and withdrawn again: parts of steps, no steps.
#
# Called inside a step's transaction, with the request's row locked.

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
        created_at=acting.now(),
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


# Taking access back, with what extends it: parts of steps, no steps.
#
# An access and its extensions are one access to whoever has it. What is revoked of it
# is
# revoked for good: the database opens no more of it.


def whole_access(access_request: AccessRequest) -> list[AccessRequest]:
    """The request, what it extends and what extends it; locked, the oldest first."""
    return _locked(is_in_matter("pk", access_request.pk), access_request)


def with_extensions(access_request: AccessRequest) -> list[AccessRequest]:
    """The request and what extends it; what it extends stands on its own decision."""
    theirs = is_given_by("pk", "lockbox_extensions", Value(access_request.pk))
    return _locked(theirs, access_request)


def _locked(theirs: Func, access_request: AccessRequest) -> list[AccessRequest]:
    rows = AccessRequest.objects.select_for_update(of=("self",))
    requests = rows.select_related("connection__product").filter(theirs)
    # The caller goes on with its own object: it must know of what is written.
    return [
        access_request if row.pk == access_request.pk else row
        for row in requests.order_by("pk")
    ]


def runs(access_request: AccessRequest) -> bool:
    """Is any of the access open, or going to be?"""
    running = AccessGrant.objects.running()
    return running.filter(access_request__in=whole_access(access_request)).exists()


def end_of(access_request: AccessRequest) -> datetime | None:
    """When the access that runs ends, as far as it has been opened: more is added
    from there."""
    running = AccessGrant.objects.running()
    parts = running.filter(access_request__in=whole_access(access_request))
    return parts.aggregate(last=Max("ends_at"))["last"]


def take_back(
    requests: list[AccessRequest], *, by: Any, text: Content | None = None
) -> None:
    """What is open becomes a task, what is not yet open never is, and what waits for an
    answer gets no approval. The provider is told of each."""
    for access_request in requests:
        if access_request.status in AccessRequest.AWAITING:
            _close_waiting(access_request, by=by)
        elif access_request.status == AccessRequest.Status.ACCESS_OPEN:
            _close_running(access_request, by=by, text=text)


def _close_waiting(access_request: AccessRequest, *, by: Any) -> None:
    if access_request.revoked_at is not None:
        return
    save(access_request, revoked_at=acting.now())
    waiting = access_request.deliveries.waiting()
    if waiting.filter(answer=Delivery.Answer.DENY).exists():
        return
    if cancel_unless_sent(access_request):
        save(access_request, status=AccessRequest.Status.IN_REVIEW)
    outbox.tell_provider(access_request, outbox.Event.REVOKED)
    note("access.taken_back", on=access_request, by=by)


def _close_running(
    access_request: AccessRequest, *, by: Any, text: Content | None
) -> None:
    """Take back access that is open; also what was revoked already, where the provider
    had been told to open it."""
    if access_request.deliveries.filter(answer=Delivery.Answer.REVOKE).exists():
        return
    if access_request.revoked_at is None:
        save(access_request, revoked_at=acting.now())
        outbox.tell_provider(access_request, outbox.Event.REVOKED)
    note("access.taken_back", on=access_request, by=by)
    _order(access_request, by=by, text=text)
    for grant in access_request.grants.filter(status=AccessGrant.Status.SCHEDULED):
        end_unopened(grant, by=by)


def _order(access_request: AccessRequest, *, by: Any, text: Content | None) -> None:
    product = access_request.connection.product
    if product.revocation == ProviderProduct.Revocation.NO:
        # Nobody's click: people are alarmed, and tell the provider in the support case.
        note("access.can_not_be_revoked", on=access_request, by=by)
        return
    order(access_request, Delivery.Answer.REVOKE, by=by, text=text)


def end_unopened(grant: AccessGrant, *, by: Any) -> None:
    """Not yet open at the provider: it never is."""
    save(
        grant,
        status=AccessGrant.Status.ENDED,
        ended_at=acting.now(),
        end_reason=AccessGrant.EndReason.REVOKED,
    )
    save(grant.access_request, status=AccessRequest.Status.ACCESS_ENDED)
    note("access.ended", on=grant, by=by, reason=AccessGrant.EndReason.REVOKED)


# The answer that the decisions now say: parts of steps, no steps.
#
# Called inside a step's transaction, with the request's row locked.

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
        take_back(with_extensions(access_request), by=by)


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


# When the answer in the provider's portal can have been given.

# Of the gate: held against the moment of the click, above.
ASKED_BY_TIME = ("time", "freeze", "class", "ground")


def refuse_wrong_clock(delivery: Delivery) -> None:
    """Before the person looks for a fault in what they typed."""
    if delivery.created_at <= acting.now():
        return
    raise ValidationError(
        {
            "given_at": _(
                "The clock of this server is wrong: it shows %(now)s, and the answer"
                " was ordered %(ordered)s. Tell the system administrator, and note when"
                " you clicked: the answer can be confirmed with that time as soon as"
                " the clock is right."
            )
            % {
                "now": moment_in_words(acting.now()),
                "ordered": moment_in_words(delivery.created_at),
            }
        }
    )


def refuse_late(delivery: Delivery, given_at: datetime) -> None:
    """What was clicked before the answer was held back or lapsed is told as it was;
    nothing is clicked after that."""
    request = delivery.access_request
    if delivery.status == Delivery.Status.OPEN:
        changed = delivery.revision != request.revision
        if changed and delivery.answer != Delivery.Answer.REVOKE:
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
    if delivery.answer == Delivery.Answer.APPROVE:
        _refuse_approval(request, given_at)
        _refuse_stopped(delivery)


def _refuse_approval(request: AccessRequest, given_at: datetime) -> None:
    steps_gate.keep_freezes_out()
    reviews = steps_gate.live_reviews(request)
    is_stopped = was_of_class(MOST_SERIOUS, reviews, given_at)
    if has_lost_ground(current_decisions(request), given_at):
        raise WrongState(
            _(
                "What the decision rests on no longer stood by then: do not answer. If"
                " you have answered already, take access back."
            )
        )
    if is_stopped or _frozen_by(request, given_at):
        raise WrongState(
            _(
                "Approvals had been stopped by then: do not answer. If you have"
                " answered already, tell the information-security manager at once."
            )
        )
    deadline = request.clock.answer_by
    if deadline is not None and given_at > deadline:
        raise ValidationError(
            {
                "given_at": _(
                    "The time to answer had run out by then. Check the time; if it"
                    " is right, the provider gave no access: there is nothing to"
                    " confirm."
                )
            }
        )


def _refuse_stopped(delivery: Delivery) -> None:
    """The rest of the gate, which has no time of its own: what was clicked before is
    told when the answer has been called back, by the time at which that was."""
    if delivery.status != Delivery.Status.OPEN:
        return
    for question in gate(delivery):
        if question.name not in ASKED_BY_TIME:
            raise WrongState(
                _(
                    "%(why)s Do not answer. If you have answered already, note when:"
                    " in a minute the answer has been called back here, and can be"
                    " confirmed with that time."
                )
                % {"why": question.words}
            )


def _frozen_by(request: AccessRequest, moment: datetime) -> bool:
    return freezes_over(request).filter(begins_at__lte=moment).exists()
