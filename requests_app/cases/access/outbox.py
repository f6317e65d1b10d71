"""Outbox: connector, answers, at once, body, deliver, effects, lease, questions,
release and webhooks."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, NamedTuple, cast

from django.db import Error, connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access import clients
from requests_app.cases.access.models import (
    ContractClient,
    Delivery,
    OutboxAttempt,
    OutboxMessage,
    OutboxQuerySet,
    SideDoor,
)
from requests_app.cases.access.restore import marked
from requests_app.cases.access.steps import delivery
from requests_app.cases.access.steps.answer import gate as gate_of_answer
from requests_app.cases.access.steps.answer import take_from
from requests_app.cases.access.steps.outbox import payload_of
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.steps import request
from requests_app.cases.intake.steps.request import tells_the_same
from requests_app.cases.review.steps import gate
from requests_app.cases.review.steps.gate import Question
from requests_app.core.content import keep
from requests_app.core.step import OUTBOX, machine_account, note
from requests_app.providers import http
from requests_app.providers.addresses import Refused
from requests_app.providers.application import Application
from requests_app.providers.contract import webhook_body
from requests_app.providers.door import Doorkeeper, Gatekeeper
from requests_app.providers.protocol import (
    Answer,
    Connector,
    Correspondent,
    LogProvider,
    Proof,
    Provider,
    Reply,
    Signing,
    SupportDesk,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import Piece, Unreadable, reading
from requests_app.providers.secrets import NotSet, WrongKey, unseal
from requests_app.registers.models.cloud import Connection

# The one way to a provider over the network: nothing above reaches a client.


def connector_of(connection: Connection) -> Connector:
    """For a provider whose abilities say that it is polled or answered."""
    client = _module(connection, "client")
    connector: Connector = client.connect(connection.external_id)
    return connector


def log_provider_of(connection: Connection) -> LogProvider:
    """For a provider whose abilities name logs, or files of one."""
    provider: LogProvider = _module(connection, "logs")
    return provider


def log_records_of(connection: Connection, raw: bytes, name: str) -> Iterator[Piece]:
    """Of a log saved as a file of that name, for a provider whose abilities say that
    one may be read. Raises Unreadable."""
    records: Iterator[Piece] = _module(connection, "logs").records(raw, name)
    return records


def _module(connection: Connection, name: str) -> Any:
    return import_module(f"{connection.product.interface.__name__}.{name}")


def doorkeeper_of(connection: Connection) -> Doorkeeper:
    """For a provider whose abilities say that it opens grants."""
    connector: Any = connector_of(connection)
    keeper: Doorkeeper = connector
    return keeper


def gatekeeper_of(connection: Connection) -> Gatekeeper:
    """For a provider whose abilities say that it shows outsiders."""
    connector: Any = connector_of(connection)
    keeper: Gatekeeper = connector
    return keeper


def correspondent_of(connection: Connection) -> Correspondent:
    """For a provider whose abilities say that it is asked, and is polled."""
    connector: Any = connector_of(connection)
    correspondent: Correspondent = connector
    return correspondent


def support_desk_of(connection: Connection) -> SupportDesk:
    """For a provider whose abilities say that it has support tickets."""
    connector: Any = connector_of(connection)
    desk: SupportDesk = connector
    return desk


# What a message says, in bytes: built from committed rows each time it is sent.


def body_of(message: OutboxMessage, word: str = "") -> bytes:
    """`word`: another than the answer's own, as where a release comes apart."""
    if message.topic == OutboxMessage.Topic.QUESTION and message.question is not None:
        return message.question.text.text.encode()
    if message.side_door is not None:
        return _closing(message.side_door).encode()
    if message.delivery is not None:
        return _answer(message.delivery, word).encode()
    return webhook_body(message.event, message.created_at, payload_of(message)).encode()


def _closing(door: SideDoor) -> str:
    """All but what was opened there is taken back by a call of its own."""
    if door.kind != SideDoor.Kind.OPENED:
        return ""
    interface = door.connection.product.interface
    return interface.answer_body(Answer("revoke", ""))


