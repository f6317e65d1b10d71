"""What every answer of a place to practise gets: the mark, on each page and in the name
of each file; and no door for machines is open."""

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import format_html

from lockbox_site.practice.letters import MARK

# Beside the workbench itself: what people read and choose before they sign in.
FOR_PEOPLE = {"accessibility", "choose_language", "practice_login"}
NAMESPACES = ({"admin"}, {"practice"})
# In a session: which case the person is led through.
CASE = "practised_case"
BODY, TITLE = re.compile(r"<body[^>]*>"), re.compile(r"<title>")
FILE_NAME = re.compile(r"(filename\*?=(?:UTF-8'')?\"?)", re.IGNORECASE)


class PracticeMiddleware:
    """The outermost, so that no page gets past it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", {})
        mark(response, session.get(CASE))
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Machines of others have no business here, and subscribe to nothing."""
        match = request.resolver_match
        if match is None or {*match.namespaces} in NAMESPACES:
            return
        if match.url_name not in FOR_PEOPLE:
            raise Http404


def mark(response: HttpResponse, case: int | None = None) -> None:
    """A page says so at its top and in its title; a file in its name. `case`: the one
    that the person is led through."""
    shown_as = response.headers.get("Content-Disposition", "")
    if "filename" in shown_as:
        response.headers["Content-Disposition"] = FILE_NAME.sub(r"\1OVNING-", shown_as)
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if not is_page or response.streaming or not response.content:
        return
    text = response.content.decode(response.charset)
    language = response.headers.get("Content-Language", "sv")
    with translation.override(language):
        banner = render_to_string("lockbox/practice/mark.html", {"case": case})
    response.content = _marked(text, banner).encode(response.charset)
    if response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))


def _marked(text: str, banner: str) -> str:
    style = format_html(
        '<link rel="stylesheet" href="{}"></head>', static("lockbox/practice.css")
    )
    text = text.replace("</head>", style, 1)
    text = TITLE.sub(f"<title>{MARK} · ", text, count=1)
    begins = BODY.search(text)
    if begins is None:
        return banner + text
    return f"{text[: begins.end()]}{banner}{text[begins.end() :]}"
