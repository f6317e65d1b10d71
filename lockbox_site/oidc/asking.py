"""Asking the identity provider, which must hold no web process for long: what it says
of itself is kept, a whole call has a deadline, and few are made at a time."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from authlib.integrations.requests_client import OAuth2Session
from django.db import connection
from requests import ConnectionError, PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.exceptions import SSLError

from requests_app.providers.http.exchange import exchange
from requests_app.providers.protocol import Unreachable

TIMEOUT = httpx.Timeout(5.0, connect=2.0)
LONGEST = 5.0  # seconds of a whole call
MOST_BYTES = 1024 * 1024
# Web processes of one machine that ask at the same time; the others answer meanwhile.
MOST_AT_ONCE = 2
# Seconds: what it says of itself is asked anew, and it is left alone after a failure.
KEPT, PAUSE = 3600.0, 10.0
SLOT = "select pg_try_advisory_lock(hashtextextended(%s, %s))"
FREE = "select pg_advisory_unlock(hashtextextended(%s, %s))"


class Session(OAuth2Session):
    """Authlib's, over our own exchange."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter())


class _Adapter(BaseAdapter):
    def send(self, request: PreparedRequest, **_more: Any) -> Response:  # type: ignore[override]
        """Raises what requests raises."""
        try:
            with _one_of_few():
                reply = exchange(
                    str(request.method),
                    str(request.url),
                    timeout=TIMEOUT,
                    longest=LONGEST,
                    most_bytes=MOST_BYTES,
                    content=request.body,
                    headers=dict(request.headers),
                )
        except Unreachable as error:
            is_certificate = "CERTIFICATE_VERIFY_FAILED" in str(error)
            raise (SSLError if is_certificate else ConnectionError)(error) from error
        response = Response()
        response.status_code, response._content = reply.status, reply.body
        response.url, response.request = str(request.url), request
        return response

    def close(self) -> None:
        """Nothing stays open."""


@contextmanager
def _one_of_few() -> Iterator[None]:
    """Raises Unreachable at once where enough are waiting for it already. A process
    that is ended lets go of its place with its connection."""
    name = f"lockbox asks the identity provider {socket.gethostname()}"
    with connection.cursor() as cursor:
        for number in range(MOST_AT_ONCE):
            cursor.execute(SLOT, [name, number])
            if cursor.fetchone()[0]:
                break
        else:
            raise Unreachable("others are waiting for it already")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(FREE, [name, number])


@dataclass
class Discovery:
    """What a provider says of itself, with its keys; and when it was last asked."""

    metadata: dict[str, Any] = field(default_factory=dict)
    asked_at: float = 0.0
    failed: Exception | None = None


_discoveries: dict[str, Discovery] = {}


def metadata_of(issuer: str, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a provider said of itself when `ask` was last answered. An old answer is
    better than none, for keys are asked for anew where one is missing. Raises what
    `ask` raises, for a while without asking."""
    known = _discoveries.setdefault(issuer, Discovery())
    age = time.monotonic() - known.asked_at
    if known.failed is None and known.metadata and age < KEPT:
        return known.metadata
    if known.failed is None or age > PAUSE:
        try:
            known.metadata, known.failed = ask(), None
        except Exception as error:
            known.failed = error
        known.asked_at = time.monotonic()
    if known.failed is not None and not known.metadata:
        raise known.failed
    return known.metadata


def forget(issuer: str) -> None:
    _discoveries.pop(issuer, None)
