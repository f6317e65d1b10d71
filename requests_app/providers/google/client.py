"""Client: identity, push and signature."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import jwt
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.utils.translation import gettext as _

from requests_app.providers.google import CALLS, applications
from requests_app.providers.google import NAME as PROVIDER_NAME
from requests_app.providers.http import LIMITS, exchange, refused, whole_exchange
from requests_app.providers.protocol import (
    Connector,
    Proof,
    Reply,
    Standing,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import Piece, Unreadable, document, reading
from requests_app.providers.secrets import setting

# Who we are at Google: google-auth, where it is installed, over our own exchange.
#
# Imported when a call is made, and by nothing else: whoever has no Google has no part
# of
# it.

SCOPE = "https://www.googleapis.com/auth/cloud-platform"


class _Response(NamedTuple):
    status: int
    data: bytes
    headers: dict[str, str]


class Transport:
    """As google-auth wants one. Within our deadline, without redirects."""

    def __init__(self, **limits: Any) -> None:
        self.limits = limits

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: Any = None,
        headers: Any = None,
        timeout: Any = None,
        **_more: Any,
    ) -> _Response:
        reply = exchange(method, url, content=body, headers=headers, **self.limits)
        return _Response(reply.status, reply.body, {"content-type": "application/json"})


def token(**limits: Any) -> str:
    """Raises Unreachable, in words that say what is missing."""
    path = setting("LOCKBOX_GOOGLE_CREDENTIALS_FILE", "-")
    return _token(path, SCOPE, "", limits)


def token_as(subject: str, scope: str, path: str, **limits: Any) -> str:
    """Of a service account that may act for this person. Raises Unreachable."""
    return _token(path, scope, subject, limits)


def _token(path: str, scope: str, subject: str, limits: dict[str, Any]) -> str:
    try:
        credentials = _credentials(path, scope, subject)
        if not credentials.valid:
            credentials.refresh(Transport(**limits))
        return str(credentials.token)
    except ImportError as error:
        trouble = _("google-auth is not installed: install lockbox[google].")
        raise Unreachable(trouble) from error
    except Unreachable:
        raise
    except Exception as error:
        # google-auth's own, a file that is missing, or one that is no credentials.
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error


@lru_cache(maxsize=8)
def _credentials(path: str, scope: str, subject: str) -> Any:
    """Those of the file, or the host's own where Lockbox runs at Google. Only a service
    account's key may act for somebody."""
    import google.auth
    from google.auth import compute_engine
    from google.oauth2 import service_account

    if path == "-":
        return compute_engine.Credentials(scopes=[scope])
    if subject:
        return service_account.Credentials.from_service_account_file(
            path, scopes=[scope], subject=subject
        )
    return google.auth.load_credentials_from_file(path, scopes=[scope])[0]


# The signature over an approval: that it is by the key that we pinned, and of the
# request that we asked about. The key that comes in the same reply proves nothing.

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


# Talking to Access Approval: list, get, approve, dismiss, invalidate.

ENDPOINT = "https://accessapproval.googleapis.com"
MOST_PAGES = 200


def connect(parent: str) -> Connector:
    return AccessApproval(parent)


