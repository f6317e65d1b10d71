"""The one clock of the domain. The ledger's own time is always the database's."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

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
