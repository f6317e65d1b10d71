"""Problem documents (RFC 9457): every refusal says what is wrong, and where."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    ValidationError,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as SchemaError

from requests_app.api.codes import KINDS, Code, FieldCode, code_of
from requests_app.api.field_words import field_code, in_words
from requests_app.api.rate import TooManyCalls
from requests_app.models import AlteredContent
from requests_app.providers.reading import Unreadable
from requests_app.workflow.comparison import Compared
from requests_app.workflow.step import Busy, ChangedSince, WrongState, WrongStatus

AGAIN_AFTER = 5  # seconds
StatusOf = Callable[[HttpRequest], str]
# RFC 6750: nothing is said of a token to whoever sent none.
CHALLENGES = {
    Code.TOKEN_MISSING: 'Bearer realm="lockbox"',
    Code.TOKEN_INVALID: 'Bearer realm="lockbox", error="invalid_token"',
}


def problem(
    code: Code,
    detail: str,
    errors: Sequence[dict[str, str]] = (),
    status: int | None = None,
    request_status: str = "",
) -> HttpResponse:
    """A problem document. `errors` name fields by JSON pointer; `status` where it is
    not the code's own; `request_status` that of the request as its provider sees it."""
    kind = KINDS[code]
    body = {
        "type": f"urn:lockbox:problem:{code.replace('_', '-')}",
        "code": code,
        "title": str(kind.title),
        "status": status or kind.status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    if request_status:
        body["request_status"] = request_status
    response = HttpResponse(
        json.dumps(body), status=body["status"], content_type="application/problem+json"
    )
    if code in CHALLENGES:
        response.headers["WWW-Authenticate"] = CHALLENGES[code]
    return response


def field_error(pointer: str, code: FieldCode, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": detail}


class Conflict(Exception):
    """The request is in another state; `code` says which way."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class WrongEnvironment(Exception):
    """Credentials of the sandbox on the real API, or the other way round."""


class UnknownQuestion(Exception):
    """An answer to a question that nobody has asked."""


class UnknownParameter(Exception):
    """A query parameter that the call does not take."""


def _unknown_parameter(error: UnknownParameter) -> HttpResponse:
    detail = _("The call takes no such parameter.")
    named = field_error(f"query:{error}", FieldCode.UNKNOWN_FIELD, detail)
    return problem(Code.INVALID_FIELDS, detail, [named])


def _dangling(_error: UnknownQuestion) -> HttpResponse:
    detail = _("There is no such question.")
    error = field_error("#/answers", FieldCode.UNKNOWN_QUESTION, detail)
    return problem(Code.UNKNOWN_QUESTION, detail, [error])


def busy(_error: Any = None) -> HttpResponse:
    """Given up in time, or no database: nothing is known to have been done."""
    response = problem(
        Code.BUSY,
        _("Not carried out in time. Call again with the same Idempotency-Key."),
    )
    response.headers["Retry-After"] = str(AGAIN_AFTER)
    return response


def too_many_calls(error: TooManyCalls) -> HttpResponse:
    response = problem(Code.TOO_MANY_CALLS, _("Too many calls: wait, then go on."))
    response.headers["Retry-After"] = str(error.rate.reset)
    for name, value in error.rate.headers().items():
        response.headers[name] = value
    return response


def add_handlers(api: NinjaAPI, status_of: StatusOf) -> None:
    """Turn every exception of the API into a problem document. `status_of` tells the
    status of the request that a call names, or the empty string."""
    handlers: dict[type[Exception], Any] = {
        SchemaError: _invalid,
        ValidationError: _refused,
        UnknownParameter: _unknown_parameter,
        UnknownQuestion: _dangling,
        PermissionDenied: lambda error: problem(
            Code.NOT_ALLOWED, _("This client may not do that.")
        ),
        Http404: lambda error: problem(
            Code.NOT_FOUND, _("There is no such thing for this client.")
        ),
        TooManyCalls: too_many_calls,
        WrongEnvironment: lambda error: problem(Code.WRONG_ENVIRONMENT, str(error)),
        AlteredContent: lambda error: problem(
            Code.INTERNAL_ERROR, _("What was kept has been altered.")
        ),
        RequestDataTooBig: lambda error: problem(
            Code.TOO_LARGE, _("The body is larger than 1 MB.")
        ),
        HttpError: _http,
    }
    for kind, handle in handlers.items():
        api.exception_handler(kind)(_handler(handle))
    api.exception_handler(AuthenticationError)(_unknown_caller)

    def in_conflict(request: HttpRequest, error: Any) -> HttpResponse:
        status = status_of(request)
        code, detail = _conflict(error, status)
        return problem(code, detail, request_status=status)

    for kind in (Conflict, WrongState):
        api.exception_handler(kind)(in_conflict)
    api.exception_handler(Busy)(_handler(busy))


def _conflict(error: Any, status: str) -> tuple[Code, str]:
    """What of a refusal is the provider's: the status as it is told, not as we call
    it, and nothing of who was at work."""
    if isinstance(error, Conflict):
        return error.code, str(error)
    if isinstance(error, Compared):
        return Code.BEING_COMPARED, str(error)
    if isinstance(error, ChangedSince):
        return Code.CHANGED_MEANWHILE, _("The request changed while you called.")
    if isinstance(error, WrongStatus):
        text = _("The request is “%(status)s”: this can not be done now.")
        return Code.WRONG_STATE, text % {"status": status}
    return Code.WRONG_STATE, str(error)


def _handler(handle: Any) -> Any:
    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        return handle(error)

    return answer


def _unknown_caller(request: HttpRequest, _error: Any) -> HttpResponse:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return problem(Code.TOKEN_MISSING, _("A token is needed."))
    return problem(
        Code.TOKEN_INVALID,
        _("The token has run out, or was never given. Fetch a new one."),
    )


def _http(error: HttpError) -> HttpResponse:
    """The answer to a body that can't be read: what is wrong with it, where we know."""
    cause = error.__cause__
    detail = str(cause) if isinstance(cause, Unreadable) else str(error)
    return problem(code_of(error.status_code), detail, status=error.status_code)


def _invalid(error: SchemaError) -> HttpResponse:
    errors = [
        field_error(
            _pointer(entry["loc"]),
            field_code(entry["type"]),
            in_words(entry),
        )
        for entry in error.errors
    ]
    return problem(
        Code.INVALID_FIELDS, _("The call is not as the contract says."), errors
    )


def _pointer(location: Sequence[Any]) -> str:
    """("body", "payload", "objects", 3) → "#/objects/3", "#" for the whole body;
    headers and paths by name."""
    place, *rest = location
    if place == "body":
        return "/".join(["#", *(str(part) for part in rest[1:])])
    return f"{place}:{'/'.join(str(part) for part in rest)}"


def _own_code(error: ValidationError) -> FieldCode:
    """Django has codes of its own for what its fields refuse."""
    known = {code.value: code for code in FieldCode}
    return known.get(error.code or "", FieldCode.WRONG_FORM)


def _refused(error: ValidationError) -> HttpResponse:
    if not hasattr(error, "error_dict"):
        return problem(Code.REFUSED, " ".join(error.messages))
    errors = [
        field_error(
            f"#/{name}",
            _own_code(causes[0]),
            " ".join(ValidationError(causes).messages),
        )
        for name, causes in error.error_dict.items()
    ]
    is_in_use = any(error["code"] == FieldCode.NUMBER_IN_USE for error in errors)
    code = Code.NUMBER_IN_USE if is_in_use else Code.INVALID_FIELDS
    return problem(code, _("The call can not be carried out."), errors)
