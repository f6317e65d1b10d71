"""Payloads: client payloads, notification payloads, parameters and schemas."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Header, Path, Query, Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from requests_app.api.answers import Instant, Problem, Status, refusal
from requests_app.api.problems import UnknownParameter
from requests_app.cases.access.clients import MOST_KEYS, MOST_OVERLAP
from requests_app.core.catalogue import NAMES

# What a client sends. What is not named here is refused with its name.

MOST_OBJECTS = 500


def whole(value: Any) -> Any:
    # 60.0 is a whole number in JSON; "60" is none.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _not_ahead(at: datetime) -> datetime:
    if at > timezone.now() + timedelta(minutes=5):
        text = _("Lies more than five minutes ahead of our clock; check yours.")
        raise refusal(text, "ahead_of_clock")
    if at.year < 2000:
        raise refusal(_("Lies before the year 2000."), "too_old")
    return at


RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _in_rfc_3339(value: Any) -> Any:
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise refusal(_("Is no time as 2026-11-24T10:00:00Z, with date and zone."))
    return value


def _is_country(code: str) -> str:
    if code and code not in NAMES:
        raise refusal(_("Is no country of ISO 3166, two letters."))
    return code


def _codes(schema: dict[str, Any]) -> None:
    schema["pattern"] = f"^({'|'.join(['', *NAMES])})$"


def _each_once(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise refusal(_("Names an object twice."))
    return names


Number = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")
]
# PostgreSQL keeps no NUL character in a text.
NO_NUL = r"^[^\x00]*$"
NOT_BLANK = r"^[^\x00]*[^\x00\s][^\x00]*$"
Text = Annotated[
    str, StringConstraints(min_length=1, max_length=20_000, pattern=NOT_BLANK)
]
Line = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
ObjectName = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, pattern=NO_NUL)
]
# The empty one: not said.
Country = Annotated[str, AfterValidator(_is_country), Field(json_schema_extra=_codes)]
Past = Annotated[
    AwareDatetime, BeforeValidator(_in_rfc_3339), AfterValidator(_not_ahead)
]
ObjectNames = Annotated[
    list[ObjectName],
    AfterValidator(_each_once),
    Field(
        min_length=1, max_length=MOST_OBJECTS, json_schema_extra={"uniqueItems": True}
    ),
]


def _bounds(least: int, most: int) -> WithJsonSchema:
    # Said in JSON Schema's own words: pydantic's are lost behind the validator.
    return WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


Minutes = Annotated[
    int,
    BeforeValidator(whole),
    Field(strict=True, ge=1, le=525_600),
    _bounds(1, 525_600),
]
MessageId = Annotated[
    int,
    BeforeValidator(whole),
    Field(strict=True, ge=1, le=2**62),
    _bounds(1, 2**62),
]


class StrictIn(Schema):
    """What a client sends: nothing beside the named fields."""

    model_config = ConfigDict(extra="forbid")


class ApplicationIn(StrictIn):
    """An application for access."""

    number: Number = Field(description="The provider's own number, unique for ever.")
    service: Line = Field(description="The service concerned.")
    justification: Text = Field(description="What is to be done, and why.")
    objects: ObjectNames = Field(
        description="Mailboxes, sites, resources: as narrow as the work allows.",
    )
    minutes: Minutes = Field(description="How long access is needed.")
    sent_at: Past = Field(description="When the application was sent, with zone.")
    engineer_country: Country = Field(
        "",
        description="ISO 3166, two letters. Left out: no answer that is settled"
        " beforehand can be given.",
    )
    employer: Line = Field(
        "",
        description="The company that employs the engineer, all of its legal name. Left"
        " out: no answer that is settled beforehand can be given.",
    )
    support_case: Line = Field("", description="Your own number for the work.")


class ExtensionIn(StrictIn):
    """More time for running access: decided like an application of its own."""

    number: Number
    justification: Text
    minutes: Minutes
    sent_at: Past


class LookupIn(StrictIn):
    objects: ObjectNames


class WithdrawalIn(StrictIn):
    reason: Text


class MessageIn(StrictIn):
    text: Text
    answers: MessageId | None = Field(
        None, description="The number of the question that this answers."
    )


COMPARED = " Compared with what was granted; left out, it is answered `unsaid`."


class EventIn(StrictIn):
    """What was really done during access. `number`, `happened_at` and `action` have to
    be there; the rest is compared with what was granted, so tell what you know."""

    number: Number = Field(description="Your own number of the event.")
    happened_at: Past = Field(description="When it was done, with zone.")
    action: Annotated[
        str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)
    ] = Field(description="What was done, in your words.")
    object: Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL)] = Field(
        "", description="One of the objects that were granted." + COMPARED
    )
    actor: Line = Field(
        "", description="Who did it: a name, or a stable designation." + COMPARED
    )
    employer: Line = Field(
        "", description="The company that employs the person." + COMPARED
    )
    country: Country = Field(
        "", description="From where: ISO 3166, two letters." + COMPARED
    )
    act: Literal["", "read", "change", "copy", "delete", "share"] = Field(
        "",
        description="Which kind of act it was; copy: taken out of the system."
        + COMPARED,
    )


MOST_EVENTS = 100
MOST_COMPARED = 2_000


class EventsIn(StrictIn):
    """Several events of one access, in the order in which they are kept."""

    events: list[EventIn] = Field(min_length=1, max_length=MOST_EVENTS)


class KnownIn(StrictIn):
    """A request as you know it."""

    number: Number
    status: Status = Field(description="As you last read it.")
    acknowledged_at: Past | None = Field(
        None,
        description="When you acknowledged its answer, if that was in the time that is"
        " lost: access ran from then.",
    )


def _numbers_once(rows: list[KnownIn]) -> list[KnownIn]:
    if len({row.number.lower() for row in rows}) < len(rows):
        raise refusal(_("Names a request twice."))
    return rows


class ComparisonIn(StrictIn):
    """What you know of the time that is lost."""

    requests: Annotated[
        list[KnownIn], AfterValidator(_numbers_once), Field(max_length=MOST_COMPARED)
    ]


# What is told of a client to itself, and what it sends of itself. Times are UTC.

Hours = Annotated[
    int,
    BeforeValidator(whole),
    Field(strict=True, ge=0, le=MOST_OVERLAP),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_OVERLAP}),
]


class ChangeOut(Schema):
    """A version of the API."""

    version: str
    date: str
    texts: list[str]


class ChangelogOut(Schema):
    changes: list[ChangeOut]


class ClientOut(Schema):
    """Your client, as we have it."""

    name: str
    environment: Literal["live", "sandbox"]
    secret_made_at: Instant
    former_secret_until: Instant | None = Field(
        description="Until when the secret before it is in force too."
    )
    keys: list[str] = Field(description="The `kid` of each key that you sign with.")
    webhook_url: str = Field(description="Where you are told; empty: nowhere.")
    webhook_last_delivered_at: Instant | None
    webhook_trouble: str = Field(
        description="Of a webhook that is tried again: what went wrong last."
    )


class StatusOut(Schema):
    """How it is with the service."""

    service: Literal["up", "behind"] = Field(
        description="behind: calls are answered, but what runs beside them is late."
    )
    last_round_at: Instant | None = Field(
        description="When what lapses and is sent by itself was last seen to."
    )
    client: ClientOut


class SecretOut(Schema):
    """A new secret: told once."""

    secret: str
    former_until: Instant | None = Field(
        description="Until when the former secret of the client is in force."
    )


class NewSecretIn(StrictIn):
    overlap_hours: Hours = Field(
        24, description="0: the former one and its tokens stop at once."
    )


class WebhookIn(StrictIn):
    webhook_url: Annotated[
        str, StringConstraints(max_length=200, pattern=r"^(https://[^\x00\s]+)?$")
    ]


class KeysIn(StrictIn):
    """A JWK Set (RFC 7517) of public keys: each with `kid`, and `alg` RS256, PS256 or
    ES256."""

    keys: list[dict[str, Any]] = Field(max_length=MOST_KEYS)


# What a client is told of by webhook, and how that went. Times are UTC.


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


# What several calls take beside their bodies, and how all of them refuse.

MOST_ROWS = 50
# Beyond it one pages by `after`.
MOST_PAGES = 10_000

Key = Annotated[
    str,
    StringConstraints(pattern=r"^[\x21-\x7e]{1,100}$"),
    Header(alias="Idempotency-Key", description="New for each call; kept 72 hours."),
]
NumberInPath = Annotated[Number, Path(description="The provider's own number.")]
Limit = Annotated[
    int, Query(ge=1, le=MOST_ROWS, description="At most so many on a page.")
]
Page = Annotated[int, Query(ge=1, le=MOST_PAGES, description="The first is 1.")]
STATUSES = (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503)
Refusals = {status: Problem for status in STATUSES}


def only_query(request: HttpRequest, *names: str) -> None:
    """What the call does not know is a mistake: a filter that would filter nothing, a
    trial that would be none."""
    for name in request.GET:
        if name not in names:
            raise UnknownParameter(name)
