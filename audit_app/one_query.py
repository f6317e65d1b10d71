"""Several questions of the database as one query."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet


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
