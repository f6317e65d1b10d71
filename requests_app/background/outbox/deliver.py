"""Sending what the outbox holds: at least once, in order, read back, never given up.

A row is claimed by lease and committed before the call; what came back is written after
it. A process that dies in between leaves the row to the next round, which first asks
the provider whether the earlier try took effect (design, section 4.8).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.acting import acting
from requests_app import permissions
from requests_app.models import (
    AccessRequest,
    Delivery,
    OutboxAttempt,
    OutboxMessage,
)
from requests_app.providers import azure, webhooks
from requests_app.providers.application import Application
from requests_app.providers.azure_client import AzureLockbox, Reply, Unreachable
from requests_app.providers.reading import Piece, Unreadable
from requests_app.workflow import contract, delivery, intake, request_state
from requests_app.workflow.content import keep
from requests_app.workflow.machine_accounts import OUTBOX, machine_account
from requests_app.workflow.step import note

log = logging.getLogger(__name__)

Result = OutboxMessage.Result
Topic = OutboxMessage.Topic

# Longer than the slowest call: read, send and read back, 15 seconds each.
LEASE = timedelta(minutes=2)
# Seconds between tries, growing; the last is repeated while an effect is unknown.
ANSWER_PAUSES = (15, 30, 60, 120, 300, 600, 900, 1800)
HOOK_PAUSES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000)
MOST_AT_A_TIME = 100
# What these say has not been done.
REFUSED = range(400, 500)


class Overtaken(Exception):
    """The lease ran out, and another process has claimed the message since."""


class Call(NamedTuple):
    """One call as it is kept: `sent` and `came_back` as they were."""

    sent: bytes
    came_back: bytes = b""
    http_status: int | None = None
    result: str = ""


def deliver_due() -> list[str]:
    """Send everything that is due. Returns a line for each message."""
    lines = []
    for _number in range(MOST_AT_A_TIME):
        message = claim()
        if message is None:
            break
        lines.append(f"{message.access_request} {message.topic}: {_send(message)}")
    return lines


def _send(message: OutboxMessage) -> str:
    """One message. Whatever goes wrong with it stops no other, and is seen."""
    send = _send_answer if message.topic == Topic.ANSWER else _send_webhook
    claimed = message.attempts
    try:
        return send(message)
    except Overtaken:
        return _("another process has taken over")
    except Exception as error:
        log.exception("outbox: %s", message)
        message.refresh_from_db()
        message.attempts = claimed
        return _try_later(message, Call(b"", result=f"{type(error).__name__}: {error}"))


def claim() -> OutboxMessage | None:
    """Take the next due message for this process, and commit that before any call."""
    now = clock.now()
    older = OutboxMessage.objects.filter(
        lane=OuterRef("lane"), pk__lt=OuterRef("pk"), finished_at=None
    )
    with acting(machine_account(OUTBOX)):
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(
                ~Exists(older),
                Q(lease_until=None) | Q(lease_until__lte=now),
                finished_at=None,
                next_attempt_at__lte=now,
            )
            .select_related(
                "access_request__connection__product", "delivery", "client", "body"
            )
            .order_by("next_attempt_at", "pk")
            .first()
        )
        if message is None:
            return None
        if message.lease_until is not None:
            # Perhaps in the middle of a call: then what it sent is known, no more.
            sent = bytes(message.body.body) if message.uncertain else b""
            message.trouble = _("The process stopped.")
            _keep_attempt(message, Call(sent, result=message.trouble))
        message.attempts += 1
        message.lease_until = now + LEASE
        message.save()
    return message


# -- Answers -------------------------------------------------------------------------


def _send_answer(message: OutboxMessage) -> str:
    connector = AzureLockbox(message.access_request.connection.external_id)
    try:
        piece = connector.get(message.access_request.external_id)
        found = azure.application(piece.value)
    except (Unreachable, Unreadable) as error:
        return _try_later(message, Call(b"", result=str(error)))
    if found.concluded:
        return _concluded_there(message, found.concluded, Call(b"", piece.raw, 200))
    if _has_changed(message.access_request, found):
        return _changed_there(message, found, piece)
    return _post_answer(message, connector)


def _has_changed(access_request: AccessRequest, found: Application) -> bool:
    last = access_request.arrivals.exclude(terms_digest="").first()
    return last is None or last.terms_digest != found.terms_digest


def _post_answer(message: OutboxMessage, connector: AzureLockbox) -> str:
    body = bytes(message.body.body)
    begun_before = message.uncertain
    if not _begin(message):
        return _("taken back")
    try:
        reply = connector.decide(message.access_request.external_id, body)
    except Unreachable as error:
        return _try_later(message, Call(body, result=str(error)))
    call = Call(body, reply.body, reply.status)
    if reply.status < 300:
        return _read_back(message, connector, call)
    if reply.current_status:
        concluded = azure.CONCLUDED.get(reply.current_status.lower(), "")
        if concluded:
            # Refused, so not by this try; perhaps by an earlier one that was cut off.
            message.uncertain = begun_before
            return _concluded_there(message, concluded, call)
    return _refused(message, reply, call)


def _begin(message: OutboxMessage) -> bool:
    """Note, before the call, that from here on its effect is not known."""
    with _still_ours(message):
        current = Delivery.objects.get(outbox_message=message)
        if current.status != Delivery.Status.OPEN:
            return False
        if _is_frozen(current):
            return False
        message.uncertain = True
        message.lease_until = clock.now() + LEASE
        message.save()
    return True


def _is_frozen(delivery: Delivery) -> bool:
    """A freeze that began after the answer was ordered: the sweep calls it back."""
    approves = delivery.answer == Delivery.Answer.APPROVE
    return approves and permissions.freezes_over(delivery.access_request).exists()


def _read_back(message: OutboxMessage, connector: AzureLockbox, call: Call) -> str:
    """What the provider shows afterwards is what counts, not that it said thanks."""
    try:
        piece = connector.get(message.access_request.external_id)
        found = azure.application(piece.value)
    except (Unreachable, Unreadable) as error:
        return _try_later(message, call._replace(result=str(error)))
    if not found.concluded:
        told = _("Accepted, but not yet to be seen at the provider.")
        return _try_later(message, call._replace(result=told))
    return _concluded_there(message, found.concluded, call)


def _refused(message: OutboxMessage, reply: Reply, call: Call) -> str:
    told = _("The provider answered HTTP %(status)s.") % {"status": reply.status}
    call = call._replace(result=told)
    if reply.status in REFUSED:
        message.uncertain = False
    if reply.status in (400, 404, 405, 409, 410, 415, 422):
        return _give_up(message, call)
    return _try_later(message, call, pause=reply.retry_after)


def _concluded_there(message: OutboxMessage, concluded: str, call: Call) -> str:
    """The provider no longer waits. By us, by somebody else, or by the clock?"""
    task = message.delivery
    assert task is not None  # noqa: S101 — an answer has its delivery
    ours = {"approve": "approved", "deny": "denied"}[task.answer]
    if concluded == ours and (message.uncertain or _unanswered(message).exists()):
        return _took_effect(message, task, call)
    return _not_by_us(message, concluded, call)


def _took_effect(message: OutboxMessage, task: Delivery, call: Call) -> str:
    by = machine_account(OUTBOX)
    with _holding_request(message, by):
        given_at = _when_sent(message)
        _keep_attempt(message, call._replace(result=_("It took effect.")))
        _finish(message, Result.DELIVERED)
        current = Delivery.objects.get(pk=task.pk)
        delivery.transmitted(current, by=by, given_at=given_at)
    return Result.DELIVERED


@contextmanager
def _still_ours(message: OutboxMessage) -> Iterator[None]:
    """A transaction that holds the message. Raises Overtaken where it is another's:
    a process that was paused past its lease must not write over what was done since."""
    with acting(machine_account(OUTBOX)):
        row = OutboxMessage.objects.select_for_update().get(pk=message.pk)
        if row.finished_at is not None or row.attempts != message.attempts:
            raise Overtaken
        yield


@contextmanager
def _holding_request(message: OutboxMessage, by: Any) -> Iterator[AccessRequest]:
    """The same, with the request's row taken first, as every step does."""
    with acting(by):
        requests = AccessRequest.objects.select_for_update(of=("self",))
        access_request = requests.select_related("connection__product").get(
            pk=message.access_request_id
        )
        with _still_ours(message):
            yield access_request


