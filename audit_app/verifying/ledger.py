"""The ledger and its histories, taken in from wherever their rows come."""

from __future__ import annotations  # for Python 3.11

from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from . import rows
from .anchors import (
    Anchors,
    disposals_in_words,
    expiries_in_words,
    gaps_in_words,
    rows_gone_in_words,
)
from .compared import CONTENT, Compared, Look, rows_of
from .copied import Section, binary
from .disposals import Gone
from .processes import Processes
from .recorded_changes import RecordedChanges

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
        self.changes: dict[str, rows.Changes] = {}
        self.keyed: dict[str, dict[bytes, int]] = {}
        self.versions: dict[str, rows.Versions] = {}
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
            changes = self.changes.get(live, rows.no_changes())
            return self.compared.versions(table, live, changes)
        if has >= CONTENT:
            return self.compared.contents(table, self.keyed.get(table, {}))
        if table in self.changes and "id" in has:
            return self.compared.live(table, self.changes[table])
        return None

    def _take_entries(self, section: Section, workers: Processes, say: Say) -> None:
        work = partial(rows.entries, section.columns)
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
                known = self.changes.setdefault(table, rows.no_changes())
                for column, more in zip(known, changes, strict=True):
                    column.extend(more)
            for table, keyed in entries.keyed.items():
                self.keyed.setdefault(table, {}).update(keyed)
            say(len(entries.ids))

    def _take_details(self, section: Section, workers: Processes, say: Say) -> None:
        recorded, blocks = self.recorded_changes, section.blocks
        if recorded:
            blocks = recorded.store(section.columns, blocks)
        read = rows.details_and_lengths if recorded else rows.details
        for details in workers.each(partial(read, section.columns), blocks):
            if recorded:
                details, lengths = details
                recorded.index(details.ids, lengths)
            self.detail_ids += details.ids
            self.details += details.commitments
            say(len(details.ids))

    def _take_versions(self, section: Section, workers: Processes, say: Say) -> None:
        known = self.versions.setdefault(section.table, rows.no_versions())
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
        work = partial(rows.numbers, wanted, section.columns)
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
            for row in rows.plain_rows(section.columns, block):
                self.notes[int(row["size"])] = row["note"].decode()

    def _take_cosignatures(
        self, section: Section, _workers: Processes, _say: Say
    ) -> None:
        for block in section.blocks:
            for row in rows.plain_rows(section.columns, block):
                size, line = int(row["checkpoint_id"]), row["line"].decode()
                self.cosignatures.append((size, line))

    def _take_statements(
        self, section: Section, _workers: Processes, _say: Say
    ) -> None:
        for block in section.blocks:
            for row in rows.plain_rows(section.columns, block):
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
