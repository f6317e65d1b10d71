"""Queries that Django writes once, with holes for the values that change, and that
PostgreSQL plans once for each connection.

Django takes longer to write most queries than PostgreSQL to answer them, and PostgreSQL
longer to plan them.
"""

import copy
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from audit_app import prepared

M = TypeVar("M")

# What stands in the holes while a query is written: nothing else is so large, so late
# or so called. What is worked out from it would be, too, and is refused.
NUMBER = 1 << 50
DAY = date(9000, 1, 1)
MOMENT = datetime(9000, 1, 1, tzinfo=timezone.get_fixed_timezone(0))
MARK = "\ue000"
WORD = f"{MARK}Hole"


class Texts(list[str]):
    """A list of texts, be it empty: for the database an array of them."""


class Prewritten(Generic[M]):
    """Called with numbers, texts, days, moments, None, lists of numbers or Texts (an
    array), it reads the rows that `rows` would give for them.

    `rows` asks nothing of its values but what they are compared with in the query; how
    it is written may depend on which of them are None. A value that the query does not
    hold as it was given raises TypeError; but for the first so many, which it may do
    without.
    """

    def __init__(
        self, rows: Callable[..., QuerySet[Any, M]], *, without: int = 0
    ) -> None:
        self.rows, self.without = rows, without
        self.written: dict[tuple[type, ...], _Written] = {}

    def __call__(self, *values: Any) -> list[M]:
        if any(isinstance(value, int) and abs(value) >= NUMBER for value in values):
            return list(self.rows(*values))  # no column holds it: Django knows
        kind = tuple(map(type, values))
        if kind not in self.written:
            holes = [_hole(at, value) for at, value in enumerate(values)]
            needed = range(self.without, len(holes))
            self.written[kind] = _Written(self.rows(*holes), holes, needed)
        return self.written[kind].read(values)


class _Written:
    def __init__(
        self,
        rows: QuerySet[Any],
        holes: list[Any],
        needed: Iterable[int],
    ) -> None:
        self.rows = rows
        self.compiler = rows.query.get_compiler(using=rows.db)
        self.is_empty = False
        try:
            sql, params = self.compiler.as_sql()
        except EmptyResultSet:
            self.is_empty = True
            return
        # Whose value a parameter is, or None where there is always the same.
        places = [_place(value, holes) for value in params]
        missing = set(needed) - {*places, *_nones(holes)}
        if missing:
            raise TypeError(f"the query does not hold its values {sorted(missing)}")
        is_changing = [at is not None for at in places]
        table = rows.model._meta.db_table
        self.statement = prepared.Statement(table, sql, params, is_changing)
        pairs = zip(places, params, strict=True)
        self.params = [(at, param) for at, param in pairs if at is not None]
        # What Django works out anew at each reading is the same at each.
        columns = [column for column, *_more in self.compiler.select]
        converters = self.compiler.get_converters(columns)
        self.compiler.get_converters = lambda _columns: converters
        rows.query.chain = lambda *_args: copy.copy(rows.query)  # type: ignore[method-assign]

    def read(self, values: Sequence[Any]) -> list[Any]:
        if self.is_empty:
            return []
        rows = self.rows.all()
        connection = connections[rows.db]
        sql = self.statement.ready_at(connection)
        params = tuple(_like(param, values[at]) for at, param in self.params)
        compiler: SQLCompiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_more: (sql, params)  # type: ignore[method-assign]
        rows.query.get_compiler = lambda *_args, **_more: compiler  # type: ignore[method-assign]
        return list(rows)


def _hole(at: int, value: Any) -> Any:
    if value is None:
        return None
    if type(value) is int:
        return NUMBER + at
    if type(value) is list and all(type(one) is int for one in value):
        return [NUMBER + at]
    if type(value) is Texts:
        return Texts([f"{WORD}{at}"])
    if type(value) is str:
        return f"{WORD}{at}"
    if type(value) is datetime:
        return MOMENT + timedelta(days=at)
    if type(value) is date:
        return DAY + timedelta(days=at)
    raise TypeError(f"no hole for {value!r}")


def _place(value: Any, holes: list[Any]) -> int | None:
    for at, hole in enumerate(holes):
        kind = list if isinstance(hole, list) else type(hole)
        if hole is not None and isinstance(value, kind) and value == hole:
            return at
    if _is_of_a_hole(value):
        raise TypeError(f"{value!r} is worked out from a value of the query")
    return None


def _like(param: Any, value: Any) -> Any:
    """Numbers have the width of their column (psycopg's Int8 and others)."""
    return type(param)(value) if isinstance(param, int) else value


def _is_of_a_hole(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_is_of_a_hole, value))
    if isinstance(value, date):
        return value.year >= DAY.year - 1
    if isinstance(value, str):
        return MARK in value
    return isinstance(value, int) and abs(value) >= NUMBER >> 1


def _nones(holes: list[Any]) -> list[int]:
    return [at for at, hole in enumerate(holes) if hole is None]