def _when_sent(message: OutboxMessage) -> datetime:
    """When the try began that took effect: the last that was not refused."""
    earlier = _unanswered(message).last()
    return earlier.began_at if earlier else _began(message)


def _unanswered(message: OutboxMessage) -> QuerySet[OutboxAttempt]:
    """Tries that sent our answer and may have been heeded, soon or later."""
    return message.tries.filter(sent__isnull=False).exclude(http_status__in=REFUSED)


def _not_by_us(message: OutboxMessage, concluded: str, call: Call) -> str:
    by = machine_account(OUTBOX)
    told = _("The provider no longer waits for us: “%(word)s”.") % {"word": concluded}
    with _holding_request(message, by) as access_request:
        _keep_attempt(message, call._replace(result=told))
        _finish(message, Result.FAILED, told)
        if access_request.status in AccessRequest.AWAITING:
            if concluded == "lapsed":
                request_state.let_lapse(access_request, by=by)
            else:
                request_state.answered_elsewhere(access_request, by=by)
    return told


def _changed_there(message: OutboxMessage, found: Application, piece: Piece) -> str:
    """The request is not the one decided on: nothing is sent, people decide anew."""
    by = machine_account(OUTBOX)
    told = _("The provider has changed the request since the decision.")
    with _holding_request(message, by) as access_request:
        _keep_attempt(message, Call(b"", piece.raw, 200, told))
        _finish(message, Result.CANCELLED, told)
        intake.receive(
            access_request.connection,
            found,
            by=by,
            payload=piece.raw,
            received_by=AccessRequest.ReceivedBy.POLL,
        )
    return told


