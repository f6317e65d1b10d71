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