def _answer(delivery: Delivery, word: str) -> str:
    interface = delivery.access_request.connection.product.interface
    reason, minutes = delivery.text.text if delivery.text else "", delivery.minutes
    ends_at = acting.now() + timedelta(minutes=minutes) if minutes else None
    word, service = word or delivery.answer, delivery.access_request.service
    return interface.answer_body(Answer(word, reason, minutes, ends_at, service))


# What an application is, while an answer to it is awaited and once that has taken
# effect: by the answer's word, as `Application.concluded`.

BEFORE = {"approve": "", "deny": "", "revoke": "approved"}
AFTER = {"approve": "approved", "deny": "denied", "revoke": "revoked"}
# A door that is closed says nothing of why.
AFTER_OF_DOOR = {"approve": "approved", "deny": "", "revoke": ""}


def after(provider: Provider) -> dict[str, str]:
    return AFTER_OF_DOOR if provider.abilities.opens_grants else AFTER


# What every message goes through: claimed, tried, tried again later, given up.

Result = OutboxMessage.Result

# Answers that one provider is given at the same time: one that is slow holds so many of
# the senders.
MOST_TO_A_PROVIDER = 4
# What these say has not been done.
REFUSED = range(400, 500)
# And trying again changes nothing.
REFUSED_FOR_GOOD = (400, 404, 405, 409, 410, 415, 422)
# Longer than the slowest call: read, send and read back, 30 seconds each.
LEASE = timedelta(minutes=2)
# Seconds between tries, growing; the last is repeated while an effect is unknown.
ANSWER_PAUSES = (15, 30, 60, 120, 300, 600, 900, 1800)
# Whatever longer pause a provider asks for: the clock of the request runs meanwhile.
LONGEST_ANSWER_PAUSE = 900
HOOK_PAUSES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000)

# Senders of one process claim one after the other: each sees whom the others tell.
CLAIMING = threading.Lock()


class Overtaken(Exception):
    """The lease ran out, and another process has claimed the message since."""


class Call(NamedTuple):
    """One call as it is kept: `sent` and `came_back` as they were."""

    sent: bytes
    came_back: bytes = b""
    http_status: int | None = None
    result: str = ""


def claim(
    messages: OutboxQuerySet, due_by: datetime, but: Collection[int] = ()
) -> OutboxMessage | None:
    """Take the next of the messages that was due by then for this process, and commit
    that before any call: what stops access first, and nothing to the clients `but`."""
    now = acting.now()
    with CLAIMING, acting_as(machine_account(OUTBOX)):
        message = _next_due(messages, now, due_by, but)
        if message is None:
            return None
        if message.lease_until is not None:
            # Perhaps in the middle of a call: then what it sent is known, no more.
            sent = body_of(message) if message.uncertain else b""
            message.trouble = _("The process stopped.")
            keep_attempt(message, Call(sent, result=message.trouble))
        message.attempts += 1
        message.lease_until = now + LEASE
        # Behind the others, should this process be killed in the middle of the call.
        message.next_attempt_at = message.lease_until
        message.save()
    return message


def _next_due(
    messages: OutboxQuerySet, now: datetime, due_by: datetime, but: Collection[int]
) -> OutboxMessage | None:
    unfinished = OutboxMessage.objects.filter(finished_at=None)
    older = unfinished.filter(lane=OuterRef("lane"), pk__lt=OuterRef("pk"))
    # A client is told one thing at a time: one that is slow keeps nobody else waiting,
    # and of its own things not what stops access.
    told_now = unfinished.filter(client=OuterRef("client"), lease_until__gt=now)
    # Nor does a provider that is slow.
    answering = unfinished.filter(topic=OutboxMessage.Topic.ANSWER, lease_until__gt=now)
    of_its_connection = answering.filter(
        access_request__connection=OuterRef("access_request__connection")
    )
    counted = of_its_connection.order_by().values("topic").values(number=Count("pk"))
    revoked = OutboxMessage.Event.REVOKED
    is_revocation = OutboxMessage.objects.revocations().filter(pk=OuterRef("pk"))
    return (
        messages.sent_by_machine()
        .annotate(answering=Coalesce(Subquery(counted), 0))
        .select_for_update(skip_locked=True, of=("self",))
        .filter(
            ~Exists(older),
            ~Exists(told_now.filter(event=revoked)),
            Q(event=revoked) | ~Exists(told_now),
            Q(topic=OutboxMessage.Topic.WEBHOOK) | Q(answering__lt=MOST_TO_A_PROVIDER),
            Q(lease_until=None) | Q(lease_until__lte=now),
            next_attempt_at__lte=due_by,
        )
        .exclude(
            topic=OutboxMessage.Topic.ANSWER, access_request__connection__in=marked()
        )
        .exclude(client__in=but)
        .select_related(
            "access_request__connection__product",
            "delivery__access_request__connection__product",
            "delivery__text",
            "client",
            "sandbox_request__extends",
            "question__text",
            "side_door__connection__product",
            "side_door__ticket",
        )
        .order_by(~Exists(is_revocation), "next_attempt_at", "pk")
        .first()
    )


