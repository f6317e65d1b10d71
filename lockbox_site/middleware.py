"""What every request gets: a number, the person's language, no copies in caches."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import translation

from audit_app.acting import request_id
from requests_app import permissions
from requests_app.words.unseen import shown

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Groups in the ledger what one web request did."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid.uuid4().hex)
        try:
            return self.get_response(request)
        finally:
            request_id.reset(token)


class NoNulMiddleware:
    """A NUL character can stand in an address, but in no text that we keep."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        values = [value for key in request.GET for value in request.GET.getlist(key)]
        if "\x00" in request.path or any("\x00" in value for value in values):
            return HttpResponseBadRequest("NUL")
        return self.get_response(request)


class UnseenMiddleware:
    """On no page stands a character that is not seen (requests_app.words.unseen)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not response.streaming:
            text = response.content.decode(response.charset)
            if (as_shown := shown(text)) is not text:
                response.content = as_shown.encode(response.charset)
        return response


class RolesMiddleware:
    """Reads the person's roles once for a request; they go with the request's user."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            user: Any = request.user
            user.role_rows = permissions.roles_of(user)
        return self.get_response(request)


class UserLanguageMiddleware:
    """Swedish, unless the person chose otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", None) or request.COOKIES.get(
            "language", "sv"
        )
        with translation.override(language if language in ("sv", "en") else "sv"):
            response = self.get_response(request)
            response.headers["Content-Language"] = translation.get_language()
            return response


class NoStoreMiddleware:
    """Nothing about a case stays in a browser's or a proxy's cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
