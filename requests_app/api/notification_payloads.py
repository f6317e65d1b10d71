"""What a client is told of by webhook, and how that went. Times are UTC."""

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from requests_app.api.responses import Instant, Status


class StatusData(Schema):
    number: str
    status: Status = Field(description="As it is when the webhook is sent.")


class StatusHook(Schema):
    """A request has a new status, or its access was revoked: stop at once."""

    type: Literal["request.status_changed", "request.access_revoked"]
    timestamp: Instant
    data: StatusData


class QuestionData(Schema):
    number: str
    message: int = Field(description="The `id` of the question among the messages.")


class QuestionHook(Schema):
    """The authority asks something."""

    type: Literal["request.question"]
    timestamp: Instant
    data: QuestionData


class TrialHook(Schema):
    """Sent because you asked for it: it is about no request."""

    type: Literal["webhook.test"]
    timestamp: Instant
    data: dict[str, Any] = Field(description="Empty.")


class SinceData(Schema):
    since: Instant = Field(description="What happened later is not known to us.")


class RestoredHook(Schema):
    """An older backup was restored: tell what you know (`/comparisons`)."""

    type: Literal["service.restored"]
    timestamp: Instant
    data: SinceData


class AttemptOut(Schema):
    at: Instant
    status: int | None = Field(description="The HTTP status of your answer, if any.")
    result: str = Field(description="What went wrong; empty: nothing did.")


class NotificationOut(Schema):
    """An event, and how its webhook went."""

    id: str = Field(description="The `webhook-id`.")
    type: Literal[
        "request.status_changed",
        "request.access_revoked",
        "request.question",
        "webhook.test",
        "service.restored",
    ]
    timestamp: Instant
    data: dict[str, Any] = Field(description="As in the webhook.")
    delivery: Literal["waiting", "delivered", "failed", "cancelled"] = Field(
        description="cancelled: you had no address."
    )
    attempts: list[AttemptOut]


class NotificationsOut(Schema):
    notifications: list[NotificationOut]
    next: str | None = Field(description="`after` of the next call, also when empty.")