@contextmanager
def still_ours(message: OutboxMessage) -> Iterator[None]:
    """A transaction that holds the message. Raises Overtaken where it is another's:
    a process that was paused past its lease must not write over what was done since."""
    with acting_as(machine_account(OUTBOX)):
        row = OutboxMessage.objects.select_for_update().get(pk=message.pk)
        if row.finished_at is not None or row.attempts != message.attempts:
            raise Overtaken
        yield


def try_later(message: OutboxMessage, call: Call, pause: int | None = None) -> str:
    """Again after a growing pause; after the last, people take over – but never while
    it may have taken effect."""
    pauses = HOOK_PAUSES
    if message.topic != OutboxMessage.Topic.WEBHOOK:
        pauses, pause = ANSWER_PAUSES, min(pause or 0, LONGEST_ANSWER_PAUSE)
    if message.attempts > len(pauses) and not message.uncertain:
        return give_up(message, call)
    wait = pauses[min(message.attempts, len(pauses)) - 1]
    with still_ours(message):
        keep_attempt(message, call)
        message.next_attempt_at = acting.now() + timedelta(
            seconds=max(wait, pause or 0)
        )
        message.lease_until = None
        message.trouble = call.result
        message.save()
    return _("again later: %(why)s") % {"why": call.result}


def delivered(message: OutboxMessage, call: Call) -> str:
    """It has taken effect."""
    with still_ours(message):
        keep_attempt(message, call)
        finish(message, Result.DELIVERED)
    return Result.DELIVERED


def refused(message: OutboxMessage, reply: Reply, call: Call) -> str:
    """The provider answered with an error: again later, where that may help."""
    usual = _("The provider answered HTTP %(status)s.") % {"status": reply.status}
    call = call._replace(result=call.result or usual)
    if reply.status in REFUSED:
        message.uncertain = False
    if reply.status in REFUSED_FOR_GOOD:
        return give_up(message, call)
    return try_later(message, call, pause=reply.retry_after)


def give_up(message: OutboxMessage, call: Call) -> str:
    with still_ours(message):
        keep_attempt(message, call)
        finish(message, Result.FAILED, call.result)
        if message.delivery is not None:
            by = machine_account(OUTBOX)
            note("delivery.failed", on=message.delivery, by=by)
    return _("given up: %(why)s") % {"why": call.result}


def finish(message: OutboxMessage, result: str, trouble: str = "") -> None:
    message.finished_at = acting.now()
    message.result = result
    message.uncertain = False
    message.trouble = trouble
    message.save()


def keep_attempt(message: OutboxMessage, call: Call) -> None:
    OutboxAttempt.objects.create(
        message=message,
        began_at=began(message),
        ended_at=acting.now(),
        sent=keep(call.sent, "application/json") if call.sent else None,
        came_back=keep(call.came_back, "application/json") if call.came_back else None,
        http_status=call.http_status,
        result=call.result,
    )


def began(message: OutboxMessage) -> datetime:
    """When this try began, by the lease that it took."""
    return message.lease_until - LEASE if message.lease_until else acting.now()


# The moment of release: what stops an answer is asked where it is let go.


def begin(message: OutboxMessage) -> str:
    """Note, before the call, that from here on its effect is not known. What stops it
    is asked in this very transaction; returns that in words."""
    by = machine_account(OUTBOX)
    with holding_request(message, by) as access_request:
        current = Delivery.objects.get(outbox_message=message)
        is_open = current.status == Delivery.Status.OPEN
        if not is_open or not access_request.connection.is_answered:
            _settle(message)
            if not is_open and not message.uncertain:
                finish(message, Result.CANCELLED)
            return _("taken back")
        if stop := next(gate_of_answer(current), None):
            return _hold_back(message, current, stop, by=by)
        message.uncertain = True
        message.lease_until = acting.now() + LEASE
        message.save()
    return ""


