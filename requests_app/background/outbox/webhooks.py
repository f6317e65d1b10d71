"""Telling a client of the contract API: signed, to an address in the world."""

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.background.outbox.body import body_of
from requests_app.background.outbox.lease import (
    Call,
    delivered,
    give_up,
    try_later,
)
from requests_app.models import ContractClient, OutboxMessage
from requests_app.providers.http import sending
from requests_app.providers.http.addresses import Refused
from requests_app.providers.http.secrets import WrongKey, unseal
from requests_app.providers.protocol import Reply, Unreachable
from requests_app.workflow import contract
from requests_app.workflow.machine_accounts import OUTBOX, machine_account


def send_webhook(message: OutboxMessage) -> str:
    client = message.client
    assert client is not None  # noqa: S101 — a webhook has its client
    if client.ended_at is not None or not client.webhook_url:
        return give_up(message, Call(b"", result=_("The client no longer listens.")))
    secrets = list(client.webhook_secrets.filter(ended_at=None))
    if not secrets:
        trouble = _("The client has no webhook secret to sign with.")
        return try_later(message, Call(b"", result=trouble))
    try:
        address = sending.public_address(client.webhook_url)
        signing = [unseal(row.sealed) for row in secrets]
    except (Refused, WrongKey) as error:
        return try_later(message, Call(b"", result=str(error)))
    body = body_of(message)
    signed = sending.headers(str(message.key), body, clock.now(), signing)
    try:
        reply = sending.post(client.webhook_url, address, body, signed)
    except Unreachable as error:
        return try_later(message, Call(body, result=str(error)))
    return _what_came_back(message, client, body, reply)


def _what_came_back(
    message: OutboxMessage, client: ContractClient, body: bytes, reply: Reply
) -> str:
    call = Call(body, reply.body, reply.status)
    if 200 <= reply.status < 300:
        return delivered(message, call)
    if reply.status == 410:
        contract.stop_listening(client, by=machine_account(OUTBOX))
        return give_up(message, call._replace(result=_("The address is gone.")))
    call = call._replace(result=f"HTTP {reply.status}")
    return try_later(message, call, pause=reply.retry_after)
