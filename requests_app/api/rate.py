"""How many calls a client may make: counted in each process, told in each answer."""

import threading
import time
from typing import NamedTuple

from django.conf import settings

WINDOW = 60  # seconds


class Rate(NamedTuple):
    """What is left of a client's calls, and in how many seconds it begins anew."""

    most: int
    left: int
    reset: int

    def headers(self) -> dict[str, str]:
        """How many calls may still come, in the header fields of the IETF's draft
        "RateLimit header fields for HTTP"."""
        return {
            "RateLimit-Policy": f'"client";q={self.most};w={WINDOW}',
            "RateLimit": f'"client";r={max(self.left, 0)};t={self.reset}',
        }


class TooManyCalls(Exception):
    """The client has made all the calls that it may make for now."""

    def __init__(self, rate: Rate) -> None:
        super().__init__(rate.reset)
        self.rate = rate


_counted: dict[int, tuple[int, int]] = {}
_lock = threading.Lock()


def take_a_call(client: int) -> Rate:
    """Count a call of the client's. Raises TooManyCalls where none is left."""
    now = time.monotonic()
    window, most = int(now // WINDOW), settings.API_RATE
    with _lock:
        began, calls = _counted.get(client, (window, 0))
        calls = calls + 1 if began == window else 1
        _counted[client] = (window, calls)
    rate = Rate(most, most - calls, WINDOW - int(now % WINDOW))
    if rate.left < 0:
        raise TooManyCalls(rate)
    return rate