def _hold_back(
    message: OutboxMessage, approve: Delivery, stop: Question, *, by: Any
) -> str:
    """What has been granted does not hold any more: the answer is called back at once,
    unless an earlier try may have taken effect, and people read what has changed."""
    trouble = _("Not sent: %(why)s") % {"why": stop.words}
    keep_attempt(message, Call(b"", result=trouble))
    note("delivery.held_back", on=approve, by=by, why=stop.name)
    _settle(message)
    if not message.uncertain:
        take_from(approve.access_request, stop, by=by)
    return trouble


def _settle(message: OutboxMessage) -> None:
    """Nothing is sent. The provider still waits, so what was sent a lease ago has not
    taken effect: the answer may be called back."""
    if message.uncertain and when_sent(message) + LEASE < acting.now():
        message.uncertain = False
    message.lease_until = None
    message.save()


@contextmanager
def holding_request(message: OutboxMessage, by: Any) -> Iterator[AccessRequest]:
    """`still_ours`, with the request's row taken first, as every step does."""
    with acting_as(by):
        requests = AccessRequest.objects.select_for_update(of=("self",))
        access_request = requests.select_related("connection__product").get(
            pk=request_of(message).pk
        )
        with still_ours(message):
            yield access_request


def when_sent(message: OutboxMessage) -> datetime:
    """When the try began that took effect: the last that was not refused."""
    earlier = unanswered(message).last()
    return earlier.began_at if earlier else began(message)


def unanswered(message: OutboxMessage) -> QuerySet[OutboxAttempt]:
    """Tries that sent our answer and may have been heeded, soon or later."""
    tries = message.tries.filter(sent__isnull=False).exclude(http_status__in=REFUSED)
    accepted_at = Delivery.objects.get(outbox_message=message).accepted_at
    # What was accepted gave no access: that began with the release.
    return tries.filter(began_at__gte=accepted_at) if accepted_at else tries


def request_of(message: OutboxMessage) -> AccessRequest:
    """An answer is to a request."""
    assert message.access_request is not None  # noqa: S101 — a constraint holds it
    return message.access_request


# An answer to a provider: asked first, sent, read back.

# What an approval is followed by, where that comes apart.
RELEASE = "release"


def send_answer(message: OutboxMessage) -> str:
    connector = connector_of(request_of(message).connection)
    try:
        piece = connector.get(request_of(message).external_id)
        application = _application(message, piece)
    except (Unreachable, Unreadable) as error:
        return try_later(message, Call(b"", result=str(error)))
    word = _answer_of(message).answer
    if application.concluded != BEFORE[word]:
        call = Call(b"", piece.raw, 200)
        proof = _proof_of(message, connector, piece)
        return _concluded_there(message, application.concluded, call, proof)
    is_revocation = word == Delivery.Answer.REVOKE
    if not is_revocation and not tells_the_same(request_of(message), application):
        return _changed_there(message, application, piece)
    if word == Delivery.Answer.APPROVE and application.is_accepted:
        return _release(message, connector)
    return _post_answer(message, connector, word)


def _answer_of(message: OutboxMessage) -> Delivery:
    assert message.delivery is not None  # noqa: S101 — an answer has its delivery
    return message.delivery


def _provider(message: OutboxMessage) -> Provider:
    return request_of(message).connection.product.interface


def _application(message: OutboxMessage, piece: Piece) -> Application:
    with reading(piece.raw):
        return _provider(message).application(piece.value)


def _release(
    message: OutboxMessage, connector: Connector, call: Call | None = None
) -> str:
    """Accepted at the provider, which is not yet access: what stops an approval is
    asked once more before it is let go."""
    with holding_request(message, machine_account(OUTBOX)):
        if call is not None:
            keep_attempt(message, call._replace(result=_("Accepted, not released.")))
        accepted = Delivery.objects.get(outbox_message=message)
        delivery.accept(accepted, by=machine_account(OUTBOX))
        message.uncertain = False
        message.save()
    return _post_answer(message, connector, RELEASE)


