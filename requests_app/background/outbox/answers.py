"""An answer to a provider: asked first, sent, read back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.acting import acting
from requests_app.background.connector import connector_of
from requests_app.background.outbox.body import body_of
from requests_app.background.outbox.effects import BEFORE, after
from requests_app.background.outbox.lease import (
    LEASE,
    Call,
    Result,
    began,
    finish,
    give_up,
    keep_attempt,
    still_ours,
    try_later,
)
from requests_app.models import AccessRequest, Delivery, OutboxAttempt, OutboxMessage
from requests_app.providers.application import Application
from requests_app.providers.protocol import Connector, Provider, Reply, Unreachable
from requests_app.providers.reading import Piece, Unreadable, reading
from requests_app.workflow import delivery, intake, request_state
from requests_app.workflow.answer import answer_due
from requests_app.workflow.approval import is_late
from requests_app.workflow.machine_accounts import OUTBOX, machine_account

# What these say has not been done.
REFUSED = range(400, 500)
# And trying again changes nothing.
REFUSED_FOR_GOOD = (400, 404, 405, 409, 410, 415, 422)


def send_answer(message: OutboxMessage) -> str:
    connector = connector_of(_request_of(message).connection)
    try:
        piece = connector.get(_request_of(message).external_id)
        application = _application(message, piece)
    except (Unreachable, Unreadable) as error:
        return try_later(message, Call(b"", result=str(error)))
    word = _answer_of(message).answer
    if application.concluded != BEFORE[word]:
        call = Call(b"", piece.raw, 200)
        return _concluded_there(message, application.concluded, call)
    is_revocation = word == Delivery.Answer.REVOKE
    if not is_revocation and _has_changed(_request_of(message), application):
        return _changed_there(message, application, piece)
    return _post_answer(message, connector)


def _request_of(message: OutboxMessage) -> AccessRequest:
    """An answer is to a request."""
    assert message.access_request is not None  # noqa: S101 — a constraint holds it
    return message.access_request


def _answer_of(message: OutboxMessage) -> Delivery:
    assert message.delivery is not None  # noqa: S101 — an answer has its delivery
    return message.delivery


def _provider(message: OutboxMessage) -> Provider:
    return _request_of(message).connection.product.interface


def _application(message: OutboxMessage, piece: Piece) -> Application:
    with reading(piece.raw):
        return _provider(message).application(piece.value)


def _has_changed(access_request: AccessRequest, application: Application) -> bool:
    if access_request.is_typed_door:
        return False
    last = access_request.arrivals.exclude(terms_digest="").first()
    return last is None or last.terms_digest != application.terms_digest


def _post_answer(message: OutboxMessage, connector: Connector) -> str:
    body = body_of(message)
    begun_before = message.uncertain
    if not _begin(message):
        return _("taken back")
    try:
        reply = connector.decide(
            _request_of(message).external_id, _answer_of(message).answer, body
        )
    except Unreachable as error:
        return try_later(message, Call(body, result=str(error)))
    call = Call(body, reply.body, reply.status)
    if reply.status < 300:
        return _read_back(message, connector, call)
    concluded = _provider(message).concluded(reply.body)
    if concluded:
        # Refused, so not by this try; perhaps by an earlier one that was cut off.
        message.uncertain = begun_before
        return _concluded_there(message, concluded, call)
    return _refused(message, reply, call)


def _begin(message: OutboxMessage) -> bool:
    """Note, before the call, that from here on its effect is not known."""
    with _holding_request(message, machine_account(OUTBOX)) as access_request:
        current = Delivery.objects.get(outbox_message=message)
        is_open = current.status == Delivery.Status.OPEN
        by_hand = not access_request.connection.is_answered
        if not is_open or by_hand or _has_fallen(current):
            _settle(message)
            if not is_open and not message.uncertain:
                finish(message, Result.CANCELLED)
            return False
        message.uncertain = True
        message.lease_until = clock.now() + LEASE
        message.save()
    return True


def _has_fallen(approve: Delivery) -> bool:
    """What came after the answer was ordered, such as a freeze, or too late a time: the
    sweep calls it back."""
    if approve.answer != Delivery.Answer.APPROVE:
        return False
    request = approve.access_request
    return is_late(request) or answer_due(request) != Delivery.Answer.APPROVE


def _settle(message: OutboxMessage) -> None:
    """Nothing is sent. The provider still waits, so what was sent a lease ago has not
    taken effect: the answer may be called back."""
    if message.uncertain and _when_sent(message) + LEASE < clock.now():
        message.uncertain = False
    message.lease_until = None
    message.save()


def _read_back(message: OutboxMessage, connector: Connector, call: Call) -> str:
    """What the provider shows afterwards is what counts, not that it said thanks."""
    try:
        piece = connector.get(_request_of(message).external_id)
        application = _application(message, piece)
    except (Unreachable, Unreadable) as error:
        return try_later(message, call._replace(result=str(error)))
    word = _answer_of(message).answer
    if application.concluded == BEFORE[word] != after(_provider(message))[word]:
        trouble = _("Accepted, but not yet to be seen at the provider.")
        return try_later(message, call._replace(result=trouble))
    return _concluded_there(message, application.concluded, call)


def _refused(message: OutboxMessage, reply: Reply, call: Call) -> str:
    trouble = _("The provider answered HTTP %(status)s.") % {"status": reply.status}
    call = call._replace(result=trouble)
    if reply.status in REFUSED:
        message.uncertain = False
    if reply.status in REFUSED_FOR_GOOD:
        return give_up(message, call)
    return try_later(message, call, pause=reply.retry_after)


def _concluded_there(message: OutboxMessage, concluded: str, call: Call) -> str:
    """The provider no longer waits. By us, by somebody else, or by the clock? Access
    that is revoked is so, whoever did it."""
    answer = _answer_of(message)
    is_ours = message.uncertain or _unanswered(message).exists()
    is_revoked = answer.answer == Delivery.Answer.REVOKE
    if concluded == after(_provider(message))[answer.answer] and (
        is_ours or is_revoked
    ):
        return _took_effect(message, answer, call)
    return _not_by_us(message, concluded, call)


def _took_effect(message: OutboxMessage, answer: Delivery, call: Call) -> str:
    by = machine_account(OUTBOX)
    with _holding_request(message, by):
        given_at = _when_sent(message)
        keep_attempt(message, call._replace(result=_("It took effect.")))
        finish(message, Result.DELIVERED)
        current = Delivery.objects.get(pk=answer.pk)
        delivery.transmitted(current, by=by, given_at=given_at)
    return Result.DELIVERED


@contextmanager
def _holding_request(message: OutboxMessage, by: Any) -> Iterator[AccessRequest]:
    """`still_ours`, with the request's row taken first, as every step does."""
    with acting(by):
        requests = AccessRequest.objects.select_for_update(of=("self",))
        access_request = requests.select_related("connection__product").get(
            pk=_request_of(message).pk
        )
        with still_ours(message):
            yield access_request


