"""What is asked of the ledger, and where in the order of time a page begins."""

from datetime import datetime
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where in the order of time a page begins."""

    at: datetime
    key: int


class Part(NamedTuple):
    sql: str
    values: list[Any]


class Sought(NamedTuple):
    """What is asked of the ledger. Of `fields` one must have been changed: columns of
    tables. `values`: what must stand in a line, as a condition."""

    since: datetime | None = None
    until: datetime | None = None
    person: int | None = None
    authority: int | None = None
    kinds: tuple[str, ...] = ()
    table: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    values: Part | None = None
    # Rows by table and key, as SQL that finds them: those of a case.
    rows: Part | None = None
    # Is it enough that one of them answers? The time always holds.
    either: bool = False

    @property
    def ways(self) -> "list[Sought]":
        """What each is enough: all of it together, or one thing at a time."""
        time = Sought(self.since, self.until)
        has_values = self.fields or self.values is not None
        alone = [
            time._replace(person=self.person) if self.person is not None else None,
            time._replace(authority=self.authority) if self.authority else None,
            time._replace(kinds=self.kinds) if self.kinds else None,
            time._replace(table=self.table) if self.table else None,
            time._replace(rows=self.rows) if self.rows else None,
            time._replace(fields=self.fields, values=self.values)
            if has_values
            else None,
        ]
        asked_alone = [one for one in alone if one is not None]
        return asked_alone if self.either and asked_alone else [self]
