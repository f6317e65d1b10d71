"""The loop: what is due is claimed and sent, one message at a time."""

import logging
import time

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background import heartbeat
from requests_app.background.outbox.answers import send_answer
from requests_app.background.outbox.lease import Call, Overtaken, claim, try_later
from requests_app.background.outbox.webhooks import send_webhook
from requests_app.models import OutboxMessage

log = logging.getLogger(__name__)

Topic = OutboxMessage.Topic
MOST_AT_A_TIME = 100
# Seconds after which a round begins nothing new of this kind.
BUDGET = {Topic.ANSWER: 180.0, Topic.WEBHOOK: 60.0}
SEND = {Topic.ANSWER: send_answer, Topic.WEBHOOK: send_webhook}


def deliver_due() -> list[str]:
    """Send what is due. Answers first: nobody waits for a webhook as for an answer."""
    return [line for topic in SEND for line in deliver(topic)]


def deliver(topic: Topic) -> list[str]:
    """Send what is due now; what becomes due meanwhile is the next round's. Returns a
    line for each message."""
    lines = []
    due_by, end = clock.now(), time.monotonic() + BUDGET[topic]
    for _number in range(MOST_AT_A_TIME):
        if time.monotonic() > end:
            break
        message = claim(topic, due_by)
        if message is None:
            break
        lines.append(f"{message.access_request} {message.topic}: {_send(message)}")
        heartbeat.touch()
    return lines


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