def _post_answer(message: OutboxMessage, connector: Connector, word: str) -> str:
    body = body_of(message, word)
    begun_before = message.uncertain
    if trouble := begin(message):
        return trouble
    try:
        reply = connector.decide(request_of(message).external_id, word, body)
    except Unreachable as error:
        return try_later(message, Call(body, result=str(error)))
    call = Call(body, reply.body, reply.status)
    if reply.status < 300:
        return _read_back(message, connector, call, word)
    try:
        concluded = _concluded_by(message, connector, reply)
    except (Unreachable, Unreadable) as error:
        return try_later(message, call._replace(result=str(error)))
    if concluded:
        # Refused, so not by this try; perhaps by an earlier one that was cut off.
        message.uncertain = begun_before
        return _concluded_there(message, concluded, call)
    return refused(message, reply, call)


def _concluded_by(message: OutboxMessage, connector: Connector, reply: Reply) -> str:
    """A refusal may say that it waits no more. Where it does not say, it is looked up
    before the answer is given up."""
    concluded = _provider(message).concluded(reply.body)
    if concluded or reply.status not in REFUSED_FOR_GOOD:
        return concluded
    piece = connector.get(request_of(message).external_id)
    concluded = _application(message, piece).concluded
    return "" if concluded == BEFORE[_answer_of(message).answer] else concluded


def _read_back(
    message: OutboxMessage, connector: Connector, call: Call, word: str
) -> str:
    """What the provider shows afterwards is what counts, not that it said thanks."""
    try:
        piece = connector.get(request_of(message).external_id)
        application = _application(message, piece)
    except (Unreachable, Unreadable) as error:
        return try_later(message, call._replace(result=str(error)))
    if application.is_accepted and word == Delivery.Answer.APPROVE:
        return _release(message, connector, call)
    answer = _answer_of(message).answer
    if application.concluded == BEFORE[answer] != after(_provider(message))[answer]:
        trouble = _("Accepted, but not yet to be seen at the provider.")
        return try_later(message, call._replace(result=trouble))
    proof = _proof_of(message, connector, piece)
    return _concluded_there(message, application.concluded, call, proof)


def _proof_of(
    message: OutboxMessage, connector: Connector, piece: Piece
) -> Proof | None:
    """What is found of the signature, where the provider signs what it approves."""
    if not _provider(message).abilities.signs_approvals:
        return None
    signing = cast(Signing, connector)
    return signing.proof_of(request_of(message).external_id, piece.value)


def _concluded_there(
    message: OutboxMessage, concluded: str, call: Call, proof: Proof | None = None
) -> str:
    """The provider no longer waits. By us, by somebody else, or by the clock? Access
    that is revoked is so, whoever did it."""
    answer = _answer_of(message)
    is_ours = message.uncertain or unanswered(message).exists()
    is_revoked = answer.answer == Delivery.Answer.REVOKE
    expected = after(_provider(message))[answer.answer]
    if concluded == expected and (is_ours or is_revoked):
        return _took_effect(message, answer, call, proof)
    return _not_by_us(message, concluded, call)


def _took_effect(
    message: OutboxMessage, answer: Delivery, call: Call, proof: Proof | None
) -> str:
    by = machine_account(OUTBOX)
    proof = proof if answer.answer == Delivery.Answer.APPROVE else None
    with holding_request(message, by):
        given_at = when_sent(message)
        keep_attempt(message, call._replace(result=_("It took effect.")))
        finish(message, Result.DELIVERED)
        current = Delivery.objects.get(pk=answer.pk)
        delivery.transmitted(current, by=by, given_at=given_at, proof=proof)
    return Result.DELIVERED


def _not_by_us(message: OutboxMessage, concluded: str, call: Call) -> str:
    by = machine_account(OUTBOX)
    trouble = _("The provider no longer waits for us: “%(word)s”.") % {
        "word": concluded
    }
    with holding_request(message, by) as access_request:
        keep_attempt(message, call._replace(result=trouble))
        finish(message, Result.FAILED, trouble)
        if access_request.status in AccessRequest.AWAITING:
            if concluded == "lapsed":
                gate.let_lapse(access_request, by=by)
            else:
                gate.answered_elsewhere(access_request, by=by)
    return trouble


