"""Rows of a dump against what the ledger tells: live rows, versions, contents."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256

from .copied import binary
from .disposals import Gone, keys_of
from .recorded_changes import Line, Lines, RecordedChanges, State
from .rows import Changes, signer
from .then import RowsThen, is_same, is_when_and_why

# Of one table, more are counted and not told.
MOST = 20
Row = dict[str, bytes]
# To be called with each row, and with an empty one when there are no more.
Look = Callable[[Row], None]
CONTENT = {"digest", "salt", "body"}
STANDS = "stands, and was disposed of with its case"


class Compared:
    """`faults`: the line, where one is known, and what is wrong. `strays`: rows that no
    line tells of, which is a fault where the table has a history."""

    def __init__(
        self,
        recorded_changes: RecordedChanges,
        disposed: Callable[[], set[int]],
        rows_gone: Gone,
    ) -> None:
        self.recorded_changes = recorded_changes
        self.rows_gone = rows_gone
        self.disposed = disposed  # lines, once all have been taken in
        self.faults: list[tuple[int | None, str]] = []
        self.number: Counter[str] = Counter()
        self.seen: set[str] = set()
        self.strays: dict[str, list[int]] = defaultdict(list)

    def live(self, table: str, changes: Changes) -> Look:
        lines, there = Lines(changes), set[int]()

        def look(row: Row) -> None:
            if not row:
                self._gone(table, lines, there)
                self._disposed(table, lines, there)
            elif row["id"].isdigit():
                there.add(key := int(row["id"]))
                self._live(table, key, row, lines.of(key))

        return look

    def versions(self, history: str, table: str, changes: Changes) -> Look:
        """The first version of a transaction has its first change, and so on."""
        lines = Lines(changes)
        several: dict[tuple[int, int], list[Row]] = defaultdict(list)
        now = RowsThen(lines, self._after)

        def version(row: Row, line: Line) -> None:
            self._version(history, table, row, line, now.at(int(row["id"]), line))

        def end() -> None:
            for place, rows in several.items():
                rows.sort(key=lambda one: int(one["history_id"]))
                for pair in zip(rows, lines.of(*place), strict=False):
                    version(*pair)

        def look(row: Row) -> None:
            if not row:
                end()
                return
            place = int(row["id"]), int(row["history_xid"])
            matches = lines.of(*place)
            if len(matches) == 1:
                version(row, matches[0])
            else:
                several[place].append(row)

        return look

    def contents(self, table: str, lines: dict[bytes, int]) -> Look:
        """Bytes that are kept under the digest of their salt and themselves."""
        gone = self.rows_gone.get(table, {})
        left = {digest: lines[digest] for digest in lines.keys() - gone.keys()}

        def look(row: Row) -> None:
            for digest in left if not row else ():
                self._say(table, left[digest], f"{table} {digest.decode()} is gone")
            if row:
                if line := gone.get(row["digest"]):
                    name = row["digest"].decode()
                    self._say(table, line, f"{table} {name} {STANDS}")
                line = left.pop(row["digest"], None)
                self._content(table, row, line)

        return look

    def _live(self, table: str, key: int, row: Row, lines: list[Line]) -> None:
        now = self._now(lines)
        if not lines:
            self.strays[table].append(key)
        elif now is None:
            self._say(
                table, lines[-1].number, f"{table} {key} is there, and was deleted"
            )
        self._unlike(table, f"{table} {key}", row, now or {})

    def _gone(self, table: str, lines: Lines, there: set[int]) -> None:
        gone = keys_of(self.rows_gone, table)
        for key in sorted(there & gone.keys()):
            self._say(table, gone[key], f"{table} {key} {STANDS}")
        for key in sorted(set(lines.changes.ids) - there - gone.keys()):
            its = lines.of(key)
            last = its[-1].number
            is_known = self.recorded_changes.change(last) is not None
            if is_known and self._now(its) is not None:
                self._say(table, last, f"{table} {key} is gone")

    def _disposed(self, table: str, lines: Lines, there: set[int]) -> None:
        disposed = self.disposed()
        for key, number in zip(lines.changes.ids, lines.changes.lines, strict=True):
            if number in disposed and key in there:
                what = f"{table} {key} stands, and this line was disposed of"
                self._say(table, number, what)

    def _version(
        self, history: str, table: str, row: Row, line: Line, now: State | None
    ) -> None:
        """`now`: what the row was after it."""
        number = row["history_id"].decode()
        name = f"version {number} of {table} {row['id'].decode()} ({history})"
        if int(number) != line.number:
            self._say(history, line.number, f"{name} is out of its place")
        if signer(row["history_user_id"]) != line.signer:
            self._say(history, line.number, f"{name} is signed by another")
        if not (change := self.recorded_changes.change(line.number)):
            return
        if not is_when_and_why(row, line, change):
            self._say(history, line.number, f"{name} has another time or reason")
        if row["history_type"].decode() != change.kind:
            self._say(history, line.number, f"{name} is another kind of change")
        self._unlike(history, name, row, change.state if now is None else now)

    def _content(self, table: str, row: Row, line: int | None) -> None:
        name = f"{table} {row['digest'].decode()}"
        body = sha256(binary(row["salt"]) + binary(row["body"])).hexdigest()
        if body.encode() != row["digest"]:
            self._say(table, line, f"{name}: body is not what its digest says")
        if line is None:
            self._say(table, None, f"{name} is told by no line")
        elif change := self.recorded_changes.change(line):
            self._unlike(table, name, row, change.state)

    def _unlike(self, table: str, name: str, row: Row, state: State) -> None:
        for column, (line, value) in state.items():
            if column in row and not is_same(value, row[column]):
                what = f"{name}: {column} is not what this line tells"
                self._say(table, line, what)

    def _now(self, lines: list[Line]) -> State | None:
        now: State | None = {}
        for line in lines:
            now = self._after(now, line)
        return now

    def _after(self, now: State | None, line: Line) -> State | None:
        """Each column as the last change of it left it, since the last whose detail was
        disposed of; nothing after a deletion."""
        change = self.recorded_changes.change(line.number)
        if change is None:
            return {}
        return {**(now or {}), **change.state} if change.kind != "-" else None

    def _say(self, table: str, line: int | None, what: str) -> None:
        self.number[table] += 1
        if self.number[table] <= MOST:
            self.faults.append((line, what))


def rows_of(names: list[str], block: bytes) -> Iterator[Row]:
    """Fields as they were copied."""
    for line in block.splitlines():
        yield dict(zip(names, line.split(b"\t"), strict=True))
