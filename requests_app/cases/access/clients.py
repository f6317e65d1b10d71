"""Clients: client keys, client secret and contract."""

import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import jwt
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import ContractClient, WebhookSecret
from requests_app.cases.review.rights.involvement import (
    can_keep_client,
    can_keep_clients,
)
from requests_app.core.step import lock, note, require, save, step
from requests_app.providers.addresses import Refused, place_of
from requests_app.providers.secrets import new_secret, seal
from requests_app.registers.models.cloud import Connection

# How the secrets of contract clients are kept, and which are in force.

# A secret of ours can not be guessed: a quick digest keeps it (lockbox_site.sign_in).
HASHER = "machine"


def digest_of(secret: str) -> str:
    return make_password(secret, hasher=HASHER)


def is_its_secret(oauth: Client, secret: str) -> bool:
    """The secret, or the one before it while that is still in force. Keeps that it was
    used: one that nobody ever used may not have come to the provider."""
    if not check_password(secret, oauth.secret):
        return check_password(secret, former_secret(oauth, acting.now()))
    if not (oauth.data or {}).get("used"):
        _keep_that_it_was_used(oauth, secret)
    return True


def _keep_that_it_was_used(oauth: Client, secret: str) -> None:
    """By the quick digest from then on, where it was kept by a slow one."""
    client = ContractClient.objects.filter(client_id=oauth.pk).first()
    if client is None:
        return
    with acting_as(client.account):
        now = Client.objects.select_for_update().get(pk=oauth.pk)
        if now.secret == oauth.secret:
            now.data = {**(now.data or {}), "used": True}
            now.secret = digest_of(secret)
            now.save(update_fields=["data", "secret"])


def former_secret(oauth: Client, now: datetime) -> str:
    """Its digest, where it is still in force."""
    until = former_until(oauth)
    return oauth.data["former"] if until and now < until else ""


def oauth_of(client: ContractClient) -> Client:
    return Client.objects.get(pk=client.client_id)


def former_until(oauth: Client) -> datetime | None:
    """Until when the secret before this one is in force, if there is one."""
    until = (oauth.data or {}).get("former_until")
    return datetime.fromisoformat(until) if until else None


# Contract clients: made, given new secrets, told where to listen, ended.

SCOPE = "requests"
SANDBOX_SCOPE = "sandbox"
MOST_OVERLAP = 72  # hours


class Credentials(NamedTuple):
    """Shown once and kept by the provider only."""

    client: ContractClient
    client_id: str
    secret: str
    # Until when the secret before it is in force too.
    former_until: datetime | None = None


@step
def make_client(
    connection: Connection, *, by: Any, name: str, is_sandbox: bool = False
) -> Credentials:
    """A new client of a connection, with a machine account that signs what it does. One
    of the sandbox is let into nothing else."""
    require(can_keep_clients(by, connection))
    secret = secrets.token_urlsafe(40)
    scope = SANDBOX_SCOPE if is_sandbox else SCOPE
    oauth = Client(
        name=name,
        type=Client.Type.CONFIDENTIAL,
        scopes=scope,
        default_scopes=scope,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        response_types="",
    )
    oauth.secret = digest_of(secret)
    oauth.save()
    account = get_user_model()(
        username=f"client-{oauth.pk}"[:150], last_name=name, is_machine=True
    )
    account.set_unusable_password()
    account.save()
    client = ContractClient.objects.create(
        connection=connection,
        name=name,
        client_id=oauth.pk,
        account=account,
        secret_made_at=acting.now(),
        is_sandbox=is_sandbox,
    )
    note("client.made", on=client, by=by)
    return Credentials(client, oauth.pk, secret)


def has_ended(_may: Any, client: ContractClient) -> str:
    return _("The client has ended: make a new one.") if client.ended_at else ""


@step(may=can_keep_client, hindrance=has_ended)
def rotate_secret(
    client: ContractClient, *, by: Any, overlap_hours: int = 0
) -> Credentials:
    """A new secret. The old one stays in force for so many hours; with none, it and its
    tokens stop at once."""
    return _rotate(client, overlap_hours, by)


