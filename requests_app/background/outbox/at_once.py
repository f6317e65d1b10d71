"""Sending as soon as it is committed what is told to clients, what stops access, and
answers on more of it; what is left the sweep sends, and all other answers.

The database wakes us (`lockbox_outbox_wakes`). Several send beside each other, each to
another client, so that nobody waits for a receiver that is slow.
"""

import logging
import threading
import time

from django.db import Error, connection

from requests_app.background.outbox.deliver import deliver_some
from requests_app.background.woken import poll_when_woken
from requests_app.models import OutboxMessage

log = logging.getLogger(__name__)

SENDERS = 8
LOOK = 15.0  # seconds after which we look without having been woken
CALM = 2.0  # before we try again where the database does not answer


def send_at_once(over: threading.Event) -> None:
    """Until it is over, which is looked at now and then."""
    work = [_send_until] * SENDERS + [poll_when_woken]
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
                log.exception("outbox: the database does not answer")
                connection.close()
                time.sleep(CALM)
    finally:
        connection.close()


def _send_and_sleep(over: threading.Event) -> None:
    """Listens first: what is ordered while we look wakes us after."""
    with connection.cursor() as cursor:
        cursor.execute("listen lockbox_outbox")
    while not over.is_set():
        for line in _send():
            log.info("outbox: %s", line)
        for _woken in connection.connection.notifies(timeout=LOOK, stop_after=1):
            pass


def _send() -> list[str]:
    messages = OutboxMessage.objects.all()
    return [
        line
        for some in (messages.revocations(), messages.at_once())
        for line in deliver_some(some, LOOK)
    ]
