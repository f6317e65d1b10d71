"""HTTP: certificates, entra, exchange, ping, retry after and sending."""

import logging
import os
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
from azure.core.exceptions import AzureError
from azure.identity import CertificateCredential
from cryptography import x509
from django.conf import settings
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from audit_app import acting
from requests_app.providers.addresses import Refused, is_public, place_of
from requests_app.providers.protocol import Reply, Standing, Unreachable
from requests_app.providers.secrets import setting

# For how long a certificate of ours is good.

# As long before its end is somebody told.
TIME_TO_RENEW = timedelta(days=30)


def certificate_is_valid(path: str, name: Any = None) -> Standing:
    """Whether the first certificate of a PEM file is good for 30 days more."""
    name = name or _("Our certificate is good for 30 days more")
    try:
        certificate = x509.load_pem_x509_certificate(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        trouble = _("The certificate can not be read: %(error)s.")
        return Standing(name, trouble % {"error": type(error).__name__})
    ends, now = certificate.not_valid_after_utc, acting.now()
    day = f"{ends:%Y-%m-%d}"
    if ends <= now:
        return Standing(name, _("It ended %(day)s.") % {"day": day})
    if ends <= now + TIME_TO_RENEW:
        return Standing(name, _("It ends %(day)s: renew it.") % {"day": day})
    return Standing(name)


# Who we are at Microsoft, where an application of ours has its own certificate.

# Seconds to connect, and for each read.
PATIENCE: Any = {"connection_timeout": 5, "read_timeout": 10, "retry_total": 1}


class Names(NamedTuple):
    """What a room calls the settings that say who we are."""

    tenant: str
    client: str
    certificate: str


def token(names: Names, scope: str) -> str:
    """Of the application that these settings name. Raises Unreachable."""
    ends = certificate_ends(names)
    if ends <= datetime.now(UTC):
        raise Unreachable(
            _("The certificate in %(name)s ran out on %(day)s: put a new one there.")
            % {"name": names.certificate, "day": f"{ends:%Y-%m-%d}"}
        )
    path = setting(names.certificate)
    try:
        known = _credential(
            setting(names.tenant),
            setting(names.client),
            path,
            Path(path).stat().st_mtime,
        )
        return str(known.get_token(scope).token)
    except (AzureError, OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error


def certificate_ends(names: Names) -> datetime:
    """When our certificate runs out. Raises Unreachable where it can't be read."""
    name = names.certificate
    try:
        body = Path(setting(name)).read_bytes()
        return x509.load_pem_x509_certificate(body).not_valid_after_utc
    except (OSError, ValueError) as error:
        trouble = _("%(name)s can not be read: %(error)s.")
        kind = type(error).__name__
        raise Unreachable(trouble % {"name": name, "error": kind}) from error


@lru_cache(maxsize=8)
def _credential(tenant: str, client: str, path: str, _changed_at: float) -> Any:
    """Made anew when the file has changed."""
    # An authority of one's own (a sovereign cloud) is not asked Microsoft about.
    own = "AZURE_AUTHORITY_HOST" in os.environ
    return CertificateCredential(
        tenant_id=tenant,
        client_id=client,
        certificate_path=path,
        disable_instance_discovery=own,
        **PATIENCE,
    )


# When a server that refuses us wants to be asked again.

LONGEST = 24 * 60 * 60


def retry_after(text: str | None, now: datetime) -> int | None:
    """Seconds, from the header's number or date (RFC 9110); at most a day. None where
    it says nothing that can be read."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return min(max(round(seconds), 0), LONGEST)


# One exchange over HTTP with a deadline for the whole of it.
#
# A client's own time-outs are for each read: whoever sends a byte now and then would
# keep
# us for ever.

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
    wait = retry_after(response.headers.get("Retry-After"), acting.now())
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


# A sign of life to a service outside that calls somebody when it stays away.

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


# Signed webhooks out (Standard Webhooks), to addresses outside our network only.

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
SENDING_LONGEST = 15.0  # seconds of the whole exchange
MOST_BYTES = 10_000  # of what the receiver says


def public_address(url: str) -> str:
    """The IP address to send to. Raises Refused unless every address that the name
    stands for lies outside private networks."""
    place = place_of(url)
    try:
        rows = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError) as error:
        raise Refused(_("The host of the webhook address is not found.")) from error
    addresses = [str(row[4][0]) for row in rows]
    if not all(is_public(address) for address in addresses):
        raise Refused(_("The webhook address lies inside our own network."))
    return addresses[0]


def headers(
    message_id: str, body: bytes, at: datetime, signing: Iterable[str]
) -> dict[str, str]:
    """Standard Webhooks headers, signed with each active secret."""
    signatures = [
        Webhook(secret).sign(message_id, at, body.decode()) for secret in signing
    ]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def post(url: str, address: str, body: bytes, signed: dict[str, str]) -> Reply:
    """Send to this very address, whatever the name stands for by now; no redirects.
    Raises Unreachable."""
    return _pinned("POST", url, address, MOST_BYTES, signed, content=body)


def get(url: str, address: str, *, most_bytes: int) -> Reply:
    """Fetch from this very address, in the same way, and at most so many bytes and one.
    Raises Unreachable."""
    return _pinned("GET", url, address, most_bytes, {})


def _pinned(
    method: str,
    url: str,
    address: str,
    most_bytes: int,
    headers: dict[str, str],
    **more: Any,
) -> Reply:
    parts = urlsplit(url)
    host = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    target = parts._replace(netloc=f"{host}{port}").geturl()
    return exchange(
        method,
        target,
        timeout=TIMEOUT,
        longest=SENDING_LONGEST,
        most_bytes=most_bytes,
        headers={**headers, "Host": parts.netloc, "Accept-Encoding": "identity"},
        host=parts.hostname or "",
        **more,
    )