def _when_sent(message: OutboxMessage) -> datetime:
    """When the try began that took effect: the last that was not refused."""
    earlier = _unanswered(message).last()
    return earlier.began_at if earlier else began(message)


def _unanswered(message: OutboxMessage) -> QuerySet[OutboxAttempt]:
    """Tries that sent our answer and may have been heeded, soon or later."""
    return message.tries.filter(sent__isnull=False).exclude(http_status__in=REFUSED)


def _not_by_us(message: OutboxMessage, concluded: str, call: Call) -> str:
    by = machine_account(OUTBOX)
    trouble = _("The provider no longer waits for us: “%(word)s”.") % {
        "word": concluded
    }
    with _holding_request(message, by) as access_request:
        keep_attempt(message, call._replace(result=trouble))
        finish(message, Result.FAILED, trouble)
        if access_request.status in AccessRequest.AWAITING:
            if concluded == "lapsed":
                request_state.let_lapse(access_request, by=by)
            else:
                request_state.answered_elsewhere(access_request, by=by)
    return trouble


def _changed_there(
    message: OutboxMessage, application: Application, piece: Piece
) -> str:
    """The request is not the one decided on: nothing is sent, people decide anew."""
    by = machine_account(OUTBOX)
    trouble = _("The provider has changed the request since the decision.")
    with _holding_request(message, by) as access_request:
        keep_attempt(message, Call(b"", piece.raw, 200, trouble))
        finish(message, Result.CANCELLED, trouble)
        intake.receive(
            access_request.connection,
            application,
            by=by,
            payload=piece.raw,
            received_by=AccessRequest.ReceivedBy.POLL,
        )
    return trouble
