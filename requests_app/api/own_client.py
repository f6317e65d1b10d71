"""What a client asks of and changes for itself: secrets, keys, webhook; and news."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from audit_app import clock
from requests_app.api.auth import caller, record_read
from requests_app.api.changes import CHANGES
from requests_app.api.client_payloads import (
    ChangelogOut,
    ChangeOut,
    ClientOut,
    KeysIn,
    NewSecretIn,
    SecretOut,
    StatusOut,
    WebhookIn,
)
from requests_app.api.parameters import Refusals, only_query
from requests_app.models import ContractClient, Heartbeat, OutboxMessage
from requests_app.workflow import client_keys, client_secret, contract

router = Router()


@router.get(
    "/changelog",
    auth=None,
    response={200: ChangelogOut, **Refusals},
    summary="What has changed in the API",
    operation_id="read_changelog",
)
def read_changelog(request: HttpRequest) -> ChangelogOut:
    """The newest version first. Needs no token."""
    only_query(request)
    return ChangelogOut(
        changes=[
            ChangeOut(version=row.version, date=row.date, texts=list(row.texts))
            for row in CHANGES
        ]
    )


@router.get(
    "/status",
    response={200: StatusOut, **Refusals},
    summary="How it is with the service, and with your client",
    operation_id="read_status",
)
def read_status(request: HttpRequest) -> StatusOut:
    """Whether we are at work, and how your webhooks go."""
    only_query(request)
    client = caller(request)
    sweep = Heartbeat.objects.filter(name=Heartbeat.SWEEP).first()
    record_read("api.status_read", client)
    now = clock.now()
    at_work = sweep is not None and now - sweep.at < Heartbeat.STOPPED_AFTER["sweep"]
    return StatusOut(
        service="up" if at_work else "behind",
        last_round_at=sweep.at if sweep else None,
        client=_out(client),
    )


@router.post(
    "/client-secrets",
    response={201: SecretOut, **Refusals},
    summary="Change your client's secret",
    operation_id="new_client_secret",
)
def new_client_secret(request: HttpRequest, payload: NewSecretIn) -> Any:
    """The new secret is told once, and kept by nobody here: so this call takes no
    `Idempotency-Key`. The former one stays in force for `overlap_hours`. If the answer
    is lost, call again: a secret that was never used gives way first."""
    only_query(request)
    client = caller(request)
    given = contract.rotate_own_secret(
        client, by=client.account, overlap_hours=payload.overlap_hours
    )
    secret = SecretOut(secret=given.secret, former_until=given.former_until)
    return Status(201, secret)


@router.post(
    "/webhook-secrets",
    response={201: SecretOut, **Refusals},
    summary="Change the secret that webhooks are signed with",
    operation_id="new_webhook_secret",
)
def new_webhook_secret(request: HttpRequest) -> Any:
    """Told once. The one before it stays in force until the next, and each webhook is
    signed with both."""
    only_query(request)
    client = caller(request)
    given = contract.new_own_webhook_secret(client, by=client.account)
    return Status(201, SecretOut(secret=given.secret, former_until=None))


@router.put(
    "/webhook",
    response={200: ClientOut, **Refusals},
    summary="Say where you want to be told",
    operation_id="set_webhook",
)
def set_webhook(request: HttpRequest, payload: WebhookIn) -> ClientOut:
    """By https, to a name in the world; empty: nowhere. Then have a test sent."""
    only_query(request)
    client = caller(request)
    contract.listen_at_own(client, by=client.account, webhook_url=payload.webhook_url)
    return _out(client)


@router.put(
    "/client-keys",
    response={200: ClientOut, **Refusals},
    summary="Say which keys you sign assertions with",
    operation_id="set_client_keys",
)
def set_client_keys(request: HttpRequest, payload: KeysIn) -> ClientOut:
    """Public keys alone. What is not among them is no longer good: to change over,
    send both for a while."""
    only_query(request)
    client = caller(request)
    client_keys.keep_own_keys(client, by=client.account, public_keys=payload.keys)
    return _out(client)


def _out(client: ContractClient) -> ClientOut:
    hooks = OutboxMessage.objects.filter(client=client, topic="webhook")
    went = hooks.filter(result=OutboxMessage.Result.DELIVERED).order_by("-finished_at")
    last, waiting = went.first(), hooks.filter(finished_at=None).exclude(trouble="")
    trouble = waiting.order_by("-pk").first()
    oauth = client_secret.oauth_of(client)
    return ClientOut(
        name=client.name,
        environment="sandbox" if client.is_sandbox else "live",
        secret_made_at=client.secret_made_at,
        former_secret_until=client_secret.former_until(oauth),
        keys=[row["kid"] for row in client.public_keys],
        webhook_url=client.webhook_url,
        webhook_last_delivered_at=last.finished_at if last else None,
        webhook_trouble=trouble.trouble if trouble else "",
    )
