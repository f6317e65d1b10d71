"""A request in a few words: in the queue, and where one is told from another."""

from requests_app.models import AccessRequest
from requests_app.words.addresses import redact

LONGEST_LINE = 110


def first_line(request: AccessRequest) -> str:
    """The first line of what the provider wants; its service where it says nothing. A
    list shows no address that may hold a name."""
    text = request.justification.text if request.justification else ""
    first = text.strip().splitlines()[0] if text.strip() else request.service
    first = redact(first)
    if len(first) <= LONGEST_LINE:
        return first
    return first[: LONGEST_LINE - 1].rstrip() + "…"
