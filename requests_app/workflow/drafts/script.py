"""What the script of a page asks with (lockbox_site/static/lockbox/desk.js): it wants
an answer, not a page."""

from django.http import HttpRequest

HEADER = "X-Lockbox-Desk"
# Of what the page does by itself, while the person may be elsewhere.
BY_ITSELF = "itself"


def is_script(request: HttpRequest) -> bool:
    return HEADER in request.headers


def asks_by_itself(request: HttpRequest) -> bool:
    """Does the page ask, and not the person?"""
    return request.headers.get(HEADER) == BY_ITSELF
