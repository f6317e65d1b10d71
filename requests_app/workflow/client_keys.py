"""The public keys that a contract client signs with: registered, and which will do."""

from typing import Any

import jwt
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import ContractClient
from requests_app.permissions.steps import can_keep_client
from requests_app.workflow.contract import has_ended, is_itself
from requests_app.workflow.step import note, save, step

MOST_KEYS = 5
LEAST_RSA = 2048
SIGNS_BY = {"RSA": ("RS256", "PS256"), "EC": ("ES256",)}
PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "k")


@step(may=can_keep_client, hindrance=has_ended)
def keep_keys(client: ContractClient, *, by: Any, public_keys: list[Any]) -> None:
    """The public keys that the client signs with; those that are not named end."""
    _keep_keys(client, public_keys, by)


def _keep_keys(client: ContractClient, public_keys: list[Any], by: Any) -> None:
    refuse_keys(public_keys)
    save(client, public_keys=public_keys)
    note("client.keys_set", on=client, by=by)


def refuse_keys(public_keys: list[Any]) -> None:
    """Raises ValidationError for what is no list of public keys that we take."""
    if len(public_keys) > MOST_KEYS:
        text = _("At most %(most)s keys.") % {"most": MOST_KEYS}
        raise ValidationError({"keys": text})
    for place, row in enumerate(public_keys):
        if trouble := _trouble_of(row):
            raise ValidationError({f"keys/{place}": trouble})
    if len({row["kid"] for row in public_keys}) < len(public_keys):
        raise ValidationError({"keys": _("Each key has a `kid` of its own.")})


def _trouble_of(row: Any) -> str:
    if not isinstance(row, dict) or not isinstance(row.get("kid"), str):
        return _("Is no public key (JWK) with a `kid`.")
    if any(name in row for name in PRIVATE):
        return _("Holds the private half of the key: make a new pair, and keep it.")
    if row.get("alg") not in SIGNS_BY.get(str(row.get("kty")), ()):
        return _("`alg` is RS256, PS256 or ES256, and of its kind of key.")
    try:
        key = jwt.PyJWK(row).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return _("Can not be read as a key.")
    if row["kty"] == "RSA" and key.key_size < LEAST_RSA:
        return _("An RSA key has at least 2048 bits.")
    return ""


@step(may=is_itself, hindrance=has_ended)
def keep_own_keys(client: ContractClient, *, by: Any, public_keys: list[Any]) -> None:
    """As `keep_keys`, by the client; its keepers are told."""
    client.changed_itself_at = clock.now()
    _keep_keys(client, public_keys, by)