def _changed_there(
    message: OutboxMessage, application: Application, piece: Piece
) -> str:
    """The request is not the one decided on: nothing is sent, people decide anew."""
    by = machine_account(OUTBOX)
    trouble = _("The provider has changed the request since the decision.")
    with holding_request(message, by) as access_request:
        keep_attempt(message, Call(b"", piece.raw, 200, trouble))
        finish(message, Result.CANCELLED, trouble)
        request.receive(
            access_request.connection,
            application,
            by=by,
            payload=piece.raw,
            received_by=AccessRequest.ReceivedBy.POLL,
        )
    return trouble


# A question to a provider, in its support ticket or under its request: asked for
# first, said, read back.

# That the name is taken: what was said before is there, or will be.
IN_USE = 409


def key_of(message: OutboxMessage) -> str:
    """What the message is called at the provider: the same for every try."""
    return f"lockbox-{message.key}"


def send_question(message: OutboxMessage) -> str:
    request = message.access_request
    assert request is not None  # noqa: S101 — a question has its request
    if not request.is_asked:
        return give_up(message, Call(b"", result=_("It is asked by hand by now.")))
    try:
        correspondent = correspondent_of(request.connection)
        thread = correspondent.thread(request.asked_in)
        if correspondent.has_message(thread, key_of(message)):
            return delivered(message, Call(b"", result=_("It is there.")))
    except (Unknown, NotSet) as error:
        message.uncertain = False
        return give_up(message, Call(b"", result=str(error)))
    except (Unreachable, Unreadable) as error:
        return try_later(message, Call(b"", result=str(error)))
    return _say(message, request, correspondent, thread)


def _say(
    message: OutboxMessage,
    request: AccessRequest,
    correspondent: Correspondent,
    thread: str,
) -> str:
    assert message.question is not None  # noqa: S101 — a question has its text
    text = message.question.text.text
    subject = _("Concerning request %(number)s") % {"number": request}
    message.uncertain = True
    try:
        reply = correspondent.say(thread, key_of(message), subject, text)
    except Unreachable as error:
        return try_later(message, Call(text.encode(), result=str(error)))
    call = Call(text.encode(), reply.body, reply.status)
    if reply.status >= 300 and reply.status != IN_USE:
        return refused(message, reply, call)
    try:
        is_there = correspondent.has_message(thread, key_of(message))
    except (Unreachable, Unreadable) as error:
        return try_later(message, call._replace(result=str(error)))
    if is_there:
        return delivered(message, call._replace(result=_("It took effect.")))
    trouble = _("Accepted, but not yet to be seen at the provider.")
    return try_later(message, call._replace(result=trouble))


# Telling a client of the contract API: signed, to an address in the world.


def send_webhook(message: OutboxMessage) -> str:
    client = message.client
    assert client is not None  # noqa: S101 — a webhook has its client
    if client.ended_at is not None or not client.webhook_url:
        return give_up(message, Call(b"", result=_("The client no longer listens.")))
    secrets = list(client.webhook_secrets.filter(ended_at=None))
    if not secrets:
        trouble = _("The client has no webhook secret to sign with.")
        return try_later(message, Call(b"", result=trouble))
    try:
        address = http.public_address(client.webhook_url)
        signing = [unseal(row.sealed) for row in secrets]
    except (Refused, WrongKey) as error:
        return try_later(message, Call(b"", result=str(error)))
    body = body_of(message)
    signed = http.headers(str(message.key), body, acting.now(), signing)
    try:
        reply = http.post(client.webhook_url, address, body, signed)
    except Unreachable as error:
        return try_later(message, Call(body, result=str(error)))
    return _what_came_back(message, client, body, reply)


def _what_came_back(
    message: OutboxMessage, client: ContractClient, body: bytes, reply: Reply
) -> str:
    call = Call(body, reply.body, reply.status)
    if 200 <= reply.status < 300:
        return delivered(message, call)
    if reply.status == 410:
        clients.stop_listening(client, by=machine_account(OUTBOX))
        return give_up(message, call._replace(result=_("The address is gone.")))
    call = call._replace(result=f"HTTP {reply.status}")
    return try_later(message, call, pause=reply.retry_after)


# The loop: what is due is claimed and sent, one message at a time.

log = logging.getLogger(__name__)

