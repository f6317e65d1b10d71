"""Dialogue, of the steps of intake: received mail and withdrawal."""

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from requests_app.cases.access import restore
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.access.steps import answer, outbox
from requests_app.cases.access.steps.delivery import transmitted
from requests_app.cases.intake.models.file import Message
from requests_app.cases.intake.models.request import (
    AccessRequest,
    Arrival,
    ArrivalHandled,
    MailboxPosition,
    MailRule,
    ReceivedMail,
)
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps.file import refuse_unprintable
from requests_app.cases.intake.steps.request import Received, is_handled, receive
from requests_app.cases.review.drafting.texts import ENDED, NOTHING_LEFT
from requests_app.cases.review.models.decision import Proposal
from requests_app.cases.review.rights.involvement import (
    can_handle,
    can_withdraw,
    is_its_client,
)
from requests_app.cases.review.steps import gate, people
from requests_app.core import content
from requests_app.core.content import keep
from requests_app.core.models import Outcome
from requests_app.core.step import WrongState, lock, note, require, save, step
from requests_app.providers.application import Application
from requests_app.providers.protocol import ThreadMessage
from requests_app.registers.models.cloud import Connection

# The provider withdraws its request.

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
    answer.cancel_waiting(access_request)
    reviews = gate.live_reviews(access_request)
    for review in reviews:
        if review.status in SecrecyReview.OPEN:
            _propose_strike_off(review, by=by)
    gate.set_status(access_request, RequestStatus.WITHDRAWN)
    note("request.withdrawn", on=access_request, by=by)
    if not reviews:
        gate.set_status(access_request, RequestStatus.CLOSED)
        note("request.closed", on=access_request, by=by)


def _propose_strike_off(review: SecrecyReview, *, by: Any) -> None:
    gate.overtake_proposals(review)
    text = keep(f"{ENDED[RequestStatus.WITHDRAWN]} {NOTHING_LEFT}")
    Proposal.objects.create(
        review=review,
        outcome=Outcome.STRUCK_OFF,
        revision=review.access_request.revision,
        object_ids=gate.object_ids(review),
        motivation_internal=text,
        motivation_for_recipient=text,
        proposed_by=by,
        proposed_at=acting.now(),
    )
    save(review, status=SecrecyReview.Status.PROPOSED)


# What authority and provider say to each other, and what the provider reports.

Status = SecrecyReview.Status
WORKING = (Status.ASSIGNED, Status.IN_ASSESSMENT)


def _nothing_is_asked(_may: Any, review: SecrecyReview) -> str:
    unanswered = review.messages.filter(from_provider=False, replies=None)
    return "" if unanswered.exists() else _("No question waits for an answer.")


@step(starts_from=WORKING, may="assesses")
def ask(review: SecrecyReview, *, by: Any, text: str) -> Message:
    """Ask the provider. Through the API, or as text to copy where there is none."""
    refuse_unprintable(review, text=text)
    message = Message.objects.create(
        access_request=review.access_request,
        review=review,
        from_provider=False,
        text=keep(text),
        author=by,
        said_at=acting.now(),
    )
    save(review)
    outbox.tell_provider(review.access_request, outbox.Event.QUESTION, question=message)
    outbox.ask_provider(message)
    note("message.said", on=review, by=by)
    return message


@step(starts_from=WORKING, may="assesses", hindrance=_nothing_is_asked)
def record_answer(
    review: SecrecyReview, *, by: Any, question: Message, text: str
) -> Message:
    """Write down what the provider answered by other ways, such as a support case."""
    if question.review_id != review.pk or question.from_provider:
        raise ValidationError({"question": _("Choose a question of this review.")})
    message = _hear(review.access_request, text, question, by=by)
    save(review)
    note("message.said", on=review, by=by)
    return message


@step(
    starts_from=(*AccessRequest.AWAITING, AccessRequest.Status.ACCESS_OPEN),
    may=is_its_client,
)
def hear(
    access_request: AccessRequest, *, by: Any, text: str, answers: Message | None = None
) -> Message:
    """The provider says something, or answers a question, through the API: while
    somebody here is at work on it."""
    message = _hear(access_request, text, answers, by=by)
    save(access_request)
    note("message.said", on=access_request, by=by)
    return message


@step
def take_in_message(
    access_request: AccessRequest, heard: ThreadMessage, *, by: Any
) -> Message | None:
    """What the provider says in its support case, by a machine that reads it there.
    None where it is known already. It answers the one question that waits, if there is
    one alone."""
    rows = AccessRequest.objects.select_for_update(of=("self",))
    access_request.refresh_from_db(from_queryset=rows)
    if access_request.messages.filter(external_id=heard.key).exists():
        return None
    waiting = access_request.messages.filter(
        from_provider=False, replies=None, said_at__lte=heard.at
    )[:2]
    question = waiting[0] if len(waiting) == 1 else None
    message = _hear(access_request, heard.text, question, by=by, heard=heard)
    save(access_request)
    note("message.said", on=access_request, by=by)
    return message


