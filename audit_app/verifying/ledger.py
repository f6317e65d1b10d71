"""Ledger: compared, folder, recorded changes and then."""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from . import dump, lines, proofs
from .dump import (
    NONE,
    NULL,
    Lookup,
    Processes,
    Section,
    binary,
    plain,
)
from .lines import (
    BELOW,
    Anchors,
    Changes,
    Fault,
    Gone,
    Sealed,
    checkpoint_faults,
    disposals_in_words,
    expiries_in_words,
    gaps_in_words,
    is_below,
    keys_of,
    rows_gone_in_words,
    sealed,
    signer,
)
from .proofs import WIDTH, Key

# What the changes say of rows: in a file as copied, and read when a row asks.

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
            detail = dump.from_json(body)
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


# What rows were after each change, and when and why versions of them were written.

# Rows whose state is remembered from one version to the next.
REMEMBERED = 10_000
Row = dict[str, bytes]


def is_same(value: Any, field: bytes) -> bool:
    if isinstance(value, Commitment):
        return field != NULL and value.is_to(plain(field))
    return dump.is_same(value, field)


def is_when_and_why(row: Row, line: Line, change: Change) -> bool:
    """The line's own time, but where another was set."""
    at = datetime.fromtimestamp(line.time / 1_000_000, UTC).isoformat()
    reason, date = row["history_change_reason"], row["history_date"]
    is_why = (b"" if reason == NULL else plain(reason)).decode() == change.reason
    return is_why and dump.is_same(change.clock or at, date)


class RowsThen:
    """What rows were after a change: the versions of one lie in their order, mostly,
    and not side by side."""

    def __init__(
        self, lines: Lines, after: Callable[[State | None, Line], State | None]
    ) -> None:
        self.lines, self.after = lines, after
        self.states: dict[int, tuple[int, State | None]] = {}

    def at(self, key: int, line: Line) -> State | None:
        known, now = self.states.pop(key, (-1, {}))
        if known > line.number:
            known, now = -1, {}
        for one in self.lines.of(key):
            if known < one.number <= line.number:
                now = self.after(now, one)
        if len(self.states) >= REMEMBERED:
            self.states.clear()
        self.states[key] = line.number, now
        return now


# Rows of a dump against what the ledger tells: live rows, versions, contents.

# Of one table, more are counted and not told.
MOST = 20
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
            elif is_below(row["id"]):
                self.faults.append((None, f"{table} {row['id'].decode()}: {BELOW}"))
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


# A log as files (C2SP tlog-tiles): against itself, and against a ledger's leaves.

STATEMENTS = "statements"


def checkpoint_in(folder: Path) -> tuple[proofs.Checkpoint, str]:
    """The checkpoint and its whole text. Raises OSError or Malformed."""
    text = (folder / "checkpoint").read_text("utf-8")
    return proofs.checkpoint_from(proofs.note_from(text).text), text


def statements_in(folder: Path) -> list[str]:
    """What keys say of each other, in the order in which they were written."""
    paths = sorted(
        (folder / STATEMENTS).glob("[0-9]*"), key=lambda path: int(path.name)
    )
    return [path.read_text("utf-8") for path in paths]


