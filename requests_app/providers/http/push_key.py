"""The key by which push services know us (VAPID, RFC 8292): a PEM file that
`web_push_key` makes. Nobody's account: the key is the whole of who we are there."""

import base64
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings


class NoKey(Exception):
    """No file with a key is set, or it can not be read."""


def new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


def private_key() -> ec.EllipticCurvePrivateKey:
    """Raises NoKey."""
    if not settings.PUSH_KEY:
        raise NoKey("LOCKBOX_PUSH_KEY is not set")
    return _read(settings.PUSH_KEY)


@cache
def _read(path: str) -> ec.EllipticCurvePrivateKey:
    try:
        key: Any = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise NoKey(f"{path}: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise NoKey(f"{path} holds no key of the curve P-256")
    return key


def public_key() -> str:
    """What a browser is told, so that it takes notices of ours alone; empty where we
    send none."""
    try:
        point = private_key().public_key()
    except NoKey:
        return ""
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
