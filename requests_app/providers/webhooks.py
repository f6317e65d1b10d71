"""Signed webhooks out (Standard Webhooks), to addresses outside our network only."""

import base64
import hashlib
import ipaddress
import secrets
import socket
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from audit_app import clock
from requests_app.providers.retry_after import retry_after

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
MOST_BYTES = 10_000  # of what the receiver says
UNICAST = ipaddress.ip_network("2000::/3")


class Refused(Exception):
    """An address that we do not send to, or nothing to sign with."""


class Told(NamedTuple):
    """What came back. `status` is None when nothing did."""

    status: int | None
    body: bytes
    trouble: str
    retry_after: int | None = None  # seconds


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _box() -> Fernet:
    # Sealed with the installation's own key: the database alone does not sign.
    key = hashlib.sha256(b"lockbox webhook secrets\0" + settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key.digest()))


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises Refused where the installation's key is no longer the one it was."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Refused(
            _("The webhook secret was sealed with another key: make a new one.")
        ) from error


def public_address(url: str) -> str:
    """The IP address to send to. Raises Refused for anything but https to the world:
    every address that the name stands for must lie outside private networks."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise Refused(_("A webhook address begins with https:// and names a host."))
    try:
        port = parts.port or 443
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError) as error:
        raise Refused(_("The host of the webhook address is not found.")) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not all(_is_public(address) for address in addresses):
        raise Refused(_("The webhook address lies inside our own network."))
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        # Only plain unicast: no address that carries an IPv4 address of ours inside.
        plain = found in UNICAST and found.sixtofour is None and found.teredo is None
        if not plain:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


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


def post(url: str, address: str, body: bytes, signed: dict[str, str]) -> Told:
    """Send to this very address, whatever the name stands for by now; no redirects."""
    parts = urlsplit(url)
    host = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    target = parts._replace(netloc=f"{host}{port}").geturl()
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream(
                "POST",
                target,
                content=body,
                headers={**signed, "Host": parts.netloc},
                extensions={"sni_hostname": parts.hostname},
            ) as response,
        ):
            said = next(response.iter_raw(MOST_BYTES), b"")
    except httpx.HTTPError as error:
        return Told(None, b"", f"{type(error).__name__}: {error}"[:300])
    trouble = "" if response.is_success else f"HTTP {response.status_code}"
    wait = retry_after(response.headers.get("Retry-After"), clock.now())
    return Told(response.status_code, said, trouble, wait)
