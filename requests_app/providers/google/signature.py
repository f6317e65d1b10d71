"""The signature over an approval: that it is by the key that we pinned, and of the
request that we asked about. The key that comes in the same reply proves nothing."""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.utils.translation import gettext as _

from requests_app.providers.protocol import Proof

NAME = 1  # the field of ApprovalRequest, as it is serialized


def proof_of(number: str, value: Any, pinned: bytes) -> Proof | None:
    """Of a request as it is shown; None where it is not approved."""
    approve = value.get("approve") if isinstance(value, dict) else None
    if not isinstance(approve, dict):
        return None
    try:
        info = approve["signatureInfo"]
        signed = base64.b64decode(info["serializedApprovalRequest"], validate=True)
        signature = base64.b64decode(info["signature"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        return Proof(_("The approval is not signed."))
    try:
        key = load_pem_public_key(pinned)
    except (ValueError, UnsupportedAlgorithm):
        return Proof(_("The pinned key can not be read."))
    if not any(_holds(key, way, signature, signed) for way in _ways(key)):
        return Proof(_("It is not signed by the pinned key."))
    if _name_in(signed) != number:
        return Proof(_("What is signed is another request."))
    return Proof()


def _ways(key: Any) -> Iterator[tuple[Any, ...]]:
    """The ways to sign that Google's keys have, for a key of this kind."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        yield ()
    elif isinstance(key, ec.EllipticCurvePublicKey):
        is_long = key.curve.key_size > 256
        yield (ec.ECDSA(hashes.SHA384() if is_long else hashes.SHA256()),)
    elif isinstance(key, rsa.RSAPublicKey):
        for digest in (hashes.SHA256(), hashes.SHA512()):
            yield padding.PKCS1v15(), digest
            salt = padding.PSS.DIGEST_LENGTH
            yield padding.PSS(padding.MGF1(digest), salt), digest


def _holds(key: Any, way: tuple[Any, ...], signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, *way)
    except InvalidSignature:
        return False
    return True


def _name_in(signed: bytes) -> str | None:
    """The one name in a serialized ApprovalRequest; None for anything odd."""
    try:
        names = [value for field, value in _fields(signed) if field == NAME]
        return names[0].decode() if len(names) == 1 else None
    except (IndexError, ValueError, AttributeError):
        return None


def _fields(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The length-delimited fields at the top of a protobuf message, which an
    ApprovalRequest has alone. Raises ValueError or IndexError for others."""
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        if tag & 7 != 2:
            raise ValueError(tag)
        size, at = _varint(raw, at)
        if at + size > len(raw):
            raise ValueError(size)
        yield tag >> 3, raw[at : at + size]
        at += size


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 64, 7):
        byte = raw[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError(at)
