"""The page for what went wrong: it says what is known, and gives back what was typed.

It asks the database nothing, which may be what is wrong.
"""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error as plain_page

from audit_app.deadlines import Deadline, deadline_of
from requests_app.api.limits import PREFIX
from requests_app.api.problems import busy
from requests_app.workflow.busy import BUSY
from requests_app.workflow.drafts.resubmission import resubmission

READING = ("GET", "HEAD", "OPTIONS")
AGAIN_AFTER = "30"  # seconds
CALLED_BY_MACHINES = (PREFIX, "/oauth/")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of every error that nobody caught, in views and around them."""
    error = sys.exception()
    is_database = isinstance(error, OperationalError | InterfaceError | MemoryError)
    if request.path.startswith(CALLED_BY_MACHINES) and is_database:
        return busy()
    try:
        return _page(request, _deadline(request, error, is_database))
    except Exception:
        return plain_page(request)


def _deadline(
    request: HttpRequest, error: BaseException | None, is_database: bool
) -> Deadline | None:
    """Whoever only reads has changed nothing, wherever the database was lost."""
    deadline = deadline_of(error)
    if deadline is None and is_database and request.method in READING:
        return Deadline.AWAY
    return deadline


def _page(request: HttpRequest, deadline: Deadline | None) -> HttpResponse:
    context = {
        "explanation": _explanation(request, deadline),
        "is_late": deadline not in (None, Deadline.AWAY),
        **resubmission(request, may_resend=deadline is not None),
    }
    page = render_to_string("lockbox/site/trouble.html", context)
    if deadline is None:
        return HttpResponse(page, status=500)
    return HttpResponse(page, status=503, headers={"Retry-After": AGAIN_AFTER})


def _explanation(request: HttpRequest, deadline: Deadline | None) -> Any:
    if deadline is None:
        return _(
            "The error has been noted. What became of what you did is not known: look"
            " at the case before you try again. If it happens again, tell the system"
            " administrator."
        )
    if deadline is Deadline.STATEMENT and request.method != "POST":
        return _(
            "It took too long to find what you asked for. Narrow it down: a number,"
            " fewer or longer words, a shorter period."
        )
    return BUSY[deadline]
