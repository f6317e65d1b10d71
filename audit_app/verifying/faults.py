"""What is wrong with a ledger that has been taken in: where, and what."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import folder
from .ledger import Ledger
from .lookup import Lookup
from .note import Key
from .rows import Versions, by_number
from .sealed import Fault, Sealed, checkpoint_faults, sealed

# Of one kind, more are counted and not told.
MOST = 20


def faults(
    ledger: Ledger,
    histories: dict[str, str],
    notes: Iterable[tuple[str, str]] = (),
    keys: Iterable[Key] = (),
    published: Path | None = None,
) -> list[Fault]:
    """Those whose leaf is known first, in the order of the leaves. `histories`: the
    table of versions of each table; `notes`: checkpoints from elsewhere, each with its
    place; `published`: the folder of the log."""
    index_of = Lookup(ledger.sealed, ledger.indexes)
    found = [Fault(index_of.get(pk), what) for pk, what in ledger.line_faults]
    found += _commitment_faults(ledger, index_of)
    order, gaps = _order(ledger)
    found += gaps
    found += _outside(ledger, index_of)
    tree_now = sealed(_in_order(ledger.leaves, order))
    found += _subtree_faults(ledger, tree_now)
    own = [
        (f"checkpoint {size} in the database", text)
        for size, text in sorted(ledger.notes.items())
    ]
    found += checkpoint_faults(tree_now, [*own, *notes], list(keys))
    if published:
        found += folder.differences(published, tree_now)
    for table, history in sorted(histories.items()):
        found += _history_faults(ledger, table, history)
    return sorted(found, key=lambda one: one.order)


def _order(ledger: Ledger) -> tuple[array[int], list[Fault]]:
    """Where the line of each leaf is, up to the first leaf that lacks one."""
    places = Lookup(ledger.ids, range(len(ledger.ids)))
    entry_of = Lookup(ledger.indexes, ledger.sealed)
    order = array("q")
    for index in range(len(ledger.indexes)):
        entry = entry_of.get(index)
        if entry is None:
            return order, [Fault(index, "no line has this leaf, and later ones have")]
        place = places.get(entry)
        if place is None:
            return order, [Fault(index, f"line {entry} of this leaf is gone")]
        order.append(place)
    return order, []


def _in_order(leaves: bytearray, order: array[int]) -> bytes:
    if order == array("q", range(len(order))):
        return bytes(leaves[: 32 * len(order)])
    return b"".join([leaves[32 * at : 32 * at + 32] for at in order])


def _outside(ledger: Ledger, index_of: Lookup) -> Iterator[Fault]:
    """Each line is in a leaf or waits for one, and not both."""
    loose = {pk for pk in ledger.ids if index_of.get(pk) is None}
    for pk in sorted(loose - ledger.queued)[:MOST]:
        yield Fault(None, f"line {pk} has no leaf and waits for none")
    for pk in sorted(ledger.queued - loose)[:MOST]:
        index = index_of.get(pk)
        why = "is gone" if index is None else "has a leaf"
        yield Fault(index, f"line {pk} waits for a leaf and {why}")


def _commitment_faults(ledger: Ledger, index_of: Lookup) -> Iterator[Fault]:
    """Nothing where all agree in their order, as they mostly do."""
    if ledger.committed == ledger.detail_ids and ledger.commitments == ledger.details:
        return
    told = by_number(ledger.committed, ledger.commitments)
    there = by_number(ledger.detail_ids, ledger.details)
    wrong = sorted(
        pk for pk in told.keys() | there.keys() if told.get(pk) != there.get(pk)
    )
    for pk in wrong[:MOST]:
        what = "is not what the line commits to"
        if pk not in there:
            what = "is gone"
        elif pk not in told:
            what = "is there, and the line has none"
        yield Fault(index_of.get(pk), f"the detail of line {pk} {what}")
    if len(wrong) > MOST:
        yield Fault(None, f"{len(wrong) - MOST} more details are not as committed to")


def _subtree_faults(ledger: Ledger, now: Sealed) -> Iterator[Fault]:
    """The hashes that proofs are made of."""
    for level, body in enumerate(now.levels, 1):
        for number in range(len(body) // 32):
            if ledger.subtrees.get((level, number)) != body[32 * number :][:32]:
                first, span = number << 8 * level, 1 << 8 * level
                what = "these lines do not have the hash that was kept of them"
                yield Fault(first, what, first + span - 1)
                break


def _history_faults(ledger: Ledger, table: str, history: str) -> Iterator[Fault]:
    """A version for each change, and a change for each version."""
    nothing = Versions(array("q"), array("q"))
    changes = ledger.changes.get(table, nothing)
    versions = ledger.versions.get(history, nothing)
    if changes == versions:
        return
    told = Counter(zip(changes.ids, changes.xids, strict=True))
    kept = Counter(zip(versions.ids, versions.xids, strict=True))
    for (pk, xid), number in sorted((told - kept).items())[:MOST]:
        yield Fault(
            None, f"{number} versions of {table} {pk} are gone (transaction {xid})"
        )
    for (pk, xid), number in sorted((kept - told).items())[:MOST]:
        yield Fault(
            None,
            f"{number} versions of {table} {pk} have no change (transaction {xid})",
        )
