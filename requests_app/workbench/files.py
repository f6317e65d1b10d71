"""What is fetched as a file: saved by the browser, and never shown in a page."""

from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def saved_as(body: bytes | str, media_type: str, name: str) -> HttpResponse:
    return named(HttpResponse(body, content_type=media_type), name)


def named(answer: Any, name: str) -> Any:
    """The same answer, to be saved under that name."""
    answer.headers["Content-Disposition"] = (
        content_disposition_header(True, name) or "attachment"
    )
    return answer
