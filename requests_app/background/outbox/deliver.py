"""The loop: what is due is claimed and sent, one message at a time."""

import logging

from django.utils.translation import gettext as _

from requests_app.background.outbox.answers import send_answer
from requests_app.background.outbox.lease import Call, Overtaken, claim, try_later
from requests_app.background.outbox.webhooks import send_webhook
from requests_app.models import OutboxMessage

log = logging.getLogger(__name__)

MOST_AT_A_TIME = 100
SEND = {
    OutboxMessage.Topic.ANSWER: send_answer,
    OutboxMessage.Topic.WEBHOOK: send_webhook,
}


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
    send = SEND[OutboxMessage.Topic(message.topic)]
    claimed = message.attempts
    try:
        return send(message)
    except Overtaken:
        return _("another process has taken over")
    except Exception as error:
        log.exception("outbox: %s", message)
        message.refresh_from_db()
        message.attempts = claimed
        return try_later(message, Call(b"", result=f"{type(error).__name__}: {error}"))
