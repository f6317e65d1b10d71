"""Statements that PostgreSQL plans once for each of our connections.

A page's query is planned for 1–30 ms and runs for a tenth of that. It is prepared by
SQL, not by psycopg, which forgets all of its own wherever something is rolled back.
Only what changes is a parameter: the plan knows the rest.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import mogrify
from psycopg.types import numeric

MOST = 100  # of a connection; a plan takes it 1 MB
PERCENT = re.compile("%([%s])")

# What PostgreSQL takes a parameter for. A text is what it is compared with.
TYPES: dict[type, str] = {
    numeric.Int2: "::smallint",
    numeric.Int4: "::integer",
    numeric.Int8: "::bigint",
    int: "::bigint",
    datetime: "::timestamptz",
    date: "::date",
    str: "",
}

_ready: WeakKeyDictionary[Any, OrderedDict[str, None]] = WeakKeyDictionary()


class Statement:
    """A query with `%s` for its parameters, of which some change from call to call."""

    def __init__(
        self, stem: str, sql: str, params: Sequence[Any], is_changing: Sequence[bool]
    ) -> None:
        self.stem, self.sql = stem, sql
        self.params, self.is_changing = params, is_changing
        self.name = self.prepare = ""
        holes = ", ".join(["%s"] * sum(is_changing))
        self.arguments = f"({holes})" if holes else ""

    def ready_at(self, connection: BaseDatabaseWrapper) -> str:
        """SQL that carries it out there, with `%s` for what changes."""
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        if not self.name:
            self._write(connection)
        known = _ready.setdefault(connection.connection, OrderedDict())
        if self.name in known:
            known.move_to_end(self.name)
        else:
            with connection.cursor() as cursor, connection.wrap_database_errors:
                # No query of the page: past Django's wrapper.
                self._prepare(cursor.cursor, known)
        return f"EXECUTE {self.name}{self.arguments}"

    def _prepare(self, cursor: Any, known: OrderedDict[str, None]) -> None:
        cursor.execute(self.prepare)
        known[self.name] = None
        if len(known) > MOST:
            oldest = next(iter(known))
            cursor.execute(f"DEALLOCATE {oldest}")
            del known[oldest]

    def _write(self, connection: BaseDatabaseWrapper) -> None:
        written = self._parameters(connection)
        body = PERCENT.sub(
            lambda mark: next(written) if mark[1] == "s" else "%", self.sql
        )
        digest = hashlib.sha256(body.encode()).hexdigest()[:16]
        name = f"{self.stem[:40]}_{digest}"
        self.prepare = f"PREPARE {name} AS {body}"
        self.name = name

    def _parameters(self, connection: BaseDatabaseWrapper) -> Iterator[str]:
        number = 0
        for value, changes in zip(self.params, self.is_changing, strict=True):
            if changes:
                number += 1
                yield f"${number}{_type_of(value)}"
            else:
                yield mogrify("%s", (value,), connection)


def _type_of(value: Any) -> str:
    if isinstance(value, list):
        return "::text[]" if isinstance(value[0], str) else "::bigint[]"
    return TYPES[type(value)]
