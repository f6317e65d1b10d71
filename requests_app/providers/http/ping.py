"""A sign of life to a service outside that calls somebody when it stays away."""

import logging

from django.conf import settings

from requests_app.providers.http.exchange import LIMITS, exchange
from requests_app.providers.protocol import Unreachable

log = logging.getLogger(__name__)


def ping(work: str) -> None:
    """This work went well. Who does not answer hinders nothing: they will call."""
    address = settings.WATCHED.pings[work]
    if not address:
        return
    try:
        exchange("GET", address, **LIMITS)
    except Unreachable as error:
        log.warning("ping after %s: %s", work, error)
