"""The ledger and its histories, taken in from wherever their rows come."""

from array import array
from collections.abc import Callable, Iterable
from functools import partial

from . import rows
from .copied import Section, binary
from .processes import Processes

PREFIX = "audit_app_"
Say = Callable[[int], None]


class Ledger:
    """Filled by `take`, section by section in any order, and then asked."""

    def __init__(self) -> None:
        self.ids, self.leaves = array("q"), bytearray()
        self.committed, self.commitments = array("q"), bytearray()
        self.detail_ids, self.details = array("q"), bytearray()
        self.indexes, self.sealed = array("q"), array("q")
        self.queued: set[int] = set()
        self.disposed: set[int] = set()
        self.changes: dict[str, rows.Versions] = {}
        self.versions: dict[str, rows.Versions] = {}
        self.subtrees: dict[tuple[int, int], bytes] = {}
        self.notes: dict[int, str] = {}
        self.line_faults: list[tuple[int, str]] = []

    def take(self, sections: Iterable[Section], say: Say = lambda rows: None) -> None:
        """What the ledger and histories are made of; the rest is passed over."""
        with Processes() as workers:
            for section in sections:
                name = section.table.removeprefix(PREFIX)
                if name in TAKERS:
                    TAKERS[name](self, section, workers, say)
                elif "history_xid" in section.columns:
                    self._take_versions(section, workers, say)

    def _take_entries(self, section: Section, workers: Processes, say: Say) -> None:
        work = partial(rows.entries, section.columns)
        for found in workers.each(work, section.blocks):
            self.ids += found.ids
            self.leaves += found.leaves
            self.committed += found.committed
            self.commitments += found.commitments
            self.line_faults += found.faults
            self.disposed.update(found.disposed)
            for table, (ids, xids) in found.changes.items():
                known = self.changes.setdefault(table, rows.no_versions())
                known.ids.extend(ids)
                known.xids.extend(xids)
            say(len(found.ids))

    def _take_details(self, section: Section, workers: Processes, say: Say) -> None:
        work = partial(rows.details, section.columns)
        for found in workers.each(work, section.blocks):
            self.detail_ids += found.ids
            self.details += found.commitments
            say(len(found.ids))

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
        for found in workers.each(work, section.blocks):
            for kept, more in zip(known, found, strict=True):
                kept.extend(more)
            say(len(found[0]))

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


TAKERS = {
    "ledgerentry": Ledger._take_entries,
    "ledgerdetail": Ledger._take_details,
    "sealedleaf": Ledger._take_leaves,
    "unsealedentry": Ledger._take_queue,
    "subtree": Ledger._take_subtrees,
    "checkpoint": Ledger._take_notes,
}