def _rotate(client: ContractClient, overlap_hours: int, by: Any) -> Credentials:
    """Two secrets at most are in force; one that was never used gives way first."""
    if not 0 <= overlap_hours <= MOST_OVERLAP:
        text = _("0 to %(most)s hours.") % {"most": MOST_OVERLAP}
        raise ValidationError({"overlap_hours": text})
    secret, now = secrets.token_urlsafe(40), acting.now()
    oauth = Client.objects.select_for_update().get(pk=client.client_id)
    data: dict[str, Any] = {}
    if overlap_hours:
        until = now + timedelta(hours=overlap_hours)
        was_used = (oauth.data or {}).get("used")
        before = "" if was_used else former_secret(oauth, now)
        data = {"former": before or oauth.secret, "former_until": until.isoformat()}
    else:
        Token.objects.filter(client=oauth).delete()
    oauth.secret, oauth.data = digest_of(secret), data
    oauth.save()
    save(client, secret_made_at=now)
    note("client.secret_rotated", on=client, by=by)
    return Credentials(client, oauth.pk, secret, former_until(oauth))


@step(may=can_keep_client, hindrance=has_ended)
def end_client(client: ContractClient, *, by: Any, reason: str) -> None:
    """The client is shut out at once. Nothing it did goes away."""
    Token.objects.filter(client=client.client_id).delete()
    oauth = Client.objects.get(pk=client.client_id)
    oauth.secret, oauth.data = digest_of(secrets.token_urlsafe(40)), None
    oauth.grant_types = ""
    oauth.save()
    save(client, ended_at=acting.now())
    note("client.ended", on=client, by=by, reason=reason)


@step(may=can_keep_client, hindrance=has_ended)
def listen_at(client: ContractClient, *, by: Any, webhook_url: str) -> None:
    """Where the client wants to be told, or empty. Refused inside our network, as
    far as the address shows; what a name stands for is checked when something is sent.
    """
    _listen(client, webhook_url, by)


def _listen(client: ContractClient, webhook_url: str, by: Any) -> None:
    if webhook_url:
        try:
            place_of(webhook_url)
        except Refused as error:
            raise ValidationError({"webhook_url": str(error)}) from error
    save(client, webhook_url=webhook_url)
    note("client.webhook_set", on=client, by=by)


def is_itself(by: Any, client: ContractClient) -> bool:
    """The client, acting for itself."""
    acting_client = getattr(by, "contract_client", None)
    return acting_client is not None and acting_client.pk == client.pk


@step(may=is_itself, hindrance=has_ended)
def rotate_own_secret(
    client: ContractClient, *, by: Any, overlap_hours: int
) -> Credentials:
    """As `rotate_secret`, by the client; its keepers are told."""
    client.changed_itself_at = acting.now()
    return _rotate(client, overlap_hours, by)


@step(may=is_itself, hindrance=has_ended)
def listen_at_own(client: ContractClient, *, by: Any, webhook_url: str) -> None:
    """As `listen_at`, by the client; its keepers are told."""
    client.changed_itself_at = acting.now()
    _listen(client, webhook_url, by)


@step(may=is_itself, hindrance=has_ended)
def new_own_webhook_secret(client: ContractClient, *, by: Any) -> Credentials:
    """As `new_webhook_secret`, by the client; its keepers are told."""
    client.changed_itself_at = acting.now()
    return _new_webhook_secret(client, by)


def _nothing_to_see(_may: Any, client: ContractClient) -> str:
    return "" if client.changed_itself_at else _("The client has changed nothing.")


@step(may=can_keep_client, hindrance=_nothing_to_see)
def see_change(client: ContractClient, *, by: Any) -> None:
    """A keeper has seen what the client changed itself."""
    save(client, changed_itself_at=None)
    note("client.change_seen", on=client, by=by)


@step
def stop_listening(client: ContractClient, *, by: Any) -> None:
    """The address has said that it is gone (410): nothing more is sent there."""
    lock(client)
    save(client, webhook_url="")
    note("client.webhook_gone", on=client, by=by)


@step(may=can_keep_client, hindrance=has_ended)
def new_webhook_secret(client: ContractClient, *, by: Any) -> Credentials:
    """A new signing secret. The one before it stays in force until the next, so that
    the provider can change over; older ones end."""
    return _new_webhook_secret(client, by)


def _new_webhook_secret(client: ContractClient, by: Any) -> Credentials:
    for old in client.webhook_secrets.filter(ended_at=None)[1:]:
        save(old, ended_at=acting.now())
    secret = new_secret()
    WebhookSecret.objects.create(
        client=client, sealed=seal(secret), made_at=acting.now()
    )
    save(client)
    note("client.webhook_secret_made", on=client, by=by)
    return Credentials(client, client.client_id, secret)


# The public keys that a contract client signs with: registered, and which will do.

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
    client.changed_itself_at = acting.now()
    _keep_keys(client, public_keys, by)
