"""Kinds of what can wait for a person, and which of them hold anything."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from audit_app.one_query import which_exist
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
    hold = which_exist([kind.rows for kind in kinds])
    for kind, holds in zip(kinds, hold, strict=True):
        if holds:
            yield from kind.lines(kind.rows, most)
