"""How long somebody is signed in: eight hours, and a quarter of an hour without a sign
of them; and when they last said who they are.

All in seconds, kept in the session, so that each browser has its own.
"""

import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from audit_app.ledger import Kind, record
from requests_app.workflow.drafts.script import asks_by_itself

# A session is written anew no more often than this.
SELDOM = 60


def begin(request: HttpRequest, last: datetime | None = None) -> None:
    """Somebody has just signed in, and was last here then."""
    request.session["last_here"] = last.isoformat() if last else ""
    request.session["begun_at"] = int(time.time())
    identify(request)
    prolong(request)


def last_here(request: HttpRequest) -> datetime | None:
    """When the person last did something before they signed in; None where never."""
    last = request.session.get("last_here", "")
    return datetime.fromisoformat(last) if last else None


def identify(request: HttpRequest, at: int | None = None) -> None:
    """Somebody has said who they are: just now, or when their provider says, which may
    have another clock, and is not believed about what is to come."""
    now = int(time.time())
    request.session["identified_at"] = now if at is None else min(at, now)


def prolong(request: HttpRequest) -> int:
    """There is a sign of the person: until when they are signed in now."""
    ends_at = min(int(time.time()) + settings.SESSION_IDLE, last_moment(request))
    request.session["ends_at"] = ends_at
    return ends_at


def last_moment(request: HttpRequest) -> int:
    """Nobody is signed in for longer, whatever they do."""
    return request.session.get("begun_at", 0) + settings.SESSION_COOKIE_AGE


class SessionEndMiddleware:
    """Ends a session whose time is over; the admin site keeps what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            left = request.session.get("ends_at", 0) - time.time()
            if left <= 0:
                record(
                    "user.session_ended",
                    by=request.user,
                    on=request.user,
                    kind=Kind.AUTH,
                )
                request.session.flush()
                request.user = AnonymousUser()
            elif left < settings.SESSION_IDLE - SELDOM and not asks_by_itself(request):
                prolong(request)
        return self.get_response(request)