# -- Webhooks ------------------------------------------------------------------------


def _send_webhook(message: OutboxMessage) -> str:
    client = message.client
    assert client is not None  # noqa: S101 — a webhook has its client
    if client.ended_at is not None or not client.webhook_url:
        return _give_up(message, Call(b"", result=_("The client no longer listens.")))
    body = bytes(message.body.body)
    secrets = list(client.webhook_secrets.filter(ended_at=None))
    if not secrets:
        told_why = _("The client has no webhook secret to sign with.")
        return _try_later(message, Call(b"", result=told_why))
    try:
        address = webhooks.public_address(client.webhook_url)
        signing = [webhooks.unseal(row.sealed) for row in secrets]
    except webhooks.Refused as error:
        return _try_later(message, Call(b"", result=str(error)))
    signed = webhooks.headers(str(message.key), body, clock.now(), signing)
    told = webhooks.post(client.webhook_url, address, body, signed)
    call = Call(body, told.body, told.status, told.trouble)
    if told.status is not None and 200 <= told.status < 300:
        with _still_ours(message):
            _keep_attempt(message, call)
            _finish(message, Result.DELIVERED)
        return Result.DELIVERED
    if told.status == 410:
        contract.stop_listening(client, by=machine_account(OUTBOX))
        return _give_up(message, call._replace(result=_("The address is gone.")))
    return _try_later(message, call, pause=told.retry_after)


# -- What comes of it ----------------------------------------------------------------


def _try_later(message: OutboxMessage, call: Call, pause: int | None = None) -> str:
    """Again after a growing pause; after the last, people take over – but never while
    it may have taken effect."""
    is_answer = message.topic == Topic.ANSWER
    pauses = ANSWER_PAUSES if is_answer else HOOK_PAUSES
    if message.attempts > len(pauses) and not message.uncertain:
        return _give_up(message, call)
    wait = pauses[min(message.attempts, len(pauses)) - 1]
    with _still_ours(message):
        _keep_attempt(message, call)
        message.next_attempt_at = clock.now() + timedelta(seconds=max(wait, pause or 0))
        message.lease_until = None
        message.trouble = call.result
        message.save()
    return _("again later: %(why)s") % {"why": call.result}


def _give_up(message: OutboxMessage, call: Call) -> str:
    with _still_ours(message):
        _keep_attempt(message, call)
        _finish(message, Result.FAILED, call.result)
        if message.delivery is not None:
            by = machine_account(OUTBOX)
            note("delivery.failed", on=message.delivery, by=by)
    return _("given up: %(why)s") % {"why": call.result}


def _finish(message: OutboxMessage, result: str, trouble: str = "") -> None:
    message.finished_at = clock.now()
    message.result = result
    message.uncertain = False
    message.trouble = trouble
    message.save()


def _keep_attempt(message: OutboxMessage, call: Call) -> None:
    OutboxAttempt.objects.create(
        message=message,
        began_at=_began(message),
        ended_at=clock.now(),
        sent=keep(call.sent, "application/json") if call.sent else None,
        came_back=keep(call.came_back, "application/json") if call.came_back else None,
        http_status=call.http_status,
        result=call.result,
    )


def _began(message: OutboxMessage) -> datetime:
    return message.lease_until - LEASE if message.lease_until else clock.now()