class AccessApproval:
    """The connector of one project, folder or organization, such as “projects/123”."""

    def __init__(self, parent: str) -> None:
        self.base = f"{setting('LOCKBOX_GOOGLE_ENDPOINT', ENDPOINT)}/v1"
        self.parent = quote(parent, safe="/")

    def pending(self) -> Iterator[Piece]:
        return self._listed("PENDING")

    def every(self) -> Iterator[Piece]:
        return self._listed("ALL")

    def _listed(self, chosen: str) -> Iterator[Piece]:
        params = {"filter": chosen, "pageSize": "100"}
        for _page in range(MOST_PAGES):
            reply = self._call("GET", f"{self.parent}/approvalRequests", params=params)
            _refuse(reply)
            with reading(reply.body):
                yield from list(applications(reply.body))
                more = document(reply.body)[0].get("nextPageToken")
            if not more:
                return
            params["pageToken"] = str(more)
        raise Unreachable(_("The list of requests does not end."))

    def get(self, number: str) -> Piece:
        reply = self._call("GET", _path(number))
        if reply.status == 404:
            raise Unknown(
                _("It does not know request %(number)s.") % {"number": number}
            )
        _refuse(reply)
        with reading(reply.body):
            shown = list(applications(reply.body))
        if len(shown) != 1:
            raise Unreadable(_("The provider does not show the request."), reply.body)
        return shown[0]

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        return self._call("POST", f"{_path(number)}:{CALLS[word]}", content=body)

    def events(self, number: str) -> Iterator[Piece]:
        """Access Transparency tells them, in a log of its own."""
        return iter(())

    def standing(self) -> Iterator[Standing]:
        yield Standing(_("The requests can be listed"), self._trouble_of_listing())
        try:
            trouble = "" if self._key() else _("No key is pinned.")
        except Unreachable as error:
            trouble = str(error)
        yield Standing(_("The key that signs approvals is pinned"), trouble)

    def _trouble_of_listing(self) -> str:
        try:
            next(self.pending(), None)
        except (Unreachable, Unreadable) as error:
            return str(error)
        return ""

    def proof_of(self, number: str, value: Any) -> Proof | None:
        try:
            return proof_of(number, value, self._key())
        except Unreachable as error:
            return Proof(str(error))

    def _key(self) -> bytes:
        """The key pinned for this parent's approvals. Raises Unreachable."""
        path = setting("LOCKBOX_GOOGLE_SIGNING_KEY")
        try:
            return Path(path).read_bytes()
        except OSError as error:
            raise Unreachable(f"{type(error).__name__}: {path}") from error

    def _call(self, method: str, path: str, **more: Any) -> Reply:
        url = f"{self.base}/{path}"
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        # A token never travels unprotected: a simulator on this machine gets none.
        if urlsplit(url).scheme == "https":
            headers["Authorization"] = f"Bearer {token(**LIMITS)}"
        return whole_exchange(method, url, headers=headers, **LIMITS, **more)


def _path(number: str) -> str:
    """A name is its own address; anything else is not asked about."""
    if not PROVIDER_NAME.fullmatch(number):
        raise Unknown(_("It does not know request %(number)s.") % {"number": number})
    return quote(number, safe="/")


def _refuse(reply: Reply) -> None:
    if reply.status != 200:
        raise refused(reply)


# A push of Pub/Sub, as a wake-up: whether it is from our subscription, and no more.
#
# The keys are Google's, fetched by a cron job into a file: nothing here calls out.

ISSUERS = ["https://accounts.google.com", "accounts.google.com"]
CLAIMS = ["exp", "iat", "aud", "iss", "email", "email_verified"]
LEEWAY = timedelta(seconds=30)
MOST_BYTES = 64 * 1024


class Forged(Exception):
    """It does not come from our subscription, or is not a push at all."""


def checked(authorization: str, body: bytes) -> str:
    """A digest of the message's number, by which a push that comes again is known.
    Raises Forged, or Unreachable where the settings are not what they should be."""
    scheme, _space, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or len(body) > MOST_BYTES:
        raise Forged
    try:
        claims = jwt.decode(
            token,
            _key_of(token),
            algorithms=["RS256"],
            audience=setting("LOCKBOX_GOOGLE_PUSH_AUDIENCE"),
            issuer=ISSUERS,
            leeway=LEEWAY,
            options={"require": CLAIMS},
        )
        message = json.loads(body)["message"]["messageId"]
    except (jwt.PyJWTError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Forged from error
    own = setting("LOCKBOX_GOOGLE_PUSH_EMAIL")
    if claims["email"] != own or claims["email_verified"] is not True:
        raise Forged
    return hashlib.sha256(str(message).encode()).hexdigest()


def _key_of(token: str) -> Any:
    """The key that the token names, among those in the file."""
    path = setting("LOCKBOX_GOOGLE_PUSH_KEYS")
    try:
        keys = jwt.PyJWKSet.from_dict(json.loads(Path(path).read_bytes()))
    except (OSError, ValueError, jwt.PyJWTError) as error:
        raise Unreachable(f"{type(error).__name__}: {path}") from error
    return keys[jwt.get_unverified_header(token).get("kid", "")].key
