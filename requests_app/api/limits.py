"""What holds for every call: its size, the language of answers, how refusals look."""

import json
from collections.abc import Callable
from http import HTTPMethod, HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from audit_app.acting import request_id
from requests_app.api.codes import Code, code_of
from requests_app.api.deprecated import headers_of
from requests_app.api.problems import problem

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
