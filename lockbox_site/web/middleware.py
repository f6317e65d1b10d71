"""What every request gets: a number, the person's language, no copies in caches."""

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.admin import site
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext

from audit_app.acting import request_id
from audit_app.noticing import noticing
from requests_app.models import AlteredContent
from requests_app.words.unseen import shown
from requests_app.workflow.alteration import report_alterations
from requests_app.workflow.machine_accounts import INTAKE, machine_account

NUMBER = re.compile(r"[0-9a-f]{32}")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Groups in the ledger what one web request did."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(_number_of(request))
        try:
            return self.get_response(request)
        finally:
            request_id.reset(token)


def _number_of(request: HttpRequest) -> str:
    """Our own proxy's, so that its log and ours tell of the same; else a new one."""
    given = request.headers.get("X-Request-ID", "")
    is_proxied = settings.SECURE_PROXY_SSL_HEADER is not None
    return given if is_proxied and NUMBER.fullmatch(given) else uuid.uuid4().hex


class NoNulMiddleware:
    """A NUL character can stand in an address and in what a machine sends, but in no
    text that we keep; and so can half of a character."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        values = [value for key in request.GET for value in request.GET.getlist(key)]
        if "\x00" in request.path or any("\x00" in value for value in values):
            return HttpResponseBadRequest("NUL")
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Django's forms refuse it by name. Of all else the database does."""
        return HttpResponseBadRequest("NUL") if _is_no_text(exception) else None


def _is_no_text(exception: Exception) -> bool:
    if isinstance(exception, UnicodeEncodeError):
        return exception.reason == "surrogates not allowed"
    return isinstance(exception, DataError) and "NUL" in str(exception)


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


class AlterationMiddleware:
    """Tells those who can act of what a page or a step met that is not what was
    recorded; and shows nothing of it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with noticing() as notices:
            response = self.get_response(request)
        if notices:
            by = request.user
            if not by.is_authenticated:
                by = machine_account(INTAKE)
            report_alterations(notices.values(), by=by)
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, AlteredContent):
            return None
        context = {
            **site.each_context(request),
            "title": gettext("Not what was kept"),
        }
        template = "lockbox/alteration/not_shown.html"
        return TemplateResponse(request, template, context, status=409)


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
            response.setdefault("Content-Language", translation.get_language())
            return response


class NoStoreMiddleware:
    """Nothing about a case stays in a browser's or a proxy's cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
