"""Kinds of what can wait for a person, and which of them hold anything."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from requests_app.selectors.queue.item import WorkItem, first_of


class Kind(NamedTuple):
    """Rows that wait, and the lines that so many of them make."""

    rows: QuerySet[Any]
    lines: Callable[[QuerySet[Any], int], Iterable[WorkItem]]


def of_each(rows: QuerySet[Any], line: Callable[[Any], WorkItem]) -> Kind:
    return Kind(rows, lambda rows, most: first_of(rows, line, most))


def lines_of(kinds: Iterable[Kind], most: int) -> Iterator[WorkItem]:
    """So many of each kind at most. One query for all kinds, and those of the kinds
    that hold something."""
    kinds = list(kinds)
    for kind, holds in zip(kinds, _which_hold(kinds), strict=True):
        if holds:
            yield from kind.lines(kind.rows, most)


def _which_hold(kinds: list[Kind]) -> list[bool]:
    queries = [_exists(kind.rows) for kind in kinds]
    if not queries:
        return []
    with connection.cursor() as cursor:
        columns = ", ".join(sql for sql, _ in queries)
        cursor.execute(
            f"select {columns}",
            [value for _, values in queries for value in values],
        )
        return list(cursor.fetchone())


def _exists(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    try:
        sql, values = rows.query.exists().sql_with_params()
    except EmptyResultSet:
        return "false", ()
    return f"exists({sql})", values
