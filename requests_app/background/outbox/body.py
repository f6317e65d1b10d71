"""What a message says, in bytes: built from committed rows each time it is sent."""

from requests_app.models import Delivery, OutboxMessage
from requests_app.providers.contract.payloads import webhook_body
from requests_app.workflow.outbox import payload_of


def body_of(message: OutboxMessage) -> bytes:
    if message.delivery is not None:
        return _answer(message.delivery).encode()
    return webhook_body(message.event, message.created_at, payload_of(message)).encode()


def _answer(delivery: Delivery) -> str:
    interface = delivery.access_request.connection.product.interface
    reason = delivery.text.text if delivery.text else ""
    return interface.answer_body(delivery.answer, reason, delivery.minutes)
