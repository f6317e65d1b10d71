"""A client that signs who it is with a key of its own (RFC 7523), without a secret."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import jwt
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.api.codes import TokenCode
from requests_app.api.idempotency import claim
from requests_app.models import ContractClient

# What it is signed for may lie no further ahead: a copy is of no use for long.
LONGEST = timedelta(minutes=10)
LEEWAY = timedelta(seconds=30)
CLAIMS = ["iss", "sub", "aud", "exp", "jti"]


class AssertionRefused(Exception):
    """The assertion is not good; `code` says why."""

    def __init__(self, code: TokenCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def client_of(assertion: str, audiences: Sequence[str]) -> ContractClient:
    """The client that signed it, for us, and once. Raises AssertionRefused."""
    try:
        kid = jwt.get_unverified_header(assertion).get("kid")
        unverified = jwt.decode(assertion, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError) as error:
        raise _malformed() from error
    client = ContractClient.objects.filter(
        client_id=str(unverified.get("sub"))[:100],
        ended_at=None,
        connection__is_active=True,
    ).first()
    keys = client.public_keys if client else []
    key = next((row for row in keys if row["kid"] == kid), None)
    if client is None or key is None:
        text = _("No client has registered this key (`kid`) under this `sub`.")
        raise AssertionRefused(TokenCode.ASSERTION_UNKNOWN_KEY, text)
    claims = _verified(assertion, key, audiences, client.client_id)
    _once(client, claims)
    return client


def _verified(
    assertion: str, key: dict[str, Any], audiences: Sequence[str], name: str
) -> dict[str, Any]:
    try:
        claims = jwt.decode(
            assertion,
            jwt.PyJWK(key),
            algorithms=[key["alg"]],
            audience=audiences,
            issuer=name,
            leeway=LEEWAY,
            options={"require": CLAIMS},
        )
    except jwt.ExpiredSignatureError as error:
        text = _("The assertion has run out.")
        raise AssertionRefused(TokenCode.ASSERTION_EXPIRED, text) from error
    except jwt.InvalidAudienceError as error:
        text = _("`aud` is the address of the call for a token.")
        raise AssertionRefused(TokenCode.ASSERTION_WRONG_AUDIENCE, text) from error
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError) as error:
        text = _("The signature is not by the key that is registered.")
        raise AssertionRefused(TokenCode.ASSERTION_FORGED, text) from error
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        raise _malformed() from error
    latest = (clock.now() + LONGEST + LEEWAY).timestamp()
    if claims["exp"] > latest or not isinstance(claims["jti"], str):
        raise _malformed()
    return claims


def _once(client: ContractClient, claims: dict[str, Any]) -> None:
    """Kept among the keys of calls, which last longer than it; by a name with a space,
    which no call can have."""
    digest = hashlib.sha256(claims["jti"].encode(errors="replace")).hexdigest()
    if not claim(client.pk, f"jti {digest}", digest):
        text = _("The assertion was used before: sign a new one, with a new `jti`.")
        raise AssertionRefused(TokenCode.ASSERTION_REPLAYED, text)


def _malformed() -> AssertionRefused:
    text = _(
        "The assertion is no JWT with iss and sub (your client id), aud, exp (at most"
        " ten minutes ahead) and jti."
    )
    return AssertionRefused(TokenCode.ASSERTION_MALFORMED, text)
