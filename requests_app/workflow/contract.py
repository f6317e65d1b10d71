"""Contract clients: made, given new secrets, told where to listen, ended."""

import secrets
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
from requests_app.workflow.step import (
    lock,
    note,
    require,
    save,
    step,
)

SCOPE = "requests"


class Credentials(NamedTuple):
    """Shown once and kept by the provider only."""

    client: ContractClient
    client_id: str
    secret: str


@step
def make_client(connection: Connection, *, by: Any, name: str) -> Credentials:
    """A new client of a connection, with a machine account that signs what it does."""
    require(can_keep_clients(by, connection))
    secret = secrets.token_urlsafe(40)
    oauth = Client(
        name=name,
        type=Client.Type.CONFIDENTIAL,
        scopes=SCOPE,
        default_scopes=SCOPE,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        response_types="",
    )
    oauth.set_secret(secret)
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
    )
    note("client.made", on=client, by=by)
    return Credentials(client, oauth.pk, secret)


def _has_ended(_may: Any, client: ContractClient) -> str:
    return _("The client has ended: make a new one.") if client.ended_at else ""


@step(may=can_keep_client, hindrance=_has_ended)
def rotate_secret(client: ContractClient, *, by: Any) -> Credentials:
    """A new secret; the old one and its tokens stop at once."""
    secret = secrets.token_urlsafe(40)
    oauth = Client.objects.get(pk=client.client_id)
    oauth.set_secret(secret)
    oauth.save()
    Token.objects.filter(client=oauth).delete()
    save(client, secret_made_at=clock.now())
    note("client.secret_rotated", on=client, by=by)
    return Credentials(client, oauth.pk, secret)


@step(may=can_keep_client, hindrance=_has_ended)
def end_client(client: ContractClient, *, by: Any, reason: str) -> None:
    """The client is shut out at once. Nothing it did goes away."""
    Token.objects.filter(client=client.client_id).delete()
    oauth = Client.objects.get(pk=client.client_id)
    oauth.set_secret(secrets.token_urlsafe(40))
    oauth.grant_types = ""
    oauth.save()
    save(client, ended_at=clock.now())
    note("client.ended", on=client, by=by, reason=reason)


@step(may=can_keep_client, hindrance=_has_ended)
def listen_at(client: ContractClient, *, by: Any, webhook_url: str) -> None:
    """Where the client wants to be told, or empty. Refused inside our network, as
    far as the address shows; what a name stands for is checked when something is sent.
    """
    if webhook_url:
        try:
            place_of(webhook_url)
        except Refused as error:
            raise ValidationError({"webhook_url": str(error)}) from error
    save(client, webhook_url=webhook_url)
    note("client.webhook_set", on=client, by=by)


@step
def stop_listening(client: ContractClient, *, by: Any) -> None:
    """The address has said that it is gone (410): nothing more is sent there."""
    lock(client)
    save(client, webhook_url="")
    note("client.webhook_gone", on=client, by=by)


@step(may=can_keep_client, hindrance=_has_ended)
def new_webhook_secret(client: ContractClient, *, by: Any) -> Credentials:
    """A new signing secret. The one before it stays in force until the next, so that
    the provider can change over; older ones end."""
    for old in client.webhook_secrets.filter(ended_at=None)[1:]:
        save(old, ended_at=clock.now())
    secret = new_secret()
    WebhookSecret.objects.create(
        client=client, sealed=seal(secret), made_at=clock.now()
    )
    save(client)
    note("client.webhook_secret_made", on=client, by=by)
    return Credentials(client, client.client_id, secret)
