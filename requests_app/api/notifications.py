"""What a client was told, or would have been: a feed to ask, tests and replays."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query, Router

from audit_app import clock
from requests_app.api.auth import caller, record_read
from requests_app.api.idempotency import once
from requests_app.api.notification_payloads import NotificationOut, NotificationsOut
from requests_app.api.parameters import (
    MOST_ROWS,
    Key,
    Limit,
    Page,
    Refusals,
    only_query,
)
from requests_app.models import OutboxMessage
from requests_app.workflow import outbox

router = Router()
# As long as a step may take to commit: else one that commits late would be passed by.
SETTLES = timedelta(seconds=35)
Id = Annotated[UUID, Path(description="`webhook-id`.")]


@router.get(
    "/notifications",
    response={200: NotificationsOut, **Refusals},
    summary="Ask for what has happened, the earliest first",
    operation_id="list_notifications",
)
def list_notifications(
    request: HttpRequest,
    after: Annotated[UUID | None, Query(description="From `next`.")] = None,
    limit: Limit = MOST_ROWS,
    page: Page = 1,
) -> NotificationsOut:
    """What webhooks told of all your requests, or would have told where you have no
    address. An event stands here within a minute of what it tells of. `after` is what
    new events do not disturb; or page by `page`."""
    only_query(request, "after", "limit", "page")
    rows = _own(request).filter(created_at__lte=clock.now() - SETTLES)
    if after is not None:
        rows = rows.filter(pk__gt=_one(request, after).pk)
    first = (page - 1) * limit
    messages = list(rows.order_by("pk")[first : first + limit])
    record_read("api.notifications_read", caller(request))
    last = messages[-1].key if messages else after
    return NotificationsOut(
        notifications=[_out(row) for row in messages], next=str(last) if last else None
    )


@router.get(
    "/notifications/{id}",
    response={200: NotificationOut, **Refusals},
    summary="How a webhook went",
    operation_id="read_notification",
)
def read_notification(request: HttpRequest, id: Id) -> NotificationOut:
    """What your address answered, each time."""
    only_query(request)
    return _out(_one(request, id))


@router.post(
    "/notification-tests",
    response={202: NotificationOut, **Refusals},
    summary="Have a test webhook sent",
    operation_id="test_webhook",
)
def test_webhook(request: HttpRequest, key: Key) -> HttpResponse:
    """A signed `webhook.test` goes to your address within a minute; read it to see what
    your address answered. It is about no request."""

    def act() -> NotificationOut:
        return _out(outbox.order_test(caller(request)))

    return once(request, key, 202, act)


@router.post(
    "/notifications/{id}/replays",
    response={202: NotificationOut, **Refusals},
    summary="Have a webhook sent again",
    operation_id="replay_webhook",
)
def replay_webhook(request: HttpRequest, id: Id, key: Key) -> HttpResponse:
    """Under a new `webhook-id`, with the status by then."""

    def act() -> NotificationOut:
        return _out(outbox.order_again(_one(request, id), caller(request)))

    return once(request, key, 202, act)


def _own(request: HttpRequest) -> Any:
    rows = OutboxMessage.objects.filter(client=caller(request))
    return rows.select_related("access_request", "question").prefetch_related("tries")


def _one(request: HttpRequest, key: UUID) -> OutboxMessage:
    row = _own(request).filter(key=key).first()
    if row is None:
        raise Http404
    return row


def _out(row: OutboxMessage) -> NotificationOut:
    tries = [
        {"at": one.began_at, "status": one.http_status, "result": one.result}
        for one in row.tries.all()
    ]
    return NotificationOut.model_validate(
        {
            "id": str(row.key),
            "type": row.event,
            "timestamp": row.created_at,
            "data": outbox.payload_of(row),
            "delivery": row.result or "waiting",
            "attempts": tries,
        }
    )
