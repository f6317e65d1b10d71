"""What a client reads. Times are UTC."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, PlainSerializer, WithJsonSchema

from requests_app.api.codes import Code, FieldCode
from requests_app.providers.contract.payloads import moment

Instant = Annotated[
    datetime,
    PlainSerializer(moment),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
Status = Literal[
    "in_review",
    "answer_ready",
    "access_open",
    "access_ended",
    "access_revoked",
    "denied",
    "lapsed",
    "withdrawn",
    "answered_elsewhere",
    "merged",
    "closed",
]
AnswerWord = Literal["approve", "deny", "revoke"]
ConditionKind = Literal[
    "duration",
    "named_object",
    "named_engineer",
    "inside_eea",
    "screen_share",
    "no_copying",
    "account",
    "other",
]
Outside = Literal["object", "time", "person", "place", "act", "unsaid"]


class ConditionOut(Schema):
    """What you are bound by."""

    kind: ConditionKind
    text: str = Field(description="As it was decided, in Swedish.")
    due_working_days: int | None = Field(
        None, description="Within so many working days after access has ended."
    )
    objects: list[str] = Field(description="The objects that it holds for.")


class GrantedOut(Schema):
    """What was granted of one object."""

    object: str
    authority: str = Field(description="The name of the authority that decided.")
    case: str = Field(description="Its number for the case; quote it to them.")
    minutes: int | None
    scope: str = Field(description="What of it is granted; empty: as you asked.")


class AnswerOut(Schema):
    """The authority's answer."""

    answer: AnswerWord = Field(
        description="A revoke applies from when it is given, whether or not it has been"
        " acknowledged; acknowledging says that you stopped."
    )
    minutes: int | None = Field(None, description="How long access may last.")
    reasons: str = Field(
        description="Reasons and conditions for the recipient, in Swedish; of each"
        " authority in turn."
    )
    given_at: Instant | None = Field(
        None,
        description="When the client acknowledged it; access runs from here, an"
        " extension's from the end of what it extends.",
    )
    granted: list[GrantedOut] = Field(
        description="Of an approval: each object, and what was granted of it."
    )
    conditions: list[ConditionOut] = Field(description="Of an approval.")


class AccessOut(Schema):
    opens_at: Instant = Field(
        description="Of an extension: when the access that it extends ends."
    )
    ends_at: Instant
    ended_at: Instant | None = None


class MessageOut(Schema):
    id: int
    from_provider: bool
    text: str
    said_at: Instant
    answers: int | None = None
    awaits_answer: bool = Field(description="A question that nobody has answered.")


class RequestHead(Schema):
    """A request in a list: read it for its answer, access and messages."""

    number: str
    status: Status = Field(
        description="access_revoked: stop at once; what extends the access is over too."
        " answered_elsewhere: a person gave the answer in your portal. merged: you had"
        " asked for the same under another number, which goes on. closed: the authority"
        " ended it without an answer."
    )
    revision: int
    received_at: Instant
    answer_deadline: Instant | None = Field(
        description="Without an answer that you have acknowledged by then it lapses."
    )
    extends: str | None = None


class RequestOut(RequestHead):
    """A request as its provider may see it."""

    objects: list[str] = Field(description="What you asked for, as it stands now.")
    minutes: int | None = Field(description="What you asked for.")
    employer_assessed: bool | None = Field(
        None,
        description="Whether an authority has assessed the employer, at that place,"
        " beforehand. false: people assess it with the application, which takes longer"
        " and may end in a refusal. null: you did not say who and from where.",
    )
    answer: AnswerOut | None = None
    access: AccessOut | None = None
    messages: list[MessageOut]


class RequestsOut(Schema):
    requests: list[RequestHead]
    next: str | None = Field(None, description="Pass as `after` for the next page.")


class EventOut(Schema):
    """An event as it was told and kept."""

    number: str
    happened_at: Instant
    action: str
    object: str
    actor: str
    employer: str
    country: str
    act: str
    recorded_at: Instant
    outside: list[Outside] = Field(
        description="In what it lies outside what was granted: people look into it."
    )


class EventsOut(Schema):
    events: list[EventOut]


class ApiInfoOut(Schema):
    """Which API this is."""

    api_name: str
    api_version: str
    api_released: str
    api_documentation: str
    api_status: Literal["active", "deprecated"]


class ProblemError(Schema):
    pointer: str = Field(
        description="A JSON pointer into the body, or `header:`, `path:` or `query:`"
        " and a name."
    )
    code: FieldCode
    detail: str


class Problem(Schema):
    """RFC 9457."""

    type: str = Field(description="`urn:lockbox:problem:` and the code.")
    code: Code = Field(description="Stable: act on this, not on texts.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path of the call.")
    request_id: str = Field(
        description="The number of the call, also in `X-Request-Id`: tell it when you"
        " write to us."
    )
    request_status: Status | None = Field(
        None, description="Of a 409 or 412: the status of the request by now."
    )
    errors: list[ProblemError] | None = None


class LookedUpOut(Schema):
    object: str
    known: bool = Field(
        description="Unknown ones are routed by a person, which takes longer."
    )


class LookupsOut(Schema):
    objects: list[LookedUpOut]


class DifferenceOut(Schema):
    """A request of which you and we know different things."""

    number: str
    told: Status | None = Field(description="As you told it; null: you named it not.")
    here: Status | None = Field(description="As we have it; null: it is not known.")


class ComparisonOut(Schema):
    """What is compared after an older backup was restored."""

    since: Instant = Field(description="What happened later is not known to us.")
    told_at: Instant | None = Field(description="When you last told.")
    differences: list[DifferenceOut] = Field(
        description="What is still to be mended; empty before you have told."
    )
