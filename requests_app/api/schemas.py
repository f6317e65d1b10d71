"""The shapes of the contract. What is not named here is refused with its name."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from requests_app.api.codes import Code, FieldCode

MOST_OBJECTS = 500


def _whole(value: Any) -> Any:
    # 60.0 is a whole number in JSON; "60" is none.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _not_ahead(at: datetime) -> datetime:
    if at > timezone.now() + timedelta(minutes=5):
        raise ValueError("lies in the future; check the clock")
    if at.year < 2000:
        raise ValueError("lies before the year 2000")
    return at


Number = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")
]
# PostgreSQL keeps no NUL character in a text.
NO_NUL = r"^[^\x00]*$"
Text = Annotated[
    str, StringConstraints(min_length=1, max_length=20_000, pattern=NO_NUL)
]
Line = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
ObjectName = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, pattern=NO_NUL)
]
Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
Past = Annotated[AwareDatetime, AfterValidator(_not_ahead)]


def _bounds(least: int, most: int) -> WithJsonSchema:
    # Said in JSON Schema's own words: pydantic's are lost behind the validator.
    return WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


Minutes = Annotated[
    int,
    BeforeValidator(_whole),
    Field(strict=True, ge=1, le=525_600),
    _bounds(1, 525_600),
]
MessageId = Annotated[
    int,
    BeforeValidator(_whole),
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
    objects: list[ObjectName] = Field(
        min_length=1,
        max_length=MOST_OBJECTS,
        description="Mailboxes, sites, resources: as narrow as the work allows.",
    )
    minutes: Minutes = Field(description="How long access is needed.")
    sent_at: Past = Field(description="When the application was sent, with zone.")
    engineer_country: Country = Field("", description="ISO 3166, two letters.")
    employer: Line = Field("", description="The company that employs the engineer.")
    support_case: Line = ""


class ExtensionIn(StrictIn):
    """More time for running access: decided like an application of its own."""

    number: Number
    justification: Text
    minutes: Minutes
    sent_at: Past


class WithdrawalIn(StrictIn):
    reason: Text


class MessageIn(StrictIn):
    text: Text
    answers: MessageId | None = Field(
        None, description="The number of the question that this answers."
    )


class EventIn(StrictIn):
    """What was really done during access."""

    number: Number
    happened_at: Past
    action: Annotated[
        str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)
    ]
    object: Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL)] = ""
    actor: Line = Field("", description="Who did it: a name, or a stable designation.")
    employer: Line = Field("", description="The company that employs the person.")
    country: Country = Field("", description="From where: ISO 3166, two letters.")
    act: Literal["", "read", "change", "copy", "delete", "share"] = Field(
        "", description="Which kind of act it was; copy: taken out of the system."
    )


class AnswerOut(Schema):
    """The authority's answer. `answer` is approve, deny or revoke."""

    answer: str = Field(
        description="approve, deny or revoke. A revoke applies from when it is given,"
        " whether or not it has been acknowledged; acknowledging says that you stopped."
    )
    minutes: int | None = Field(None, description="How long access may last.")
    reasons: str = Field(description="Reasons and conditions for the recipient.")
    given_at: datetime | None = Field(
        None,
        description="When the client acknowledged it; access runs from here, an"
        " extension's from the end of what it extends.",
    )


class AccessOut(Schema):
    opens_at: datetime = Field(
        description="Of an extension: when the access that it extends ends."
    )
    ends_at: datetime
    ended_at: datetime | None = None


class MessageOut(Schema):
    id: int
    from_provider: bool
    text: str
    said_at: datetime
    answers: int | None = None


class RequestOut(Schema):
    """A request as its provider may see it."""

    number: str
    status: str = Field(
        description="in_review, answer_ready, access_open, access_ended,"
        " access_revoked, denied, lapsed, withdrawn, answered_elsewhere, merged or"
        " closed. access_revoked: stop at once; what extends the access is over too."
    )
    revision: int
    received_at: datetime
    answer_deadline: datetime | None
    extends: str | None = None
    answer: AnswerOut | None = None
    access: AccessOut | None = None
    messages: list[MessageOut] = []


class RequestsOut(Schema):
    requests: list[RequestOut]
    next: str | None = Field(None, description="Pass as `after` for the next page.")


class EventOut(Schema):
    number: str
    recorded_at: datetime


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
    errors: list[ProblemError] | None = None
