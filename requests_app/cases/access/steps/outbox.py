"""Rows for the outbox: written in a step's transaction, sent after it (rule 10)."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from audit_app import acting
from requests_app.cases.access.models import (
    Comparison,
    ContractClient,
    Delivery,
    OutboxMessage,
    SandboxRequest,
    SideDoor,
)
from requests_app.cases.intake.models.file import Message
from requests_app.cases.intake.models.request import (
    REVOKED,
    STATUS_SHOWN,
    AccessRequest,
)
from requests_app.core.step import WrongState
from requests_app.providers.contract import moment
from requests_app.registers.models.cloud import Connection

Event = OutboxMessage.Event
Topic = OutboxMessage.Topic

# What is revoked is told so until it is told in full that nothing more will happen.
MAY_STILL_BE_USED = (
    AccessRequest.Status.IN_REVIEW,
    AccessRequest.Status.ACCESS_OPEN,
    AccessRequest.Status.ACCESS_ENDED,
)


def status_shown(access_request: AccessRequest) -> str:
    if access_request.revoked_at and access_request.status in MAY_STILL_BE_USED:
        return REVOKED
    return STATUS_SHOWN[AccessRequest.Status(access_request.status)]


def shown_as(status: str) -> Q:
    """The requests that `status_shown` shows so."""
    revoked = Q(revoked_at__isnull=False, status__in=MAY_STILL_BE_USED)
    if status == REVOKED:
        return revoked
    own = [known for known, shown in STATUS_SHOWN.items() if shown == status]
    return Q(status__in=own) & ~revoked


def send_answer(delivery: Delivery) -> None:
    """Order the answer sent by machine, where the connection is answered so."""
    connection = delivery.access_request.connection
    is_revocation = delivery.answer == Delivery.Answer.REVOKE
    if not (connection.is_revoked if is_revocation else connection.is_answered):
        return
    OutboxMessage.objects.create(
        topic=Topic.ANSWER,
        access_request=delivery.access_request,
        delivery=delivery,
        lane=f"answer:{delivery.access_request_id}",
        created_at=acting.now(),
        next_attempt_at=acting.now(),
    )


def tell_provider(
    access_request: AccessRequest, event: str, question: Message | None = None
) -> None:
    """Order a webhook to each client of the connection; where it has no address the
    event is kept for it to ask for."""
    # What stops access waits for nothing that was told before it.
    lane = "revoked" if event == Event.REVOKED else "hook"
    for client in _clients(access_request.connection):
        _order(
            client,
            event,
            f"{lane}:{client.pk}:{access_request.pk}",
            access_request=access_request,
            question=question,
        )


def ask_provider(question: Message) -> None:
    """Order a question put into the provider's support case, where a machine can."""
    access_request = question.access_request
    if access_request.is_asked:
        OutboxMessage.objects.create(
            topic=Topic.QUESTION,
            access_request=access_request,
            question=question,
            lane=f"question:{access_request.pk}",
            created_at=acting.now(),
            next_attempt_at=acting.now(),
        )


def close_door(door: SideDoor) -> None:
    """Order a side door closed at the provider."""
    OutboxMessage.objects.create(
        topic=Topic.DOOR,
        side_door=door,
        lane=f"door:{door.pk}",
        created_at=acting.now(),
        next_attempt_at=acting.now(),
    )


def tell_of_restore(connection: Connection) -> None:
    """That we know nothing of what happened since a backup; as `tell_provider`."""
    for client in _clients(connection):
        _order(client, Event.RESTORED, f"restore:{client.pk}")


def _clients(connection: Connection) -> QuerySet[ContractClient]:
    return ContractClient.objects.filter(
        connection=connection, ended_at=None, is_sandbox=False
    )


def tell_of_trial(
    tried: SandboxRequest, event: str, due: datetime | None = None
) -> None:
    """Order a webhook to the client of the sandbox, to be sent when it is due."""
    at = due or acting.now()
    client = tried.client
    lane = f"sandbox:{client.pk}:{tried.pk}"
    _order(client, event, lane, at, sandbox_request=tried)


