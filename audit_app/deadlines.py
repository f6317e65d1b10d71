"""How long the database lets somebody wait, and which wait it was that ended; and that
there was no room for somebody at all."""

import re
from enum import Enum

from django.db import connection
from psycopg import errors


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
