"""What holds for every call: its size, the language of answers, how refusals look."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from requests_app.api.problems import problem

MOST_BYTES = 1024 * 1024
PREFIX = "/api/"


class ApiMiddleware:
    """At most 1 MB; answers in English, the language of the contract."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        with translation.override("en"):
            length = request.headers.get("Content-Length") or "0"
            if not length.isdecimal() or int(length) > MOST_BYTES:
                return problem(413, "The body is larger than 1 MB.")
            return _as_problem(self.get_response(request))


def _as_problem(response: HttpResponse) -> HttpResponse:
    """Refusals that no call of the API has written: no such path, no such method."""
    kind = "application/problem+json"
    if 300 <= response.status_code < 400:
        # The workbench would send a person to sign in. Nobody is sent anywhere here.
        return problem(404, "There is no such call.")
    if response.status_code < 400 or response.headers["Content-Type"] == kind:
        return response
    refusal = problem(response.status_code, response.reason_phrase)
    response.content = refusal.content
    response.headers["Content-Type"] = kind
    return response
