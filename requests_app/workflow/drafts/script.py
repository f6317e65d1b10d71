"""What the script of a page asks with (lockbox_site/static/lockbox/desk.js): it wants
an answer, not a page."""

import hashlib

from django.http import HttpRequest

HEADER = "X-Lockbox-Desk"
# Of what the page does by itself, while the person may be elsewhere.
BY_ITSELF = "itself"


def is_script(request: HttpRequest) -> bool:
    return HEADER in request.headers


def asks_by_itself(request: HttpRequest) -> bool:
    """Does the page ask, and not the person?"""
    return request.headers.get(HEADER) == BY_ITSELF


def browser_of(request: HttpRequest) -> str:
    """Tells browsers apart by the secret of their forms, which stays when a session
    ends; empty where there is none yet."""
    secret = request.META.get("CSRF_COOKIE", "")
    return hashlib.sha256(secret.encode()).hexdigest()[:32] if secret else ""
