"""The mark of a database to practise in: a schema of its own, which only the database's
owner makes, and which a backup carries along.

Each connection is looked at as it is made: whoever practises never reaches a database
without it, and whoever works never one that has it.
"""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.signals import connection_created

# Not called as any login: what a login makes goes into the schema of its name.
SCHEMA = "practice_mark"
ASKED = f"select to_regnamespace('{SCHEMA}') is not null"


def connect() -> None:
    connection_created.connect(_look_at, dispatch_uid="practice")


def look() -> None:
    """For a process that begins: it does not, at the other's database. One that can't
    be reached yet is looked at when it is."""
    with suppress(OperationalError):
        connections["default"].ensure_connection()
    connections.close_all()


def _look_at(sender: Any, connection: Any, **_kwargs: Any) -> None:
    """Raises ImproperlyConfigured, and leaves no connection behind."""
    if connection.alias == NO_DB_ALIAS:
        return
    with connection.connection.cursor() as cursor:
        is_marked = cursor.execute(ASKED).fetchone()[0]
    if is_marked != bool(settings.PRACTICE):
        connection.close()
        raise ImproperlyConfigured(_refusal(connection.settings_dict["NAME"]))


def _refusal(name: str) -> str:
    if settings.PRACTICE:
        return (
            f"The database {name} is none to practise in: it lacks the mark that"
            " `practice` gives an empty one. Nothing of it was read or changed."
        )
    return (
        f"The database {name} is one to practise in, and nothing real belongs there:"
        " let DATABASE_URL name the real one, or set LOCKBOX_PRACTICE."
    )
