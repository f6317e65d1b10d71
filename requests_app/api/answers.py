"""Answers: codes, field words and responses."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, LiteralString, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from requests_app.providers.contract import moment

# Why a call was refused, for a machine: codes that are never given another meaning.
#
# A new refusal gets a new code. `type` of the problem document is made of it.


class Code(StrEnum):
    """The refusal as a whole."""

    MALFORMED = "malformed"
    TOKEN_MISSING = "token_missing"  # noqa: S105 — the name of a refusal
    TOKEN_INVALID = "token_invalid"  # noqa: S105 — the name of a refusal
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    NO_SUCH_CALL = "no_such_call"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    WRONG_STATE = "wrong_state"
    CHANGED_MEANWHILE = "changed_meanwhile"
    CHANGED_SINCE_READ = "changed_since_read"
    NO_ANSWER_WAITS = "no_answer_waits"
    ANSWER_HELD_BACK = "answer_held_back"
    NOT_TAKEN_IN = "not_taken_in"
    UNKNOWN_QUESTION = "unknown_question"
    NUMBER_IN_USE = "number_in_use"
    BEING_COMPARED = "being_compared"
    NOTHING_COMPARED = "nothing_compared"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    INVALID_FIELDS = "invalid_fields"
    KEY_REUSED = "key_reused"
    REFUSED = "refused"
    TOO_MANY_TRIES = "too_many_tries"
    TOO_MANY_CALLS = "too_many_calls"
    WRONG_ENVIRONMENT = "wrong_environment"
    INTERNAL_ERROR = "internal_error"
    BUSY = "busy"


class FieldCode(StrEnum):
    """What is wrong with one field."""

    MISSING = "missing"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    OUT_OF_BOUNDS = "out_of_bounds"
    WRONG_FORM = "wrong_form"
    AHEAD_OF_CLOCK = "ahead_of_clock"
    TOO_OLD = "too_old"
    NUMBER_IN_USE = "number_in_use"
    UNKNOWN_QUESTION = "unknown_question"
    KEY_REUSED = "key_reused"


class TokenCode(StrEnum):
    """Why no token was given; beside the `error` of RFC 6749."""

    CALL_MALFORMED = "call_malformed"
    CLIENT_REFUSED = "client_refused"
    ASSERTION_MALFORMED = "assertion_malformed"
    ASSERTION_UNKNOWN_KEY = "assertion_unknown_key"
    ASSERTION_FORGED = "assertion_forged"
    ASSERTION_EXPIRED = "assertion_expired"
    ASSERTION_WRONG_AUDIENCE = "assertion_wrong_audience"
    ASSERTION_REPLAYED = "assertion_replayed"


class Kind(NamedTuple):
    status: int
    title: Any


KINDS = {
    Code.MALFORMED: Kind(400, _("Bad request")),
    Code.TOKEN_MISSING: Kind(401, _("Not authenticated")),
    Code.TOKEN_INVALID: Kind(401, _("Not authenticated")),
    Code.NOT_ALLOWED: Kind(403, _("Not allowed")),
    Code.NOT_FOUND: Kind(404, _("Not found")),
    Code.NO_SUCH_CALL: Kind(404, _("Not found")),
    Code.METHOD_NOT_ALLOWED: Kind(405, _("Method not allowed")),
    Code.WRONG_STATE: Kind(409, _("Wrong state")),
    Code.CHANGED_MEANWHILE: Kind(409, _("Wrong state")),
    Code.NO_ANSWER_WAITS: Kind(409, _("Wrong state")),
    Code.ANSWER_HELD_BACK: Kind(409, _("Wrong state")),
    Code.NOT_TAKEN_IN: Kind(409, _("Wrong state")),
    Code.UNKNOWN_QUESTION: Kind(409, _("Wrong state")),
    Code.NUMBER_IN_USE: Kind(409, _("Wrong state")),
    Code.BEING_COMPARED: Kind(409, _("Wrong state")),
    Code.NOTHING_COMPARED: Kind(409, _("Wrong state")),
    Code.CHANGED_SINCE_READ: Kind(412, _("Changed since it was read")),
    Code.TOO_LARGE: Kind(413, _("Too large")),
    Code.UNSUPPORTED_MEDIA_TYPE: Kind(415, _("Unsupported media type")),
    Code.INVALID_FIELDS: Kind(422, _("Invalid")),
    Code.KEY_REUSED: Kind(422, _("Invalid")),
    Code.REFUSED: Kind(422, _("Invalid")),
    Code.TOO_MANY_TRIES: Kind(429, _("Too many tries")),
    Code.TOO_MANY_CALLS: Kind(429, _("Too many calls")),
    Code.WRONG_ENVIRONMENT: Kind(403, _("Not allowed")),
    Code.INTERNAL_ERROR: Kind(500, _("Error")),
    Code.BUSY: Kind(503, _("Busy")),
}
# Of refusals that no call of the API has written.
BY_STATUS = {
    400: Code.MALFORMED,
    403: Code.NOT_ALLOWED,
    404: Code.NO_SUCH_CALL,
    405: Code.METHOD_NOT_ALLOWED,
    413: Code.TOO_LARGE,
    415: Code.UNSUPPORTED_MEDIA_TYPE,
    422: Code.REFUSED,
    429: Code.TOO_MANY_TRIES,
    503: Code.BUSY,
}


def code_of(status: int) -> Code:
    """The API's code for an HTTP status; an error of ours where it is none of those."""
    return BY_STATUS.get(status, Code.INTERNAL_ERROR)


