"""Acting: clock and deadlines."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple

from django.db import (
    DEFAULT_DB_ALIAS,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.utils import timezone
from psycopg import errors
from psycopg.pq import TransactionStatus

# The one clock of the domain. The ledger's own time is always the database's.

# Between this machine's clock and the database's: more than this is a fault.
MOST_DIFFERENCE = timedelta(minutes=2)

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    """The present instant, or the one set by `at`."""
    return _fixed.get() or timezone.now()


def today() -> date:
    """The day of `now` where the installation is."""
    return timezone.localdate(now())


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


# Who acts: the one way a name reaches history and ledger.


class Signature(NamedTuple):
    by: Any  # a user; audit_app does not know the model
    reason: str


_signature: ContextVar[Signature | None] = ContextVar("signature", default=None)

# Groups what one web request or command run did.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def signature() -> Signature | None:
    return _signature.get()


@contextmanager
def acting_as(
    by: Any, *, reason: str = "", using: str = DEFAULT_DB_ALIAS
) -> Iterator[None]:
    """One transaction in which everything written is signed by this user.

    The database gets name and reason too (SET LOCAL): its own triggers sign.
    """
    outer = _signature.get()
    with transaction.atomic(using=using):
        signed = Signature(by, reason)
        _tell_database(signed, using)
        token = _signature.set(signed)
        try:
            yield
        finally:
            _signature.reset(token)
        _refuse_lost(using)
        if outer is not None:
            _tell_database(outer, using)


def _tell_database(signed: Signature, using: str) -> None:
    by = signed.by
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lockbox.actor_id', %s, true),"
            " set_config('lockbox.reason', %s, true),"
            " set_config('lockbox.request_id', %s, true),"
            " set_config('lockbox.clock', %s, true)",
            [
                str(by.pk or ""),
                str(signed.reason),
                request_id.get(),
                fixed_instant(),
            ],
        )


def _refuse_lost(using: str) -> None:
    """Raises OperationalError where the transaction has been lost and nobody said so.

    Django would roll it back in silence if the error was swallowed on the way here, and
    what was not written would be told as done.
    """
    session = connections[using].connection
    intact = TransactionStatus.INTRANS
    if session is None or session.info.transaction_status != intact:
        raise OperationalError("The transaction was lost: nothing has been written.")


# How long the database lets somebody wait, and which wait it was that ended; and that
# there was no room for somebody at all.


class Deadline(Enum):
    LOCK = "lock"
    STATEMENT = "statement"
    # Nothing was begun: no connection, or no memory, was left for it.
    ROOM = "room"
    # Nor was anything where there is no database to connect to.
    AWAY = "away"


ENDED_BY = {
    errors.LockNotAvailable: Deadline.LOCK,
    errors.DeadlockDetected: Deadline.LOCK,
    errors.QueryCanceled: Deadline.STATEMENT,
    errors.IdleInTransactionSessionTimeout: Deadline.STATEMENT,
    MemoryError: Deadline.ROOM,
}
NO_ROOM = re.compile("too many (clients|connections)|connection slots")
NO_SERVER = re.compile("^(connection (failed|is bad|timeout)|failed to resolve)")


def deadline_of(error: BaseException | None) -> Deadline | None:
    """Which deadline an error of the database, or one that it caused, was about: then
    the transaction has been rolled back. None for any other error."""
    while error is not None:
        for kind, deadline in ENDED_BY.items():
            if isinstance(error, kind):
                return deadline
        # Whoever gets no connection gets no code of it, either.
        if isinstance(error, errors.OperationalError):
            if NO_ROOM.search(str(error)):
                return Deadline.ROOM
            if NO_SERVER.search(str(error)):
                return Deadline.AWAY
        error = error.__cause__
    return None


def settings_of(lock: int, statement: int, idle: int) -> dict[str, str]:
    """PostgreSQL's names for them, in seconds; 0 is for ever."""
    return {
        "lock_timeout": f"{lock}s",
        "statement_timeout": f"{statement}s",
        "idle_in_transaction_session_timeout": f"{idle}s",
    }


def wait_at_most(lock: int, statement: int, idle: int) -> None:
    """For this process from now on: after it has connected anew it is said again."""
    with connection.cursor() as cursor:
        for name, value in settings_of(lock, statement, idle).items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, value])
