"""Asking a provider as soon as it says that there is something to ask about."""

import logging
import threading
import time

from django.db import Error, connection

from requests_app.background.polling import poll
from requests_app.models import Connection

log = logging.getLogger(__name__)

LOOK = 15.0  # seconds after which we look whether it is over
CALM = 2.0  # before we listen again where the database does not answer


def poll_when_woken(over: threading.Event) -> None:
    """Until it is over, which is looked at now and then."""
    try:
        while not over.is_set():
            try:
                _listen(over)
            except Error:
                log.exception("wake-up: the database does not answer")
                connection.close()
                time.sleep(CALM)
    finally:
        connection.close()


def _listen(over: threading.Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute("listen lockbox_poll")
    while not over.is_set():
        woken = connection.connection.notifies(timeout=LOOK, stop_after=1)
        for pk in {notice.payload for notice in woken}:
            _poll(pk)


def _poll(pk: str) -> None:
    """What is wrong with one connection stops no other; the sweep asks again."""
    polled = Connection.objects.polled().select_related("product")
    for row in polled.filter(pk=int(pk)):
        try:
            for line in poll(row):
                log.info("wake-up: %s", line)
        except Error:
            raise
        except Exception:
            log.exception("wake-up: %s", row)
