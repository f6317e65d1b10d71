"""Filters of the auditor's pages."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django import template
from django.utils import timezone

from audit_app.ledger import Kind

register = template.Library()


class Repeat(NamedTuple):
    """A line, and those below it that say the same, the newest first."""

    row: Any
    again: list[Any]

    @property
    def number(self) -> int:
        return len(self.again) + 1

    @property
    def times(self) -> str:
        """From when to when, to the second; with the day where it is another one."""
        first, last = (_local(row.at) for row in (self.again[-1], self.row))
        day = "" if first.date() == last.date() else f"{last:%Y-%m-%d} "
        return f"{first:%H.%M.%S}–{day}{last:%H.%M.%S}"


@register.filter
def repeats(rows: Iterable[Any]) -> list[Repeat]:
    """Reads of the same by the same person, with nothing between them, as one line;
    all else by itself."""
    return [Repeat(row, again) for _key, (row, *again) in groupby(rows, key=_told_of)]


def _told_of(row: Any) -> Any:
    """What is said of a read beside when it was; of all else, which line it is."""
    if row.kind != Kind.READ:
        return row.at, row.xid, row.key
    return row._replace(key=None, xid=None, at=None)


def _local(at: datetime) -> datetime:
    return timezone.localtime(at)