@step
def review_is_told(access_request: AccessRequest, *, by: Any) -> None:
    """The provider has been told that the review has begun."""
    note("request.review_told", on=access_request, by=by)


def _hear(
    access_request: AccessRequest,
    text: str,
    answers: Message | None,
    *,
    by: Any,
    heard: ThreadMessage | None = None,
) -> Message:
    return Message.objects.create(
        access_request=access_request,
        review=answers.review if answers else None,
        from_provider=True,
        text=keep(text),
        author=by,
        said_at=heard.at if heard else acting.now(),
        external_id=heard.key if heard else "",
        answers=answers,
    )


@step
def acknowledge(delivery: Delivery, *, by: Any) -> None:
    """The provider has received our answer through the API; an approval begins now, if
    it still holds. One that does not is called back by the sweep."""
    require(is_its_client(by, delivery.access_request))
    lock(delivery, *Delivery.WAITING)
    restore.refuse_while_compared(delivery.access_request)
    if delivery.answer == Delivery.Answer.APPROVE:
        _refuse_fallen(delivery)
    before = restore.acknowledged_before(delivery)
    transmitted(delivery, by=by, given_at=before or acting.now())


def _refuse_fallen(delivery: Delivery) -> None:
    """Why is ours: the provider is told no more than it needs."""
    stops = {question.name: question for question in answer.gate(delivery)}
    if gate.TIME in stops:
        raise WrongState(
            _("The time to answer has run out: there is no access. Make a new request.")
        )
    if gate.is_revoked(delivery.access_request):
        raise WrongState(gate.REVOKED)
    if stops:
        raise WrongState(
            _("The answer has been called back: there is no access. Ask again later.")
        )


@step
def hear_withdrawal(access_request: AccessRequest, *, by: Any, reason: str) -> None:
    """The provider withdraws through the API."""
    require(is_its_client(by, access_request))
    note_withdrawal(access_request, by=by)


def _is_revoked(_may: Any, access_request: AccessRequest) -> str:
    return str(gate.REVOKED) if gate.is_revoked(access_request) else ""


@step(
    starts_from=(AccessRequest.Status.ACCESS_OPEN,),
    may=is_its_client,
    hindrance=_is_revoked,
)
def extend(
    access_request: AccessRequest, *, by: Any, application: Application, payload: bytes
) -> Received:
    """Ask for more time: a new request of its own, to be decided like the first.

    Its clock stops when the running access does; silence means no extension.
    """
    running = access_request.grants.exclude(status=AccessGrant.Status.ENDED).first()
    if running is None:
        raise WrongState(
            _("No access is running, so none can be extended. Make a new request.")
        )
    taken = AccessRequest.objects.numbered(
        access_request.connection, application.external_id
    ).exclude(extends=access_request)
    if taken.exists():
        taken_already = _("This number stands for another request.")
        raise ValidationError(
            {"number": ValidationError(taken_already, code="number_in_use")}
        )
    received = receive(
        access_request.connection,
        application,
        by=by,
        payload=payload,
        received_by=AccessRequest.ReceivedBy.CONTRACT,
    )
    made = received.access_request
    if made is not None and received.result == "new":
        made.extends = access_request
        save(made, **made.clock.moved_to(made.clock.answer_by))
        people.name_people(*gate.live_reviews(made))
    return received


# A provider's mail: what it was taken for, and the draft that a notice becomes.

Verdict = ReceivedMail.Verdict
MEDIA_TYPE = "message/rfc822"
DOUBTED = gettext_lazy(
    "It looks like a notice, but no signature of the provider holds: it may be forged."
    " Look in the provider's portal before you take it in."
)


class Place(NamedTuple):
    """Where a mail lies, and when it came there."""

    uid_validity: int
    uid: int
    arrived_at: datetime


class Judged(NamedTuple):
    """A mail, and what the rules make of it."""

    raw: bytes
    place: Place
    verdict: str
    rule: MailRule
    signatures: list[str]
    sent_at: datetime
    number: str = ""
    support_case: str = ""
    trouble: str = ""

    @property
    def arrived_at(self) -> datetime:
        return self.place.arrived_at


