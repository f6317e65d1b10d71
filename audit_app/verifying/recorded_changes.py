"""What the changes say of rows: in a file as copied, and read when a row asks."""

from __future__ import annotations  # for Python 3.11

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from hashlib import sha256
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from . import values
from .copied import plain
from .lookup import NONE, Lookup
from .rows import Changes

# Columns, each with the line that told it last.
State = dict[str, tuple[int, Any]]


class Commitment(NamedTuple):
    """To the value of a secret column: a salt, and the digest of both."""

    text: str

    def is_to(self, value: bytes) -> bool:
        salt, _colon, digest = self.text.partition(":")
        return sha256(salt.encode() + value).hexdigest() == digest


class Change(NamedTuple):
    """`kind`: +, ~ or -, as histories call it; the values that it left, or ended; why,
    and at which time that was set, where one was."""

    line: int
    kind: str
    values: dict[str, Any]
    reason: str
    clock: str

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
            left = dict(detail["old" if kind == "-" else "new"])
            for name, text in detail.get("secret", {}).items():
                left[name] = text and Commitment(text)
            reason, clock = (str(detail.get(key, "")) for key in ("reason", "clock"))
            return Change(line, kind, left, reason, clock)
        except (ValueError, KeyError, TypeError):
            return None


class Line(NamedTuple):
    """A line about a change, as `Changes` has it."""

    number: int
    xid: int
    signer: int
    time: int  # in microseconds


class Lines:
    """The changes of a table, by row."""

    def __init__(self, changes: Changes) -> None:
        self.changes, keys = changes, changes.ids
        self.order = array("q", sorted(range(len(keys)), key=keys.__getitem__))

    def of(self, key: int, xid: int | None = None) -> list[Line]:
        """In the order in which they were written; of one transaction, or of all."""
        ids, *columns = self.changes
        at = bisect_left(self.order, key, key=ids.__getitem__)
        lines = []
        while at < len(self.order) and ids[place := self.order[at]] == key:
            xid_of, number, signer, time = (column[place] for column in columns)
            lines.append(Line(number, xid_of, signer, time))
            at += 1
        return sorted(line for line in lines if xid in (None, line.xid))
