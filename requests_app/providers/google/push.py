"""A push of Pub/Sub, as a wake-up: whether it is from our subscription, and no more.

The keys are Google's, fetched by a cron job into a file: nothing here calls out.
"""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt

from requests_app.providers.http.identity import setting
from requests_app.providers.protocol import Unreachable

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
