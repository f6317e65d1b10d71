"""Rows of a dump against what the ledger tells: live rows, versions, contents."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from . import values
from .copied import binary
from .recorded_changes import Change, Lines, RecordedChanges
from .rows import Changes

# Of one table, more are counted and not told.
MOST = 20
Row = dict[str, bytes]
# To be called with each row, and with an empty one when there are no more.
Look = Callable[[Row], None]
CONTENT = {"digest", "salt", "body"}


class Compared:
    """`faults`: the line, where one is known, and what is wrong. `strays`: rows that no
    line tells of, which is a fault where the table has a history."""

    def __init__(self, recorded_changes: RecordedChanges) -> None:
        self.recorded_changes = recorded_changes
        self.faults: list[tuple[int | None, str]] = []
        self.number: Counter[str] = Counter()
        self.seen: set[str] = set()
        self.strays: dict[str, list[int]] = defaultdict(list)

    def live(self, table: str, changes: Changes) -> Look:
        lines, there = Lines(changes), set[int]()

        def look(row: Row) -> None:
            if not row:
                self._gone(table, lines, there)
            elif row["id"].isdigit():
                there.add(key := int(row["id"]))
                self._live(table, key, row, lines.of(key))

        return look

    def versions(self, history: str, table: str, changes: Changes) -> Look:
        """The first version of a transaction has its first change, and so on."""
        lines = Lines(changes)
        several: dict[tuple[int, int], list[Row]] = defaultdict(list)

        def of(key: int, xid: int) -> list[int]:
            return [line for line, its in lines.of(key) if its == xid]

        def look(row: Row) -> None:
            for (key, xid), rows in several.items() if not row else ():
                rows.sort(key=lambda one: int(one["history_id"]))
                for one, line in zip(rows, of(key, xid), strict=False):
                    self._version(history, table, one, line)
            if row:
                place = int(row["id"]), int(row["history_xid"])
                matches = of(*place)
                if len(matches) == 1:
                    self._version(history, table, row, matches[0])
                elif matches:
                    several[place].append(row)

        return look

    def contents(self, table: str, lines: dict[bytes, int]) -> Look:
        """Bytes that are kept under the digest of their salt and themselves."""
        left = dict(lines)

        def look(row: Row) -> None:
            for digest in left if not row else ():
                self._say(table, left[digest], f"{table} {digest.decode()} is gone")
            if row:
                line = left.pop(row["digest"], None)
                self._content(table, row, line)

        return look

    def _live(
        self, table: str, key: int, row: Row, lines: list[tuple[int, int]]
    ) -> None:
        now = self._now(lines)
        if not lines:
            self.strays[table].append(key)
        elif now is None:
            self._say(table, lines[-1][0], f"{table} {key} is there, and was deleted")
        for name, (line, value) in (now or {}).items():
            if name in row and not values.is_same(value, row[name]):
                what = f"{table} {key}: {name} is not what this line tells"
                self._say(table, line, what)

    def _gone(self, table: str, lines: Lines, there: set[int]) -> None:
        for key in sorted(set(lines.changes.ids) - there):
            its = lines.of(key)
            is_known = self.recorded_changes.change(its[-1][0]) is not None
            if is_known and self._now(its) is not None:
                self._say(table, its[-1][0], f"{table} {key} is gone")

    def _version(self, history: str, table: str, row: Row, line: int) -> None:
        if not (change := self.recorded_changes.change(line)):
            return
        number = row["history_id"].decode()
        name = f"version {number} of {table} {row['id'].decode()} ({history})"
        if row["history_type"].decode() != change.kind:
            self._say(history, line, f"{name} is another kind of change")
        self._differing(history, name, row, change)

    def _content(self, table: str, row: Row, line: int | None) -> None:
        name = f"{table} {row['digest'].decode()}"
        body = sha256(binary(row["salt"]) + binary(row["body"])).hexdigest()
        if body.encode() != row["digest"]:
            self._say(table, line, f"{name}: body is not what its digest says")
        if line is None:
            self._say(table, None, f"{name} is told by no line")
        elif change := self.recorded_changes.change(line):
            self._differing(table, name, row, change)

    def _differing(self, table: str, name: str, row: Row, change: Change) -> None:
        for column, value in change.values.items():
            if column in row and not values.is_same(value, row[column]):
                what = f"{name}: {column} is not what this line tells"
                self._say(table, change.line, what)

    def _now(self, lines: list[tuple[int, int]]) -> dict[str, tuple[int, Any]] | None:
        """Each column as the last change of it left it, since the last whose detail was
        disposed of; nothing after a deletion."""
        now: dict[str, tuple[int, Any]] | None = {}
        for line, _xid in lines:
            change = self.recorded_changes.change(line)
            if change is None:
                now = {}
            else:
                columns = {name: (line, value) for name, value in change.values.items()}
                now = {**(now or {}), **columns} if change.kind != "-" else None
        return now

    def _say(self, table: str, line: int | None, what: str) -> None:
        self.number[table] += 1
        if self.number[table] <= MOST:
            self.faults.append((line, what))


def rows_of(names: list[str], block: bytes) -> Iterator[Row]:
    """Fields as they were copied."""
    for line in block.splitlines():
        yield dict(zip(names, line.split(b"\t"), strict=True))
