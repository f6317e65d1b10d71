"""Signed webhooks out (Standard Webhooks), to addresses outside our network only."""

import socket
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from requests_app.providers.http.addresses import Refused, is_public, place_of
from requests_app.providers.http.exchange import exchange
from requests_app.providers.protocol import Reply

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
LONGEST = 15.0  # seconds of the whole exchange
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
        longest=LONGEST,
        most_bytes=most_bytes,
        headers={**headers, "Host": parts.netloc, "Accept-Encoding": "identity"},
        host=parts.hostname or "",
        **more,
    )