def leaves_of(folder: Path, size: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Tile by tile: the first leaf, the leaves as kept, and as entries hash now."""
    for number in range(-(-size // WIDTH)):
        width = min(WIDTH, size - number * WIDTH)
        tile = (folder / path_of("0", number, width)).read_bytes()
        bundle = (folder / path_of("entries", number, width)).read_bytes()
        yield number * WIDTH, tile, _hashed(bundle, width)


def _hashed(bundle: bytes, width: int) -> bytes:
    leaves: list[bytes] = []
    at = 0
    while at + 2 <= len(bundle) and len(leaves) < width:
        (length,) = struct.unpack_from(">H", bundle, at)
        entry, at = bundle[at + 2 : at + 2 + length], at + 2 + length
        # What no entry covers could say anything: it is the last one's fault.
        is_odd = len(leaves) == width - 1 and at != len(bundle)
        leaves.append(proofs.leaf_hash(bundle if is_odd else entry))
    return b"".join(leaves)


def tree_of(folder: Path, size: int) -> tuple[Sealed, list[Fault]]:
    """The tree that the entries make, and where they are not as their tiles say."""
    entry_faults, leaves = [], []
    for first, tile, now in leaves_of(folder, size):
        leaves.append(now)
        if tile != now:
            at = first + first_difference(tile, now)
            entry_faults.append(
                Fault(at, "the entry in the folder is not what its tile says")
            )
    return sealed(b"".join(leaves)), entry_faults


def first_difference(one: bytes, other: bytes) -> int:
    """Which of the hashes is the first that differs."""
    both = range(0, max(len(one), len(other)), 32)
    return next(at for at in both if one[at : at + 32] != other[at : at + 32]) // 32


def differences(folder: Path, now: Sealed) -> Iterator[Fault]:
    """Where a ledger's leaves are no longer those that were published."""
    checkpoint, _text = checkpoint_in(folder)
    for number in range(-(-checkpoint.size // WIDTH)):
        width = min(WIDTH, checkpoint.size - number * WIDTH)
        tile = (folder / path_of("0", number, width)).read_bytes()
        leaves = now.hashes(0, number * WIDTH, width)
        if tile != leaves:
            at = number * WIDTH + first_difference(tile, leaves)
            yield Fault(at, "the line is not the one that was published")
            return


def path_of(level: str, number: int, width: int = WIDTH) -> str:
    """tile/0/x001/x234/067 for number 1,234,067; .p/ and the width for one in part."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    part = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{name}{part}"


def faults(
    folder: Path, keys: list[Key], notes: list[tuple[str, str]], anchors: Anchors
) -> list[Fault]:
    checkpoint, text = checkpoint_in(folder)
    now, all_faults = tree_of(folder, checkpoint.size)
    keys = anchors.follow(keys, statements_in(folder))
    all_faults += anchors.statement_faults(now)
    notes = [("the folder's checkpoint", text), *notes]
    all_faults += checkpoint_faults(now, notes, keys, anchors.hold)
    return sorted(all_faults, key=lambda one: one.order)


# The ledger and its histories, taken in from wherever their rows come.

PREFIX = "audit_app_"
Say = Callable[[int], None]


class Ledger:
    """Filled by `take`, section by section in any order, and then asked. With
    `recorded_changes`, those are written down, and rows are compared with them."""

    def __init__(self, recorded_changes: RecordedChanges | None = None) -> None:
        self.recorded_changes = recorded_changes
        self.gone: Gone = {}
        self.compared = (
            Compared(recorded_changes, self.disposed, self.gone)
            if recorded_changes
            else None
        )
        self.waiting: list[Section] = []
        self.taken: set[str] = set()
        self.ids, self.leaves = array("q"), bytearray()
        self.committed, self.commitments = array("q"), bytearray()
        self.detail_ids, self.details = array("q"), bytearray()
        self.indexes, self.sealed = array("q"), array("q")
        self.queued: set[int] = set()
        self.disposals: dict[int, int] = {}
        self.expiries: dict[int, int] = {}
        self.lasting = array("q")
        self.changes: dict[str, lines.Changes] = {}
        self.keyed: dict[str, dict[bytes, int]] = {}
        self.versions: dict[str, lines.Versions] = {}
        self.subtrees: dict[tuple[int, int], bytes] = {}
        self.notes: dict[int, str] = {}
        self.cosignatures: list[tuple[int, str]] = []
        self.statements: dict[int, str] = {}
        self.line_faults: list[tuple[int, str]] = []

    def disposed(self) -> set[int]:
        """The lines whose detail was disposed of; what a disposal rests on is not."""
        expired = set(self.expiries.values())
        # All of them are many: looked through only where a rule was carried out.
        expired -= set(self.lasting) if expired else set()
        return (set(self.disposals.values()) | expired) - self.disposals.keys()

    def histories(self) -> dict[str, str]:
        """The table of versions of each table, of those that were taken in."""
        return {live_of(history): history for history in self.versions}

    def size_in_words(self) -> str:
        words = (
            f"{len(self.ids)} lines, {len(self.indexes)} of them sealed;"
            f" {len(self.notes)} checkpoints."
        )
        if number := len(self.disposed()):
            words += f" The details of {number} were disposed of, as other lines say."
        return words

    def rests_on(self, anchors: Anchors) -> Iterator[str]:
        """What a verdict about it rests on, a sentence at a time."""
        yield from anchors.in_words(len(self.ids))
        yield from disposals_in_words(self.disposals)
        yield from rows_gone_in_words(self.gone)
        yield from expiries_in_words(self.expiries)
        yield from gaps_in_words(self.ids)

    def take(self, sections: Iterable[Section], say: Say = lambda rows: None) -> None:
        """What the ledger and histories are made of; the rest is passed over."""
        with Processes() as workers:
            for section in sections:
                name = section.table.removeprefix(PREFIX)
                if name in TAKERS:
                    TAKERS[name](self, section, workers, say)
                    self.taken.add(name)
                elif "history_xid" in section.columns:
                    watched = section._replace(blocks=self._watched(section))
                    self._take_versions(watched, workers, say)
                elif self.recorded_changes:
                    for _block in self._watched(section):
                        pass
        for section in self.waiting:
            for _block in self._watched(section, may_wait=False):
                pass

    def _watched(self, section: Section, *, may_wait: bool = True) -> Iterator[bytes]:
        """The blocks as they pass, compared; kept where the ledger is still to come."""
        is_early = not {"ledgerentry", "ledgerdetail"} <= self.taken
        if self.recorded_changes and may_wait and is_early:
            blocks = list(section.blocks)
            self.waiting.append(section._replace(blocks=iter(blocks)))
            yield from blocks
            return
        if (look := self._look(section)) is None:
            yield from section.blocks
            return
        for block in section.blocks:
            for row in rows_of(section.columns, block):
                look(row)
            yield block
        look({})

    def _look(self, section: Section) -> Look | None:
        """Nothing where no line tells of the table."""
        if self.compared is None:
            return None
        table, has = section.table, set(section.columns)
        self.compared.seen.add(table)
        if "history_xid" in has:
            live = live_of(table)
            changes = self.changes.get(live, lines.no_changes())
            return self.compared.versions(table, live, changes)
        if has >= CONTENT:
            return self.compared.contents(table, self.keyed.get(table, {}))
        if table in self.changes and "id" in has:
            return self.compared.live(table, self.changes[table])
        return None

    def _take_entries(self, section: Section, workers: Processes, say: Say) -> None:
        work = partial(lines.entries, section.columns)
        for entries in workers.each(work, section.blocks):
            self.ids += entries.ids
            self.leaves += entries.leaves
            self.committed += entries.committed
            self.commitments += entries.commitments
            self.line_faults += entries.faults
            self.disposals.update(entries.disposals)
            self.expiries.update(entries.expiries)
            self.lasting += entries.lasting
            for table, keys in entries.gone.items():
                self.gone.setdefault(table, {}).update(keys)
            for table, changes in entries.changes.items():
                known = self.changes.setdefault(table, lines.no_changes())
                for column, more in zip(known, changes, strict=True):
                    column.extend(more)
            for table, keyed in entries.keyed.items():
                self.keyed.setdefault(table, {}).update(keyed)
            say(len(entries.ids))

    def _take_details(self, section: Section, workers: Processes, say: Say) -> None:
        recorded, blocks = self.recorded_changes, section.blocks
        if recorded:
            blocks = recorded.store(section.columns, blocks)
        read = lines.details_and_lengths if recorded else lines.details
        for details in workers.each(partial(read, section.columns), blocks):
            if recorded:
                details, lengths = details
                recorded.index(details.ids, lengths)
            self.detail_ids += details.ids
            self.details += details.commitments
            say(len(details.ids))

    def _take_versions(self, section: Section, workers: Processes, say: Say) -> None:
        known = self.versions.setdefault(section.table, lines.no_versions())
        self._take_numbers(("id", "history_xid"), known, section, workers, say)

    def _take_leaves(self, section: Section, workers: Processes, say: Say) -> None:
        known = (self.indexes, self.sealed)
        self._take_numbers(("leaf_index", "entry_id"), known, section, workers, say)

    def _take_numbers(
        self,
        wanted: tuple[str, str],
        known: tuple[array[int], array[int]],
        section: Section,
        workers: Processes,
        say: Say,
    ) -> None:
        work = partial(lines.numbers, wanted, section.columns)
        for numbers in workers.each(work, section.blocks):
            for column, more in zip(known, numbers, strict=True):
                column.extend(more)
            say(len(numbers[0]))

    def _take_queue(self, section: Section, _workers: Processes, _say: Say) -> None:
        for block in section.blocks:
            self.queued.update(map(int, block.split()))

    def _take_subtrees(self, section: Section, _workers: Processes, _say: Say) -> None:
        for block in section.blocks:
            for line in block.splitlines():
                row = dict(zip(section.columns, line.split(b"\t"), strict=True))
                place = (int(row["level"]), int(row["number"]))
                self.subtrees[place] = binary(row["hash"])

    def _take_notes(self, section: Section, _workers: Processes, _say: Say) -> None:
        for block in section.blocks:
            for row in lines.plain_rows(section.columns, block):
                self.notes[int(row["size"])] = row["note"].decode()

    def _take_cosignatures(
        self, section: Section, _workers: Processes, _say: Say
    ) -> None:
        for block in section.blocks:
            for row in lines.plain_rows(section.columns, block):
                size, line = int(row["checkpoint_id"]), row["line"].decode()
                self.cosignatures.append((size, line))

    def _take_statements(
        self, section: Section, _workers: Processes, _say: Say
    ) -> None:
        for block in section.blocks:
            for row in lines.plain_rows(section.columns, block):
                self.statements[int(row["id"])] = row["note"].decode()


def live_of(history: str) -> str:
    """The table whose versions these are, by their names."""
    return history.replace("_historical", "_", 1)


TAKERS = {
    "ledgerentry": Ledger._take_entries,
    "ledgerdetail": Ledger._take_details,
    "sealedleaf": Ledger._take_leaves,
    "unsealedentry": Ledger._take_queue,
    "subtree": Ledger._take_subtrees,
    "checkpoint": Ledger._take_notes,
    "cosignature": Ledger._take_cosignatures,
    "keystatement": Ledger._take_statements,
}
