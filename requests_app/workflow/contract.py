"""Contract clients: made, given new secrets, told where to listen, ended."""

import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from allauth.idp.oidc.models import Client, Token
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Connection, ContractClient, WebhookSecret
from requests_app.permissions.steps import can_keep_client, can_keep_clients
from requests_app.providers.http.addresses import Refused, place_of
from requests_app.providers.http.secrets import new_secret, seal
from requests_app.workflow.client_secret import (
    digest_of,
    former_secret,
    former_until,
)
from requests_app.workflow.step import (
    lock,
    note,
    require,
    save,
    step,
)

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
        secret_made_at=clock.now(),
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
    secret, now = secrets.token_urlsafe(40), clock.now()
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
    save(client, ended_at=clock.now())
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
    client.changed_itself_at = clock.now()
    return _rotate(client, overlap_hours, by)


@step(may=is_itself, hindrance=has_ended)
def listen_at_own(client: ContractClient, *, by: Any, webhook_url: str) -> None:
    """As `listen_at`, by the client; its keepers are told."""
    client.changed_itself_at = clock.now()
    _listen(client, webhook_url, by)


@step(may=is_itself, hindrance=has_ended)
def new_own_webhook_secret(client: ContractClient, *, by: Any) -> Credentials:
    """As `new_webhook_secret`, by the client; its keepers are told."""
    client.changed_itself_at = clock.now()
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
        save(old, ended_at=clock.now())
    secret = new_secret()
    WebhookSecret.objects.create(
        client=client, sealed=seal(secret), made_at=clock.now()
    )
    save(client)
    note("client.webhook_secret_made", on=client, by=by)
    return Credentials(client, client.client_id, secret)
