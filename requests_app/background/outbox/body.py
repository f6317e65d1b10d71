"""What a message says, in bytes: built from committed rows each time it is sent."""

from datetime import timedelta

from audit_app import clock
from requests_app.models import Delivery, OutboxMessage, SideDoor
from requests_app.providers.contract.payloads import webhook_body
from requests_app.providers.protocol import Answer
from requests_app.workflow.outbox import payload_of


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
    ends_at = clock.now() + timedelta(minutes=minutes) if minutes else None
    word, service = word or delivery.answer, delivery.access_request.service
    return interface.answer_body(Answer(word, reason, minutes, ends_at, service))
