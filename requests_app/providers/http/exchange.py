"""One exchange over HTTP with a deadline for the whole of it.

A client's own time-outs are for each read: whoever sends a byte now and then would keep
us for ever.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.providers.http.retry_after import retry_after
from requests_app.providers.protocol import Reply, Unreachable

# Seconds to connect, and for each read; and for a whole call: what a room may use.
LIMITS: dict[str, Any] = {
    "timeout": httpx.Timeout(15.0, connect=5.0),
    "longest": 30.0,
    "most_bytes": 20 * 1024 * 1024,
}


class _Pinned(ssl.SSLContext):
    """The certificate is the named host's, wherever the connection leads: behind a
    proxy, httpx would ask for that of the address."""

    host = ""

    def wrap_socket(self, *args: Any, **kwargs: Any) -> Any:
        return super().wrap_socket(*args, **{**kwargs, "server_hostname": self.host})


def _trust(host: str) -> ssl.SSLContext | bool:
    """Whom to believe: as everything does by the settings, for this host alone where
    it is named."""
    if not host:
        return True
    context = _Pinned(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags = ssl.create_default_context().verify_flags
    context.host = host
    context.set_default_verify_paths()
    return context


class _Deadline:
    """Ends the connection when the time is up, whatever it is waiting for."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.has_passed = False
        self.streams: list[Any] = []
        self.timer = threading.Timer(seconds, self._end)
        self.timer.daemon = True

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """httpx tells what it does; each connection that it makes is remembered."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self.streams.append(info["return_value"])
            if self.has_passed:
                self._end()

    def _end(self) -> None:
        self.has_passed = True
        for stream in list(self.streams):
            # It may have ended by itself.
            with suppress(OSError, AttributeError):
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


@contextmanager
def _within(seconds: float) -> Iterator[_Deadline]:
    """Raises Unreachable, for a deadline and for any failure of the exchange."""
    deadline = _Deadline(seconds)
    deadline.timer.start()
    try:
        yield deadline
        if deadline.has_passed:
            raise httpx.ReadTimeout("cut off")
    except httpx.HTTPError as error:
        if deadline.has_passed:
            trouble = _("The exchange took longer than %(seconds)s seconds.")
            raise Unreachable(trouble % {"seconds": f"{seconds:g}"}) from error
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        deadline.timer.cancel()


def exchange(
    method: str,
    url: str,
    *,
    timeout: httpx.Timeout,
    longest: float,
    most_bytes: int,
    host: str = "",
    **more: Any,
) -> Reply:
    """Send, and read at most so many bytes and one of the answer; no redirects. `host`:
    whose certificate it is, where the address names an IP. Raises Unreachable, after
    which it may have been heeded or not."""
    with (
        _within(longest) as deadline,
        httpx.Client(
            timeout=timeout, follow_redirects=False, verify=_trust(host)
        ) as client,
        client.stream(
            method,
            url,
            extensions={"trace": deadline.trace},
            **more,
        ) as response,
    ):
        body = b""
        for part in response.iter_bytes():
            body += part
            if len(body) > most_bytes:
                break
    wait = retry_after(response.headers.get("Retry-After"), clock.now())
    headers = dict(response.headers)
    return Reply(response.status_code, body[: most_bytes + 1], wait, headers)


def refused(reply: Reply, why: str = "") -> Unreachable:
    """For an answer with another status than was asked for: `why` in the provider's
    own words, where it has any."""
    text = _("The provider answered HTTP %(status)s.") % {"status": reply.status}
    return Unreachable(f"{text} {why}".strip()[:300], reply.retry_after)


def whole_exchange(method: str, url: str, *, most_bytes: int, **more: Any) -> Reply:
    """An exchange whose answer is read whole. Raises Unreachable where that is larger
    than `most_bytes`, and as `exchange`."""
    reply = exchange(method, url, most_bytes=most_bytes, **more)
    if len(reply.body) > most_bytes:
        text = _("The answer is larger than %(most)s MB.")
        raise Unreachable(text % {"most": most_bytes // 1024**2})
    return reply