def _order(
    client: ContractClient,
    event: str,
    lane: str,
    at: datetime | None = None,
    **about: Any,
) -> OutboxMessage:
    unsent = {} if client.webhook_url else _kept_unsent()
    return OutboxMessage.objects.create(
        topic=Topic.WEBHOOK,
        client=client,
        event=event,
        lane=lane,
        created_at=at or acting.now(),
        next_attempt_at=at or acting.now(),
        **about,
        **unsent,
    )


def _kept_unsent() -> dict[str, Any]:
    return {"finished_at": acting.now(), "result": OutboxMessage.Result.CANCELLED}


def order_test(client: ContractClient) -> OutboxMessage:
    """A webhook of no request, for whoever sets up a listener. Raises WrongState for a
    client without an address."""
    _refuse_without_address(client)
    return _order(client, Event.TEST, f"test:{client.pk}")


def order_again(message: OutboxMessage, client: ContractClient) -> OutboxMessage:
    """Order an event of a webhook once more. Raises WrongState as a test does."""
    _refuse_without_address(client)
    return _order(
        client,
        message.event,
        message.lane,
        access_request=message.access_request,
        sandbox_request=message.sandbox_request,
        question=message.question,
    )


def _refuse_without_address(client: ContractClient) -> None:
    if not client.webhook_url:
        raise WrongState(_("The client has no webhook address."))


def payload_of(message: OutboxMessage) -> dict[str, str | int]:
    """What an event says. The status is the one by now: one that has passed is nothing
    to act on."""
    if message.sandbox_request is not None:
        tried = message.sandbox_request
        return tried.data_of(message.event, Event.QUESTION, acting.now())
    access_request = message.access_request
    if access_request is None:
        return _since(message) if message.event == Event.RESTORED else {}
    payload: dict[str, str | int] = {"number": access_request.external_id}
    if message.question is None:
        return {**payload, "status": status_shown(access_request)}
    earlier = access_request.messages.filter(pk__lte=message.question.pk)
    return {**payload, "message": earlier.count()}


def _since(message: OutboxMessage) -> dict[str, str | int]:
    assert message.client is not None  # noqa: S101 — a webhook has its client
    rows = Comparison.objects.filter(connection=message.client.connection_id)
    newest = rows.filter(began_at__lte=message.created_at).order_by("-pk").first()
    return {"since": moment(newest.lost_from)} if newest else {}


def call_back(delivery: Delivery) -> None:
    """Take an answer out of the outbox. Raises WrongState while it may be taking
    effect: nobody must believe that it was held back when it was not."""
    message = _message_of(delivery)
    if message is None or message.finished_at is not None:
        return
    if message.in_flight(acting.now()):
        raise _being_sent()
    message.finished_at = acting.now()
    message.result = OutboxMessage.Result.CANCELLED
    message.save()


def settle(access_request: AccessRequest) -> None:
    """A person has seen at the provider what became of an answer whose effect was not
    known. Raises WrongState while it is being sent."""
    waiting = _unfinished().select_for_update().filter(access_request=access_request)
    for message in waiting:
        if message.is_under_way(acting.now()):
            raise _being_sent()
        message.uncertain = False
        message.save()


def _being_sent() -> WrongState:
    return WrongState(
        _("The answer is being sent right now. Try again in a few minutes.")
    )


def may_have_taken_effect(access_request: AccessRequest) -> bool:
    """Was an answer begun whose effect at the provider is not known yet?"""
    waiting = _unfinished().select_for_update().filter(access_request=access_request)
    return any(message.in_flight(acting.now()) for message in waiting)


def is_being_sent(access_request: AccessRequest) -> bool:
    """Is an answer on more of the access being sent? To tell whoever revoked it."""
    waiting = _unfinished().filter(access_request__extends=access_request.pk)
    return any(message.in_flight(acting.now()) for message in waiting)


def _unfinished() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(topic=Topic.ANSWER, finished_at=None)


def _message_of(delivery: Delivery) -> OutboxMessage | None:
    return OutboxMessage.objects.select_for_update().filter(delivery=delivery).first()
