"""Problems: limits and rate."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from http import HTTPMethod, HTTPStatus
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as SchemaError

from audit_app.acting import request_id
from requests_app.api.answers import (
    KINDS,
    Code,
    FieldCode,
    code_of,
    field_code,
    in_words,
)
from requests_app.api.steps import headers_of
from requests_app.cases.access.restore import Compared
from requests_app.core.models import AlteredContent
from requests_app.core.step import Busy, ChangedSince, WrongState, WrongStatus
from requests_app.providers.reading import Unreadable

# How many calls a client may make: counted in each process, told in each answer.

WINDOW = 60  # seconds


class Rate(NamedTuple):
    """What is left of a client's calls, and in how many seconds it begins anew."""

    most: int
    left: int
    reset: int

    def headers(self) -> dict[str, str]:
        """How many calls may still come, in the header fields of the IETF's draft
        "RateLimit header fields for HTTP"."""
        return {
            "RateLimit-Policy": f'"client";q={self.most};w={WINDOW}',
            "RateLimit": f'"client";r={max(self.left, 0)};t={self.reset}',
        }


class TooManyCalls(Exception):
    """The client has made all the calls that it may make for now."""

    def __init__(self, rate: Rate) -> None:
        super().__init__(rate.reset)
        self.rate = rate


_counted: dict[int, tuple[int, int]] = {}
_lock = threading.Lock()


def take_a_call(client: int) -> Rate:
    """Count a call of the client's. Raises TooManyCalls where none is left."""
    now = time.monotonic()
    window, most = int(now // WINDOW), settings.API_RATE
    with _lock:
        began, calls = _counted.get(client, (window, 0))
        calls = calls + 1 if began == window else 1
        _counted[client] = (window, calls)
    rate = Rate(most, most - calls, WINDOW - int(now % WINDOW))
    if rate.left < 0:
        raise TooManyCalls(rate)
    return rate


# Problem documents (RFC 9457): every refusal says what is wrong, and where.

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


# What holds for every call: its size, the language of answers, how refusals look.

MOST_BYTES = 1024 * 1024
PREFIX = "/api/"
PROBLEM = "application/problem+json"
# Doors of machines that have refusals of their own.
OTHER_DOORS = (
    *("/oauth/", "/scim/", "/metrics", "/ledger/", "/witness/", "/wake-up/"),
    "/sign-in/ended/",
)
BODILESS = (HTTPMethod.HEAD, HTTPMethod.OPTIONS)


class ApiMiddleware:
    """At most 1 MB; refusals in English, the language of the contract, or in Swedish to
    whoever asks for it; each answer with the number that our log has it by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_lost = _is_lost_machine(request)
        if not (request.path.startswith(PREFIX) or is_lost):
            return self.get_response(request)
        language = language_of(request)
        with translation.override(language):
            response = self._answer(request)
            if is_lost and response.headers["Content-Type"] != PROBLEM:
                response = _no_such_call()
            _name(request, response)
        response.headers["Content-Language"] = language
        for name, value in _told_of(request).items():
            response.headers.setdefault(name, value)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return problem(Code.TOO_LARGE, _("The body is larger than 1 MB."))
        if int(length) and request.content_type != "application/json":
            return problem(
                Code.UNSUPPORTED_MEDIA_TYPE, _("The body has to be application/json.")
            )
        method = request.method
        if method == HTTPMethod.HEAD:
            request.method = HTTPMethod.GET.value
        response = _as_problem(self.get_response(request))
        if method in BODILESS:
            return _without_body(response, method == HTTPMethod.OPTIONS)
        return response


def _is_lost_machine(request: HttpRequest) -> bool:
    """A client of the API that has the wrong base address: no person sends a token."""
    has_token = request.headers.get("Authorization", "").lower().startswith("bearer ")
    return has_token and not request.path.startswith((PREFIX, *OTHER_DOORS))


def language_of(request: HttpRequest) -> str:
    languages = parse_accept_lang_header(
        request.headers.get("Accept-Language", "").lower()
    )
    known = (tag[:2] for tag, _quality in languages if tag[:2] in ("en", "sv"))
    return next(known, "en")


def _no_such_call() -> HttpResponse:
    return problem(Code.NO_SUCH_CALL, _("There is no such call."))


def _as_problem(response: HttpResponse) -> HttpResponse:
    """Refusals that no call of the API has written: no such path, no such method."""
    status = response.status_code
    if status < 300 or response.headers["Content-Type"] == PROBLEM:
        return response
    if status < 400 or status == HTTPStatus.FORBIDDEN:
        # The workbench would send a person to sign in, or ask for a form's own secret.
        return _no_such_call()
    refusal = problem(code_of(status), response.reason_phrase, status=status)
    if "Allow" in response.headers:
        allowed = response.headers["Allow"].split(", ")
        more = [*BODILESS] if "GET" in allowed else [HTTPMethod.OPTIONS]
        response.headers["Allow"] = ", ".join(sorted({*allowed, *more}))
    response.content = refusal.content
    response.headers["Content-Type"] = PROBLEM
    return response


def _without_body(response: HttpResponse, asks_methods: bool) -> HttpResponse:
    """HEAD is GET without what it says; OPTIONS says which methods there are."""
    is_answer = asks_methods and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    if is_answer and "Allow" in response.headers:
        extra = {"Allow": response.headers["Allow"]}
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=extra)
    response.headers["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def _name(request: HttpRequest, response: HttpResponse) -> None:
    """`instance` is the path of the call that was refused, `request_id` its number."""
    number = request_id.get()
    response.headers["X-Request-Id"] = number
    if response.headers.get("Content-Type") == PROBLEM and response.content:
        extra = {"instance": request.path, "request_id": number}
        document = {**json.loads(response.content), **extra}
        response.content = json.dumps(document).encode()


def _told_of(request: HttpRequest) -> dict[str, str]:
    """What is left of the client's calls; what of the call goes out of use."""
    rate = getattr(request, "rate", None)
    headers = rate.headers() if rate else {}
    match = request.resolver_match
    if match is not None and match.app_names == ["ninja"]:
        _root, _api, path = f"/{match.route}".rpartition("/v1")
        route = path.replace("<number>", "{number}").replace("<id>", "{id}")
        headers |= headers_of(request, route)
    return headers