# What is wrong with a field, in our words: a library's change with its versions.

# By pydantic's types of errors; {name} is what it says of the bound.
WORDS = {
    "missing": _("Has to be there."),
    "extra_forbidden": _("The call takes no such field."),
    "string_too_short": _("At least {min_length} characters."),
    "string_too_long": _("At most {max_length} characters."),
    "too_short": _("At least {min_length} of them."),
    "too_long": _("At most {max_length} of them."),
    "greater_than_equal": _("At least {ge}."),
    "less_than_equal": _("At most {le}."),
    "literal_error": _("One of {expected}."),
    "string_type": _("Has to be a text."),
    "list_type": _("Has to be a list."),
    "int_type": _("Has to be a whole number."),
    "int_parsing": _("Has to be a whole number."),
    "int_from_float": _("Has to be a whole number."),
    "bool_type": _("Has to be true or false."),
    "bool_parsing": _("Has to be true or false."),
    "uuid_parsing": _("Has to be an id, as we give them."),
    "model_type": _("Has to be an object in JSON."),
    "model_attributes_type": _("Has to be an object in JSON."),
    "dict_type": _("Has to be an object in JSON."),
    "string_pattern_mismatch": _("Has not the form that the document says."),
    "timezone_aware": _("Has to say its zone."),
}
OURS = "lockbox"


def refusal(text: Any, code: LiteralString = OURS) -> PydanticCustomError:
    """For a validator of ours: a text in the language of the call, and a code where it
    has one of its own."""
    return PydanticCustomError(code, "{text}", {"text": text})


def in_words(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors as a sentence."""
    bounds = error.get("ctx") or {}
    if "text" in bounds:
        return str(bounds["text"])
    text = WORDS.get(error["type"])
    if text is None:
        return gettext("Is not as the document says.")
    return str(text).format(**bounds)


OWN_CODES = {code.value for code in FieldCode}
BOUNDS = ("too_long", "too_short", "greater_than", "less_than", "literal_error", "enum")


def field_code(kind: str) -> FieldCode:
    """The API's code for pydantic's word, which may change with its versions."""
    if kind in OWN_CODES:
        return FieldCode(kind)
    if kind == "missing":
        return FieldCode.MISSING
    if kind == "extra_forbidden":
        return FieldCode.UNKNOWN_FIELD
    if any(word in kind for word in BOUNDS):
        return FieldCode.OUT_OF_BOUNDS
    if kind.endswith(("_type", "_parsing")):
        return FieldCode.WRONG_TYPE
    return FieldCode.WRONG_FORM


# What a client reads. Times are UTC.

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
