"""Through which login is read: the auditor's can write nothing, whatever is tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

# Tests whose world is not committed read through the connection that made it.
ALIAS = "auditor"

# Until it has replayed a transaction since its start, a replica knows of the checkpoint
# that it began with, and holds at least that. No replica holds everything.
HOLDS_UNTIL = """
select case when pg_is_in_recovery()
  then coalesce(pg_last_xact_replay_timestamp(), checkpoint_time) end
from pg_control_checkpoint()
"""

_alias: ContextVar[str | None] = ContextVar("alias", default=None)


class Router:
    """Sends every query to where `as_auditor` says; else it has no opinion."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        return _alias.get()


@contextmanager
def as_auditor() -> Iterator[None]:
    """Inside, all that is read is read through the auditor's login."""
    token = _alias.set(ALIAS)
    try:
        yield
    finally:
        _alias.reset(token)


@contextmanager
def as_application() -> Iterator[None]:
    """Inside `as_auditor`: for what is written, and read to be written."""
    token = _alias.set(None)
    try:
        yield
    finally:
        _alias.reset(token)


def alias() -> str:
    """For what is written in SQL: the alias that reads now."""
    return _alias.get() or DEFAULT_DB_ALIAS


def as_of() -> datetime | None:
    """Up to when a replica holds what was written; None where what is read is no
    replica. Raises OperationalError where it does not answer."""
    if _server(ALIAS) == _server(DEFAULT_DB_ALIAS):
        return None
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(HOLDS_UNTIL)
        return cursor.fetchone()[0]


def _server(name: str) -> tuple[str, str]:
    options = connections[name].settings_dict
    return options["HOST"], str(options["PORT"])
