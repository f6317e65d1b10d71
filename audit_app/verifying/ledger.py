"""The ledger and its histories, taken in from wherever their rows come."""

from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from . import rows
from .copied import Section, binary
from .sealed import PROCESSES, processes

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
        self.changes: dict[str, rows.Versions] = {}
        self.versions: dict[str, rows.Versions] = {}
        self.subtrees: dict[tuple[int, int], bytes] = {}
        self.notes: dict[int, str] = {}
        self.line_faults: list[tuple[int, str]] = []

    def take(self, sections: Iterable[Section], say: Say = lambda rows: None) -> None:
        """What the ledger and histories are made of; the rest is passed over."""
        with processes() as pool:
            for section in sections:
                name = section.table.removeprefix(PREFIX)
                if name in TAKERS:
                    TAKERS[name](self, section, pool, say)
                elif "history_xid" in section.columns:
                    self._take_versions(section, pool, say)

    def _take_entries(self, section: Section, pool: Any, say: Say) -> None:
        for found in _worked(pool, rows.entries, section):
            self.ids += found.ids
            self.leaves += found.leaves
            self.committed += found.committed
            self.commitments += found.commitments
            self.line_faults += found.faults
            for table, (ids, xids) in found.changes.items():
                known = self.changes.setdefault(table, _no_versions())
                known.ids.extend(ids)
                known.xids.extend(xids)
            say(len(found.ids))

    def _take_details(self, section: Section, pool: Any, say: Say) -> None:
        for found in _worked(pool, rows.details, section):
            self.detail_ids += found.ids
            self.details += found.commitments
            say(len(found.ids))

    def _take_versions(self, section: Section, pool: Any, say: Say) -> None:
        known = self.versions.setdefault(section.table, _no_versions())
        for found in _worked(pool, rows.versions, section):
            known.ids.extend(found.ids)
            known.xids.extend(found.xids)
            say(len(found.ids))

    def _take_leaves(self, section: Section, _pool: Any, say: Say) -> None:
        turned = section.columns.index("leaf_index")
        for piece in section.pieces:
            pairs = [line.split(b"\t") for line in piece]
            self.indexes.extend([int(pair[turned]) for pair in pairs])
            self.sealed.extend([int(pair[1 - turned]) for pair in pairs])
            say(len(piece))

    def _take_queue(self, section: Section, _pool: Any, _say: Say) -> None:
        for piece in section.pieces:
            self.queued.update(map(int, piece))

    def _take_subtrees(self, section: Section, _pool: Any, _say: Say) -> None:
        level, number, body = map(section.columns.index, ("level", "number", "hash"))
        for piece in section.pieces:
            for line in piece:
                row = line[:-1].split(b"\t")
                place = (int(row[level]), int(row[number]))
                self.subtrees[place] = binary(row[body])

    def _take_checkpoints(self, section: Section, _pool: Any, _say: Say) -> None:
        size, text = map(section.columns.index, ("size", "note"))
        for piece in section.pieces:
            for row in rows.plain_rows(piece):
                self.notes[int(row[size])] = row[text].decode()


TAKERS = {
    "ledgerentry": Ledger._take_entries,
    "ledgerdetail": Ledger._take_details,
    "sealedleaf": Ledger._take_leaves,
    "unsealedentry": Ledger._take_queue,
    "subtree": Ledger._take_subtrees,
    "checkpoint": Ledger._take_checkpoints,
}


def _no_versions() -> rows.Versions:
    return rows.Versions(array("q"), array("q"))


def _worked(pool: Any, work: Callable[..., Any], section: Section) -> Iterator[Any]:
    """In their order. The rows are read here, by whose connection it is, and no more of
    them than the processes keep up with."""
    running: deque[Any] = deque()
    for piece in section.pieces:
        running.append(pool.apply_async(work, (section.columns, piece)))
        if len(running) > 3 * PROCESSES:
            yield running.popleft().get()
    while running:
        yield running.popleft().get()
