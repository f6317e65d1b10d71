"""What is wrong with a ledger that has been taken in: where, and what."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import lt
from pathlib import Path

from . import ledger as verifying_ledger
from .dump import NONE, Lookup
from .ledger import Ledger, live_of
from .lines import (
    Anchors,
    Fault,
    Sealed,
    checkpoint_faults,
    cosignature_faults,
    keys_of,
    no_changes,
    no_versions,
    sealed,
)
from .proofs import Key

# Of one kind, more are counted and not told.
MOST = 20


def faults(
    ledger: Ledger,
    histories: dict[str, str],
    notes: Iterable[tuple[str, str]] = (),
    keys: Iterable[Key] = (),
    published: Path | None = None,
    anchors: Anchors | None = None,
) -> list[Fault]:
    """Faults of a ledger, those whose leaf is known first, in the order of the leaves.
    `histories`: the table of versions of each table; `notes`: checkpoints from
    elsewhere, each with its place; `published`: the folder of the log. `anchors` is
    filled with what a verdict rests on."""
    anchors = anchors or Anchors()
    index_of = Lookup(ledger.sealed, ledger.indexes)
    all_faults = [Fault(_leaf(index_of, pk), what) for pk, what in ledger.line_faults]
    all_faults += _twice(ledger, index_of)
    all_faults += _commitment_faults(ledger, index_of)
    order, gaps = _order(ledger)
    all_faults += gaps
    all_faults += _outside(ledger, index_of)
    tree_now = sealed(_in_order(ledger.leaves, order))
    all_faults += _subtree_faults(ledger, tree_now)
    own = [
        (f"checkpoint {size} in the database", text)
        for size, text in sorted(ledger.notes.items())
    ]
    statements = [ledger.statements[pk] for pk in sorted(ledger.statements)]
    keys = anchors.follow(list(keys), statements)
    all_faults += anchors.statement_faults(tree_now)
    all_notes = [*own, *notes]
    all_faults += checkpoint_faults(tree_now, all_notes, keys, anchors.hold)
    all_faults += cosignature_faults(ledger.notes, ledger.cosignatures, keys, anchors)
    if keys and ledger.indexes and not all_notes:
        all_faults.append(Fault(None, "lines are sealed, and no checkpoint is there"))
    if published:
        all_faults += verifying_ledger.differences(published, tree_now)
    for table, history in sorted(histories.items()):
        all_faults += _history_faults(ledger, table, history)
    all_faults += _row_faults(ledger, histories, index_of)
    return sorted(all_faults, key=lambda one: one.order)


def _order(ledger: Ledger) -> tuple[array[int], list[Fault]]:
    """Where the line of each leaf is, up to the first leaf that lacks one."""
    numbers, entries = numbered(ledger.indexes), ledger.sealed
    if ledger.indexes != numbers:
        in_order = Lookup(ledger.indexes, ledger.sealed).each(numbers)
        entries = array("q", in_order)
    if entries == ledger.ids[: len(entries)]:
        return numbers, []
    order = array("q", Lookup(ledger.ids, numbered(ledger.ids)).each(entries))
    if NONE not in order:
        return order, []
    at = order.index(NONE)
    what = f"line {entries[at]} of this leaf is gone"
    if entries[at] == NONE:
        what = "no line has this leaf, and later ones have"
    return order[:at], [Fault(at, what)]


def _twice(ledger: Ledger, index_of: Lookup) -> Iterator[Fault]:
    """Lines whose number another has as well. Mostly they lie in their order."""
    if all(map(lt, ledger.ids, islice(ledger.ids, 1, None))):
        return
    counts = Counter(ledger.ids)
    for pk in sorted(pk for pk, number in counts.items() if number > 1)[:MOST]:
        yield Fault(_leaf(index_of, pk), f"line {pk} is there {counts[pk]} times")


def numbered(keys: array[int]) -> array[int]:
    return array("q", range(len(keys)))


def _in_order(leaves: bytearray, order: array[int]) -> bytes:
    if order == numbered(order):
        return bytes(leaves[: 32 * len(order)])
    return b"".join([leaves[32 * at : 32 * at + 32] for at in order])


def _outside(ledger: Ledger, index_of: Lookup) -> Iterator[Fault]:
    """Each line is in a leaf or waits for one, and not both. Mostly the first have
    leaves in their order, and the last wait."""
    first, last = ledger.ids[: len(ledger.sealed)], ledger.ids[len(ledger.sealed) :]
    is_usual = first == ledger.sealed and set(last) == ledger.queued
    if is_usual and (not last or ledger.queued.isdisjoint(first)):
        return
    indexes = index_of.each(ledger.ids)
    loose = {pk for pk, at in zip(ledger.ids, indexes, strict=True) if at == NONE}
    for pk in sorted(loose - ledger.queued)[:MOST]:
        yield Fault(None, f"line {pk} has no leaf and waits for none")
    for pk in sorted(ledger.queued - loose)[:MOST]:
        index = _leaf(index_of, pk)
        why = "is gone" if index is None else "has a leaf"
        yield Fault(index, f"line {pk} waits for a leaf and {why}")


def _commitment_faults(ledger: Ledger, index_of: Lookup) -> Iterator[Fault]:
    """Nothing where all agree in their order, as they mostly do."""
    lines, there = ledger.committed, ledger.detail_ids
    if lines == there and ledger.commitments == ledger.details:
        return
    places = array("q", Lookup(lines, numbered(lines)).each(there))
    wrong = {
        pk: "is there, and the line has none"
        if place == NONE
        else "is not what the line commits to"
        for at, (pk, place) in enumerate(zip(there, places, strict=True))
        if place == NONE
        or ledger.details[32 * at : 32 * at + 32]
        != ledger.commitments[32 * place : 32 * place + 32]
    }
    if len(lines) != len(there) - places.count(NONE):
        missing = set(lines) - set(there) - ledger.disposed()
        wrong |= dict.fromkeys(missing, "is gone")
    for pk in sorted(wrong)[:MOST]:
        yield Fault(_leaf(index_of, pk), f"the detail of line {pk} {wrong[pk]}")
    if len(wrong) > MOST:
        yield Fault(None, f"{len(wrong) - MOST} more details are not as committed to")


def _leaf(index_of: Lookup, pk: int) -> int | None:
    index = index_of.get(pk)
    return None if index == NONE else index


def _subtree_faults(ledger: Ledger, now: Sealed) -> Iterator[Fault]:
    """The hashes that proofs are made of."""
    last = {level: len(body) // 32 for level, body in enumerate(now.levels, 1)}
    for level, number in sorted(ledger.subtrees):
        if number >= last.get(level, 0):
            yield Fault(None, "a hash is kept of lines that there are not")
            break
    for level, body in enumerate(now.levels, 1):
        for number in range(len(body) // 32):
            at = 32 * number
            if ledger.subtrees.get((level, number)) != body[at : at + 32]:
                first, span = number << 8 * level, 1 << 8 * level
                what = "these lines do not have the hash that was kept of them"
                yield Fault(first, what, first + span - 1)
                break


def _history_faults(ledger: Ledger, table: str, history: str) -> Iterator[Fault]:
    """A version for each change, and a change for each version."""
    changes = ledger.changes.get(table, no_changes())
    versions = ledger.versions.get(history, no_versions())
    gone = keys_of(ledger.gone, table)
    for pk, line in zip(changes.ids, changes.lines, strict=True) if gone else ():
        if line > gone.get(pk, line):
            yield Fault(None, f"{table} {pk} is changed after it was disposed of")
    if changes[:2] == versions:
        return
    places = zip(changes.ids, changes.xids, strict=True)
    change_counts = Counter(place for place in places if place[0] not in gone)
    version_counts = Counter(zip(versions.ids, versions.xids, strict=True))
    for (pk, xid), number in sorted((change_counts - version_counts).items())[:MOST]:
        yield Fault(
            None, f"{number} versions of {table} {pk} are gone (transaction {xid})"
        )
    for (pk, xid), number in sorted((version_counts - change_counts).items())[:MOST]:
        yield Fault(
            None,
            f"{number} versions of {table} {pk} have no change (transaction {xid})",
        )


def _row_faults(
    ledger: Ledger, histories: dict[str, str], index_of: Lookup
) -> Iterator[Fault]:
    """What differs between the ledger and rows, where these were looked at."""
    compared = ledger.compared
    if compared is None:
        return
    for line, what in compared.faults:
        yield Fault(None if line is None else _leaf(index_of, line), what)
    for table, number in sorted(compared.number.items()):
        if number > MOST:
            yield Fault(None, f"{number - MOST} more of {table} are not as told")
    for table, history in sorted(histories.items()):
        for key in compared.strays[table][:MOST]:
            yield Fault(None, f"{table} {key} is told by no line")
        if live_of(history) != table or not {table, history} <= compared.seen:
            yield Fault(None, f"{table} has not been compared with {history}")
