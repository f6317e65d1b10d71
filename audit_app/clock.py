"""The one clock of the domain. The ledger's own time is always the database's."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

# Between this machine's clock and the database's: more than this is a fault.
MOST_DIFFERENCE = timedelta(minutes=2)

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    """The present instant, or the one set by `at`."""
    return _fixed.get() or timezone.now()


def is_set() -> bool:
    """Does the domain's clock show another time than the real one?"""
    return _fixed.get() is not None


def fixed_instant() -> str:
    """The time that is set, for a database that lets it be; empty for the real one."""
    instant = _fixed.get()
    return instant.isoformat() if instant else ""


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let everything inside happen at this instant: for tests and demo data."""
    if timezone.is_naive(instant):
        raise ValueError("an instant needs a time zone")
    token = _fixed.set(instant)
    try:
        yield
    finally:
        _fixed.reset(token)


def ahead_of_database(using: str = DEFAULT_DB_ALIAS) -> timedelta:
    """How far this machine's own clock, whatever `at` says, is ahead."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (database,) = cursor.fetchone()
    return timezone.now() - database


def is_wrong() -> bool:
    """Does this machine's own clock differ from the database's by more than it may?"""
    return abs(ahead_of_database()) > MOST_DIFFERENCE


@contextmanager
def may_be_set() -> Iterator[None]:
    """Let the database, too, take the time that is set: its owner allows it, in one of
    tests or of a demonstration. What is written meanwhile is no evidence."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("INSERT INTO audit_app_setclock DEFAULT VALUES RETURNING since")
        since = cursor.fetchone()[0]
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("DELETE FROM audit_app_setclock WHERE since = %s", [since])


def set_no_more() -> None:
    """Whoever was killed while the clock might be set has left it so: at the start of a
    local database, before anybody else is at work."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM audit_app_setclock")
