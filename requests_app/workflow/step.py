"""What every step is made of: one transaction, one lock, one signature.

The order in a step is always: lock, state, person, write, record.
"""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _

from audit_app.acting import acting
from audit_app.ledger import record
from requests_app.models import AccessRequest
from requests_app.words.times import moment_in_words

P = ParamSpec("P")
R = TypeVar("R")


class WrongState(Exception):
    """The step does not start from the state the case is in."""


class ChangedSince(WrongState):
    """Somebody changed the case after the form was opened."""


def step(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function one transaction, signed by `by`; its `reason` goes to history."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        by: Any = kwargs["by"]
        # Rights are read again under the lock, not taken from when the page was opened.
        by.role_rows = None
        with acting(by, reason=str(kwargs.get("reason") or "")):
            return function(*args, **kwargs)

    return run


def lock(subject: Any, *starts_from: str) -> None:
    """Reload the caller's own object under a lock, and check its state.

    Steps on one request wait for each other: the request's row is taken first, so
    two steps never wait in a circle. Raises WrongState or ChangedSince.
    """
    request_id = (
        subject.pk if isinstance(subject, AccessRequest) else subject.access_request_id
    )
    requests = AccessRequest.objects.select_for_update(of=("self",))
    access_request = requests.select_related("connection__product").get(pk=request_id)
    seen = subject.version
    if isinstance(subject, AccessRequest):
        subject.refresh_from_db(from_queryset=requests)
    else:
        rows = type(subject)._default_manager.select_for_update(of=("self",))
        subject.refresh_from_db(from_queryset=rows)
        subject.access_request = access_request
    if starts_from and subject.status not in starts_from:
        raise WrongState(_state_now(subject))
    if subject.version != seen:
        raise ChangedSince(
            _("The case has changed since you opened the page.")
            + " "
            + _state_now(subject)
        )


def _state_now(subject: Any) -> str:
    last = subject.history.first()
    return _("It is now “%(status)s” (%(name)s, %(time)s).") % {
        "status": subject.get_status_display(),
        "name": last.history_user_name,
        "time": moment_in_words(last.history_date),
    }


def reload_locked(row: Any) -> bool:
    """Reload a row of no request under a lock. Has it changed since it was seen?"""
    seen = row.version
    rows = type(row)._default_manager.select_for_update(of=("self",))
    row.refresh_from_db(from_queryset=rows)
    return row.version != seen


def lock_row(row: Any) -> None:
    """The same, for who goes on only if it has not. Raises ChangedSince."""
    if reload_locked(row):
        raise ChangedSince(_("Somebody has changed it since you opened the page."))


def require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def save(subject: Any, **values: Any) -> None:
    """Write the values; the version tells other people's open forms about it."""
    for name, value in values.items():
        setattr(subject, name, value)
    if hasattr(subject, "version"):
        subject.version += 1
    subject.save()


def note(event: str, *, on: models.Model, by: Any, **detail: Any) -> None:
    """Record the step itself in the ledger, beside the changes of rows."""
    record(event, on=on, by=by, **detail)