Topic = OutboxMessage.Topic
MOST_AT_A_TIME = 100
# Seconds after which a round begins nothing new of this kind; and nothing to a client
# that has taken so long by itself.
BUDGET = {
    Topic.ANSWER: 180.0,
    Topic.DOOR: 60.0,
    Topic.QUESTION: 60.0,
    Topic.WEBHOOK: 60.0,
}
MOST_OF_A_CLIENT = 10.0
# Side doors are closed by the domain that knows them (requests_app/hooks.py).
SEND: dict[Topic, Callable[[OutboxMessage], str]] = {
    Topic.ANSWER: send_answer,
    Topic.QUESTION: send_question,
    Topic.WEBHOOK: send_webhook,
}


def deliver_due() -> list[str]:
    """Send what is due. Answers first: nobody waits for a webhook as for an answer."""
    return [line for topic in SEND for line in deliver(topic)]


def deliver(topic: Topic) -> Iterator[str]:
    """Send what is due of a kind, for as long as a round gives it."""
    messages = OutboxMessage.objects.filter(topic=topic)
    return deliver_some(messages, BUDGET[topic])


def deliver_some(messages: OutboxQuerySet, seconds: float) -> Iterator[str]:
    """Send what is due now; what becomes due meanwhile is the next round's. A line for
    each message."""
    due_by, end = acting.now(), time.monotonic() + seconds
    taken: dict[int, float] = defaultdict(float)
    for _number in range(MOST_AT_A_TIME):
        began = time.monotonic()
        slow = [pk for pk, seconds in taken.items() if seconds > MOST_OF_A_CLIENT]
        message = claim(messages, due_by, but=slow) if began < end else None
        if message is None:
            return
        about = message.access_request or message.side_door
        yield f"{about} {message.topic}: {_send(message)}"
        if message.client_id is not None:
            taken[message.client_id] += time.monotonic() - began


def _send(message: OutboxMessage) -> str:
    """One message. Whatever goes wrong with it stops no other, and is seen."""
    send = SEND[Topic(message.topic)]
    claimed = message.attempts
    try:
        return send(message)
    except Overtaken:
        return _("another process has taken over")
    except Exception as error:
        log.exception("outbox: %s", message)
        return _again(message, claimed, error)


def _again(message: OutboxMessage, claimed: int, error: Exception) -> str:
    try:
        message.refresh_from_db()
        message.attempts = claimed
        return try_later(message, Call(b"", result=f"{type(error).__name__}: {error}"))
    except Exception:
        # Its lease runs out by itself, and it comes again.
        log.exception("outbox: %s", message)
        return str(error)


# Sending as soon as it is committed what is told to clients, what stops access, and
# answers on more of it; what is left the sweep sends, and all other answers.
#
# The database wakes us (`lockbox_outbox_wakes`). Several send beside each other, each
# to
# another client, so that nobody waits for a receiver that is slow.

SENDERS = 8
LOOK = 15.0  # seconds after which we look without having been woken
CALM = 2.0  # before we try again where the database does not answer
# What else is done as soon as it is committed (requests_app/hooks.py).
BESIDE: list[Callable[[threading.Event], None]] = []


def send_at_once(over: threading.Event) -> None:
    """Until it is over, which is looked at now and then."""
    work = [_send_until] * SENDERS + BESIDE
    senders = [
        threading.Thread(target=target, args=(over,), daemon=True) for target in work
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()


def _send_until(over: threading.Event) -> None:
    try:
        while not over.is_set():
            try:
                _send_and_sleep(over)
            except Error:
                log.exception("outbox")
                connection.close()
                time.sleep(CALM)
    finally:
        connection.close()


def _send_and_sleep(over: threading.Event) -> None:
    """Listens first: what is ordered while we look wakes us after."""
    with connection.cursor() as cursor:
        cursor.execute("listen lockbox_outbox")
    while not over.is_set():
        for line in _at_once_send():
            log.info("outbox: %s", line)
        with connection.wrap_database_errors:
            list(connection.connection.notifies(timeout=LOOK, stop_after=1))


def _at_once_send() -> list[str]:
    messages = OutboxMessage.objects.all()
    return [
        line
        for some in (messages.revocations(), messages.at_once())
        for line in deliver_some(some, LOOK)
    ]
