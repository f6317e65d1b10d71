"""What holds for every call: its size, the language of answers, how refusals look."""

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from requests_app.api.codes import Code, code_of
from requests_app.api.problems import problem

MOST_BYTES = 1024 * 1024
PREFIX = "/api/"
PROBLEM = "application/problem+json"


class ApiMiddleware:
    """At most 1 MB; refusals in English, the language of the contract, or in Swedish to
    whoever asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        language = _language(request)
        with translation.override(language):
            response = _of_occurrence(request, self._answer(request))
        response.headers["Content-Language"] = language
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return problem(Code.TOO_LARGE, _("The body is larger than 1 MB."))
        if int(length) and request.content_type != "application/json":
            return problem(
                Code.UNSUPPORTED_MEDIA_TYPE, _("The body has to be application/json.")
            )
        return _as_problem(self.get_response(request))


def _language(request: HttpRequest) -> str:
    languages = parse_accept_lang_header(
        request.headers.get("Accept-Language", "").lower()
    )
    known = (tag[:2] for tag, _quality in languages if tag[:2] in ("en", "sv"))
    return next(known, "en")


def _as_problem(response: HttpResponse) -> HttpResponse:
    """Refusals that no call of the API has written: no such path, no such method."""
    if 300 <= response.status_code < 400:
        # The workbench would send a person to sign in. Nobody is sent anywhere here.
        return problem(Code.NO_SUCH_CALL, _("There is no such call."))
    if response.status_code < 400 or response.headers["Content-Type"] == PROBLEM:
        return response
    status = response.status_code
    refusal = problem(code_of(status), response.reason_phrase, status=status)
    response.content = refusal.content
    response.headers["Content-Type"] = PROBLEM
    return response


def _of_occurrence(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """`instance` is the path of the call that was refused."""
    if response.headers["Content-Type"] == PROBLEM:
        document = {**json.loads(response.content), "instance": request.path}
        response.content = json.dumps(document).encode()
    return response
