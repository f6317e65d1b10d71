"""Why a call was refused, for a machine: codes that are never given another meaning.

A new refusal gets a new code. `type` of the problem document is made of it.
"""

from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


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
