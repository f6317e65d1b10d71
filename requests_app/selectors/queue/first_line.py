"""A request in a few words: in the queue, and where one is told from another."""

from requests_app.models import AccessRequest

LONGEST_LINE = 110


def first_line(request: AccessRequest) -> str:
    """The first line of what the provider wants; its service where it says nothing."""
    text = request.justification.text if request.justification else ""
    first = text.strip().splitlines()[0] if text.strip() else request.service
    if len(first) <= LONGEST_LINE:
        return first
    return first[: LONGEST_LINE - 1].rstrip() + "…"
