"""Requests to Oracle, signed as its HTTP signatures want it (RSA-SHA256)."""

import base64
import hashlib
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.translation import gettext as _

from requests_app.providers.http.exchange import LIMITS, whole_exchange
from requests_app.providers.http.identity import setting
from requests_app.providers.protocol import Reply, Unreachable

SIGNED = ("date", "(request-target)", "host")
WITH_BODY = (*SIGNED, "content-length", "content-type", "x-content-sha256")


def call(
    method: str, url: str, query: dict[str, str], body: bytes | None = None
) -> Reply:
    """Raises Unreachable, after which it may have taken effect or not."""
    if query:
        url = f"{url}?{urlencode(query)}"
    headers = _headers(url, body)
    # A simulator on this machine may be asked without a key.
    if setting("LOCKBOX_ORACLE_KEY_ID", "-") != "-" or url.startswith("https:"):
        headers["authorization"] = _authorization(headers, method, url)
    return whole_exchange(method, url, content=body, headers=headers, **LIMITS)


def _headers(url: str, body: bytes | None) -> dict[str, str]:
    headers = {
        "date": formatdate(usegmt=True),
        "host": urlsplit(url).netloc,
        "accept": "application/json",
    }
    if body is not None:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers["content-type"] = "application/json"
        headers["content-length"] = str(len(body))
        headers["x-content-sha256"] = digest
    return headers


def _authorization(headers: dict[str, str], method: str, url: str) -> str:
    names = WITH_BODY if "x-content-sha256" in headers else SIGNED
    signature = _key().sign(
        _signing_string(headers, method, url, names), padding.PKCS1v15(), SHA256()
    )
    parts = {
        "version": "1",
        "keyId": setting("LOCKBOX_ORACLE_KEY_ID"),
        "algorithm": "rsa-sha256",
        "headers": " ".join(names),
        "signature": base64.b64encode(signature).decode(),
    }
    pairs = ",".join(f'{name}="{value}"' for name, value in parts.items())
    return f"Signature {pairs}"


def _signing_string(
    headers: dict[str, str], method: str, url: str, names: tuple[str, ...]
) -> bytes:
    parts = urlsplit(url)
    target = f"{method.lower()} {parts.path}{'?' + parts.query if parts.query else ''}"
    values = {**headers, "(request-target)": target}
    return "\n".join(f"{name}: {values[name]}" for name in names).encode()


def _key() -> Any:
    """Raises Unreachable for a file that is missing or holds no such key."""
    path = setting("LOCKBOX_ORACLE_PRIVATE_KEY_FILE")
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise Unreachable(f"{type(error).__name__}: {path}") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Unreachable(_("The key at %(path)s is no RSA key.") % {"path": path})
    return key
