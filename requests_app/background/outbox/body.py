"""What a message says, in bytes: built from committed rows each time it is sent."""

from requests_app.models import Delivery, OutboxMessage
from requests_app.providers.contract.payloads import webhook_body
from requests_app.workflow.outbox import status_shown


def body_of(message: OutboxMessage) -> bytes:
    if message.delivery is not None:
        return _answer(message.delivery).encode()
    return _webhook(message).encode()


def _answer(delivery: Delivery) -> str:
    interface = delivery.access_request.connection.product.interface
    reason = delivery.text.text if delivery.text else ""
    return interface.answer_body(delivery.answer, reason, delivery.minutes)


def _webhook(message: OutboxMessage) -> str:
    """The status as it is by now: one that has passed is nothing to act on."""
    access_request = message.access_request
    more: dict[str, str | int] = {}
    if message.question is None:
        more["status"] = status_shown(access_request)
    else:
        earlier = access_request.messages.filter(pk__lte=message.question.pk)
        more["message"] = earlier.count()
    number = access_request.external_id
    return webhook_body(message.event, message.created_at, number, **more)