@step
def keep_mail(
    mail: Judged, *, by: Any, position: MailboxPosition, passed: int
) -> ReceivedMail | None:
    """Keep it, make the draft, and remember how far the mailbox has been read: one
    transaction. `passed` were none of ours before it. None where it is known already,
    or another sweep reads.
    """
    if not move_on(position, to=mail.place.uid, passed=passed):
        return None
    digest = hashlib.sha256(mail.raw).hexdigest()
    same = ReceivedMail.objects.filter(digest=digest)
    if mail.verdict != Verdict.OTHER:
        same = same.exclude(verdict=Verdict.OTHER)
    if same.exists():
        return None
    arrival = _arrived(mail, by)
    row = ReceivedMail.objects.create(
        uid_validity=mail.place.uid_validity,
        uid=mail.place.uid,
        digest=digest,
        mail=arrival.payload if arrival else content.keep(mail.raw, MEDIA_TYPE),
        signatures=mail.signatures,
        rule=mail.rule,
        number=mail.number,
        support_case=mail.support_case,
        verdict=_verdict(mail, arrival),
        arrival=arrival,
        sent_at=mail.sent_at,
        arrived_at=mail.arrived_at,
        read_at=acting.now(),
    )
    note("mail.read", on=row, by=by, verdict=row.verdict)
    return row


def move_on(position: MailboxPosition, *, to: int, passed: int) -> bool:
    """Inside a transaction: False where another sweep is further, or reads anew."""
    rows = MailboxPosition.objects.select_for_update()
    stored = rows.get(pk=position.pk)
    seen = (position.uid_validity, position.last_uid, position.rules)
    if (stored.uid_validity, stored.last_uid, stored.rules) != seen:
        return False
    position.last_uid, position.others = to, stored.others + passed
    position.save()
    return True


def _verdict(mail: Judged, arrival: Arrival | None) -> str:
    is_again = arrival is not None and arrival.result == Arrival.Result.NOTICE
    return Verdict.KNOWN if is_again else mail.verdict


def _arrived(mail: Judged, by: Any) -> Arrival | None:
    if mail.verdict == Verdict.OTHER:
        return None
    if mail.verdict != Verdict.DOUBTED and mail.number:
        known = gate.existing(mail.rule.connection, mail.number)
        if known is not None:
            return _about(known, mail.raw, by)
    if mail.verdict == Verdict.NOTICE:
        return _draft(mail.rule.connection, mail, mail.raw, by)
    return Arrival.objects.create(
        connection=mail.rule.connection,
        payload=content.keep(mail.raw, MEDIA_TYPE),
        result=Arrival.Result.NOT_TAKEN_IN,
        trouble=mail.trouble,
        arrived_at=acting.now(),
        arrived_by=by,
    )


def _about(known: AccessRequest, raw: bytes, by: Any) -> Arrival:
    """One more mail about a request that we have: it changes nothing."""
    return Arrival.objects.create(
        connection=known.connection,
        access_request=known,
        revision=known.revision,
        payload=content.keep(raw, MEDIA_TYPE),
        result=Arrival.Result.NOTICE,
        arrived_at=acting.now(),
        arrived_by=by,
    )


def _draft(connection: Connection, mail: Any, raw: bytes, by: Any) -> Arrival:
    """A request of what the notice tells, whose clock began when it was sent."""
    application = Application(
        external_id=mail.number,
        support_case=mail.support_case,
        requested_at=mail.sent_at,
    )
    received = receive(
        connection,
        application,
        by=by,
        payload=raw,
        received_by=AccessRequest.ReceivedBy.MAIL,
        received_at=mail.arrived_at,
        media_type=MEDIA_TYPE,
    )
    assert received.access_request is not None  # noqa: S101 — it is new
    return received.access_request.arrivals.latest("pk")


def is_doubted(arrival: Arrival) -> bool:
    """Is it a mail that reads as a notice, whose sender may be forged?"""
    mail = getattr(arrival, "mail", None)
    return mail is not None and mail.verdict == Verdict.DOUBTED and mail.number != ""


def _is_no_notice(rights: Any, arrival: Arrival) -> str:
    if not is_doubted(arrival):
        return _("It is no mail that can be taken in as a notice.")
    return is_handled(rights, arrival)


@step(may=can_handle, hindrance=_is_no_notice, begins=False)
def confirm_mail(arrival: Arrival, *, by: Any, reason: str) -> AccessRequest:
    """A person stands for it that the notice is genuine: it becomes a draft."""
    Connection.objects.select_for_update(no_key=True).get(pk=arrival.connection_id)
    confirm_mail.ask(arrival, by)
    mail, raw = arrival.mail, arrival.payload.body
    known = gate.existing(arrival.connection, mail.number)
    if known is not None:
        became = _about(known, raw, by)
    else:
        became = _draft(arrival.connection, mail, raw, by)
    ArrivalHandled.objects.create(arrival=arrival, note=reason)
    note("arrival.confirmed", on=arrival, by=by)
    assert became.access_request is not None  # noqa: S101 — a draft, or known
    return became.access_request
