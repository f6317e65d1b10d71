"""What the changes say of rows: in a file as copied, and read when a row asks."""

from __future__ import annotations  # for Python 3.11

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from . import values
from .copied import plain
from .lookup import NONE, Lookup
from .rows import Changes

# Columns, each with the line that told it last.
State = dict[str, tuple[int, Any]]


class Change(NamedTuple):
    """`kind`: +, ~ or -, as histories call it; the values that it left, or ended."""

    line: int
    kind: str
    values: dict[str, Any]

    @property
    def state(self) -> State:
        return {name: (self.line, value) for name, value in self.values.items()}


class RecordedChanges:
    def __init__(self) -> None:
        self.file = TemporaryFile()  # noqa: SIM115 — as long as it is asked
        self.ids, self.starts = array("q"), array("q")
        self.at, self.size = 0, 0
        self.place_of: Lookup | None = None

    def store(self, names: list[str], blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The blocks as they pass; `index` says of each, in turn, what it has."""
        self.at = names.index("body")
        for block in blocks:
            self.file.write(block)
            yield block

    def index(self, ids: array[int], lengths: array[int]) -> None:
        self.ids.extend(ids)
        for length in lengths:
            self.starts.append(self.size)
            self.size += length

    def change(self, line: int) -> Change | None:
        """Nothing where the detail is gone, or none of a change."""
        if self.place_of is None:
            self.place_of = Lookup(self.ids, self.starts)
        if (start := self.place_of.get(line)) == NONE:
            return None
        self.file.seek(start)
        body = plain(self.file.readline().rstrip(b"\n").split(b"\t")[self.at])
        try:
            detail = values.from_json(body)
            kind = ("~" if "old" in detail else "+") if "new" in detail else "-"
            return Change(line, kind, dict(detail["old" if kind == "-" else "new"]))
        except (ValueError, KeyError, TypeError):
            return None


class Line(NamedTuple):
    """A line about a change, as `Changes` has it."""

    number: int
    xid: int
    signer: int


class Lines:
    """The changes of a table, by row."""

    def __init__(self, changes: Changes) -> None:
        self.changes, keys = changes, changes.ids
        self.order = array("q", sorted(range(len(keys)), key=keys.__getitem__))

    def of(self, key: int, xid: int | None = None) -> list[Line]:
        """In the order in which they were written; of one transaction, or of all."""
        ids, xids, numbers, signers = self.changes
        at = bisect_left(self.order, key, key=ids.__getitem__)
        lines = []
        while at < len(self.order) and ids[place := self.order[at]] == key:
            values = (column[place] for column in (numbers, xids, signers))
            lines.append(Line(*values))
            at += 1
        return sorted(line for line in lines if xid in (None, line.xid))
