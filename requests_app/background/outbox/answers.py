"""An answer to a provider: asked first, sent, read back."""

from typing import cast

from django.utils.translation import gettext as _

from requests_app.background.connector import connector_of
from requests_app.background.outbox.body import body_of
from requests_app.background.outbox.effects import BEFORE, after
from requests_app.background.outbox.lease import (
    REFUSED_FOR_GOOD,
    Call,
    Result,
    finish,
    keep_attempt,
    refused,
    try_later,
)
from requests_app.background.outbox.release import (
    begin,
    holding_request,
    request_of,
    unanswered,
    when_sent,
)
from requests_app.models import AccessRequest, Delivery, OutboxMessage
from requests_app.providers.application import Application
from requests_app.providers.protocol import (
    Connector,
    Proof,
    Provider,
    Reply,
    Signing,
    Unreachable,
)
from requests_app.providers.reading import Piece, Unreadable, reading
from requests_app.workflow import delivery, intake, request_state
from requests_app.workflow.machine_accounts import OUTBOX, machine_account
from requests_app.workflow.same_terms import tells_the_same

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
    with holding_request(message, by) as access_request:
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
