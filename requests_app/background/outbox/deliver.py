"""The loop: what is due is claimed and sent, one message at a time."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background.outbox.answers import send_answer
from requests_app.background.outbox.doors import send_closing
from requests_app.background.outbox.lease import Call, Overtaken, claim, try_later
from requests_app.background.outbox.questions import send_question
from requests_app.background.outbox.webhooks import send_webhook
from requests_app.models import OutboxMessage
from requests_app.models.outbox import OutboxQuerySet

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
SEND = {
    Topic.ANSWER: send_answer,
    Topic.DOOR: send_closing,
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
    due_by, end = clock.now(), time.monotonic() + seconds
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
