"""Queries: cached query, one query, prepared and prewritten."""

import copy
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache, wraps
from typing import Any, Generic, Protocol, Self, TypeVar
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet, ObjectDoesNotExist
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import mogrify
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from psycopg.types import numeric

# Statements that PostgreSQL plans once for each of our connections.
#
# A page's query is planned for 1–30 ms and runs for a tenth of that. It is prepared by
# SQL, not by psycopg, which forgets all of its own wherever something is rolled back.
# Only what changes is a parameter: the plan knows the rest.

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


# Queries that Django writes once, with holes for the values that change, and that
# PostgreSQL plans once for each connection.
#
# Django takes longer to write most queries than PostgreSQL to answer them, and
# PostgreSQL
# longer to plan them.

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
        self.statement = Statement(table, sql, params, is_changing)
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


# The rules of who may see what, written as queries once for each set of roles.
#
# Django takes longer to write such a query than PostgreSQL to answer it, and PostgreSQL
# longer to plan it. Among a million reviews, without `cached_query` a list of 50 takes
# 4–19 % longer, and 9–23 % for whoever sees by name; without `cached_rows` a start page
# takes 58–161 % longer (docs/decisions/core.md).
#
# Each takes a function that gives of a person what the rules ask of them, as a Holder:
# whoever has the same reads by the same query.

CACHED_QUERY_M = TypeVar("CACHED_QUERY_M", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet)

REMEMBERED = 256  # of each rule; its query for a set of roles takes some 100 kB


class Holder(Hashable, Protocol):
    """What the rules ask of a person: who it is, and all else."""

    @property
    def pk(self) -> int | None: ...
    @property
    def has_roles(self) -> bool: ...
    def with_pk(self, pk: int | None) -> Self: ...


HolderOf = Callable[[Any], Holder]


def cached_query(
    holder_of: HolderOf,
) -> Callable[[Callable[[Any], Rows]], Callable[[Any], Rows]]:
    """The queryset of a rule that asks nothing but a holder."""

    def cached(rule: Callable[[Any], Rows]) -> Callable[[Any], Rows]:
        remembered = lru_cache(maxsize=REMEMBERED)(rule)

        @wraps(rule)
        def rows(user: Any) -> Rows:
            return remembered(holder_of(user)).all()  # what is read is not remembered

        return rows

    return cached


def cached_rows(
    holder_of: HolderOf, *, whoever_it_is: bool = False
) -> Callable[
    [Callable[..., QuerySet[CACHED_QUERY_M]]], Callable[..., list[CACHED_QUERY_M]]
]:
    """The rows of a rule that takes values beside the holder (Prewritten): written once
    for everybody with the same roles. Who it is, is a value too, without which it may
    do if it is told so."""

    def cached(
        rule: Callable[..., QuerySet[CACHED_QUERY_M]],
    ) -> Callable[..., list[CACHED_QUERY_M]]:
        @lru_cache(maxsize=REMEMBERED)
        def written(anybody: Holder) -> Prewritten[CACHED_QUERY_M]:
            # Where there are no roles, the query need not say whose they are.
            return Prewritten(
                lambda pk, *values: rule(anybody.with_pk(pk), *values),
                without=1 if whoever_it_is or not anybody.has_roles else 0,
            )

        @wraps(rule)
        def rows(user: Any, *values: Any) -> list[CACHED_QUERY_M]:
            holder = holder_of(user)
            return written(holder.with_pk(None))(holder.pk, *values)

        return rows

    return cached


def cached_row(
    holder_of: HolderOf,
) -> Callable[
    [Callable[[Any], QuerySet[CACHED_QUERY_M]]], Callable[[Any, int], CACHED_QUERY_M]
]:
    """The one row with a key that such a rule gives. Raises ObjectDoesNotExist."""

    def cached(
        rule: Callable[[Any], QuerySet[CACHED_QUERY_M]],
    ) -> Callable[[Any, int], CACHED_QUERY_M]:
        @cached_rows(holder_of)
        def of_key(holder: Any, pk: int) -> QuerySet[CACHED_QUERY_M]:
            return rule(holder).filter(pk=pk)

        @wraps(rule)
        def one(user: Any, pk: int) -> CACHED_QUERY_M:
            for row in of_key(user, pk):
                return row
            raise ObjectDoesNotExist

        return one

    return cached


# Several questions of the database as one query.


def which_exist(rows: Sequence[QuerySet[Any]]) -> list[bool]:
    """For each of these queries in turn, whether it has a row; one query in all."""
    return _ask([_exists(queryset) for queryset in rows], rows)


def numbers_of(rows: Sequence[QuerySet[Any]]) -> list[int]:
    """For each of these queries in turn, the number of its rows; one query in all."""
    return _ask([_count(queryset) for queryset in rows], rows)


# A column, as Django writes its query, and the values in it.
Column = tuple[str, tuple[Any, ...]]


def _ask(columns: list[Column], rows: Sequence[QuerySet[Any]]) -> list[Any]:
    if not columns:
        return []
    with connections[rows[0].db].cursor() as cursor:
        cursor.execute(
            f"select {', '.join(sql for sql, _values in columns)}",
            [value for _sql, values in columns for value in values],
        )
        return list(cursor.fetchone())


def _exists(rows: QuerySet[Any]) -> Column:
    try:
        sql, values = rows.query.exists().sql_with_params()
    except EmptyResultSet:
        return "false", ()
    return f"exists({sql})", values


def _count(rows: QuerySet[Any]) -> Column:
    try:
        sql, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(select count(*) from ({sql}) counted)", values  # noqa: S608 — Django's own
