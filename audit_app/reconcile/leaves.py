"""Leaves against lines, both ways, and against the hashes and checkpoints kept of them.

A rewritten line that hangs together is told by the hash of its 256 leaves; which it is,
the folder that the ledger is published to knows.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from django.db import connections

from audit_app.models import Checkpoint
from audit_app.reconcile.check import Check, Finding, What
from audit_app.reconcile.lines import DETAIL, ENTRY, LEAF
from audit_app.sealing import configured, tree
from audit_app.verifying import note
from audit_app.verifying.folder import path_of
from audit_app.verifying.tree import BITS, WIDTH, whole_root

# Leaves of one subtree, and of one gap, that are told.
MOST = 20
LEAVES = """
select leaf.leaf_index, leaf.entry_id, entry.leaf_hash
from audit_app_sealedleaf leaf
left join audit_app_ledgerentry entry on entry.id = leaf.entry_id
where leaf.leaf_index >= %s and leaf.leaf_index <= %s
"""
SUBTREES = """
select number, hash from audit_app_subtree
where level = %s and number >= %s and number < %s
"""
# What waits is asked of few, as of the same moment.
LOOSE = """
with loose as materialized (
  select entry.id from audit_app_ledgerentry entry
  where entry.id > %s and entry.id <= %s and not exists (
    select from audit_app_sealedleaf leaf where leaf.entry_id = entry.id)
)
select id from loose where not audit_ledger_waits(id) order by id
"""
ORPHANS = """
select detail.entry_id, leaf.leaf_index from audit_app_ledgerdetail detail
left join audit_app_sealedleaf leaf on leaf.entry_id = detail.entry_id
where detail.entry_id > %s and detail.entry_id <= %s and not exists (
  select from audit_app_ledgerentry entry where entry.id = detail.entry_id)
order by detail.entry_id
"""
# Numbers are drawn when lines are written, and the time is read right after: a line
# that is committed late has both from then. Only the clock makes a later one earlier.
SET_BACK = """
select leaf.leaf_index, line.id from (
  select id, at, lag(at) over (order by id) as before from audit_app_ledgerentry
  where id <= %(upto)s and id >= coalesce(
    (select max(id) from audit_app_ledgerentry where id <= %(after)s), 0)
) line join audit_app_sealedleaf leaf on leaf.entry_id = line.id
where line.id > %(after)s and line.at < line.before - interval '1 minute'
order by line.id
"""


class Known(NamedTuple):
    """What is known of leaves: the numbers of their lines, and the hashes of those that
    are there."""

    lines: dict[int, int]
    hashes: dict[int, bytes]


def _ask(query: str, using: str, *values: int) -> list[tuple]:
    with connections[using].cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def _leaves(using: str, after: str, upto: str) -> Iterator[Finding]:
    first, last = int(after) + 1, int(upto)
    rows = _ask(LEAVES, using, first // WIDTH * WIDTH, last)
    known = Known(
        {index: pk for index, pk, _hash in rows},
        {index: bytes(body) for index, _pk, body in rows if body is not None},
    )
    times = Counter(index for index, _pk, _hash in rows if index >= first)
    yield from _alone(times, known)
    for index in _gaps(first, sorted(times)):
        yield Finding(What.GONE, LEAF, str(index))
    level = 1
    while (end := (last + 1) >> BITS * level) > (start := first >> BITS * level):
        for number, stored_hash, now in _subtrees(using, level, start, end, known):
            if stored_hash != now and level == 1:
                yield from _unlike(number, stored_hash, now, known)
            elif stored_hash != now:
                at = number << BITS * level
                yield Finding(What.HASH, LEAF, str(at), digest=now.hex())
        level += 1


def _alone(times: Counter[int], known: Known) -> Iterator[Finding]:
    """Leaves without a line, and lines that have one number with another."""
    for index, number in times.items():
        if index not in known.hashes:
            yield Finding(What.GONE, LEAF, str(index), known.lines[index])
        elif number > 1:
            # No more than one of them was sealed.
            yield _unsealed(index, known)


def _gaps(first: int, places: list[int]) -> Iterator[int]:
    """Numbers that no leaf has, the first of each gap: whoever owns the database writes
    any number, and keeps nobody from comparing by it."""
    for before, place in pairwise([first - 1, *places]):
        yield from range(before + 1, min(place, before + 1 + MOST))


def _subtrees(
    using: str, level: int, start: int, end: int, known: Known
) -> Iterator[tuple[int, bytes, bytes]]:
    """Subtrees as they are kept and as what is below makes them; those of which
    something is gone are told of that."""
    stored_hashes = _hashes(using, level, start, end)
    below = known.hashes
    if level > 1:
        below = _hashes(using, level - 1, start * WIDTH, end * WIDTH)
    for number in sorted({place // WIDTH for place in below}):
        if not start <= number < end:
            continue
        span = range(number * WIDTH, (number + 1) * WIDTH)
        if all(place in below for place in span):
            now = whole_root(b"".join([below[place] for place in span]))
            yield number, stored_hashes.get(number, b""), now


def _hashes(using: str, level: int, start: int, end: int) -> dict[int, bytes]:
    rows = _ask(SUBTREES, using, level, start, end)
    return {number: bytes(body) for number, body in rows}


def _unlike(
    number: int, stored_hash: bytes, now: bytes, known: Known
) -> Iterator[Finding]:
    """Which of the leaves, as far as that is known."""
    published, first = _published(number), number * WIDTH
    if len(published) != 32 * WIDTH or whole_root(published) != stored_hash:
        yield Finding(What.AMONG, LEAF, str(first), digest=now.hex())
        return
    pairs = [(at, published[32 * at : 32 * at + 32]) for at in range(WIDTH)]
    others = [first + at for at, body in pairs if known.hashes[first + at] != body]
    for index in others[:MOST]:
        yield _unsealed(index, known)


def _unsealed(index: int, known: Known) -> Finding:
    digest = known.hashes[index].hex()
    return Finding(What.SEALED, LEAF, str(index), known.lines[index], digest)


def _published(number: int) -> bytes:
    """The hashes of these leaves in the folder; nothing where they can't be read."""
    folder = configured.folder()
    try:
        return (folder / path_of("0", number)).read_bytes() if folder else b""
    except OSError:
        return b""


def _signed(using: str, after: str, upto: str) -> Iterator[Finding]:
    """The first and the last of the slice: without the key nobody makes the newest
    hold, and those before it not."""
    rows = Checkpoint.objects.using(using).order_by("size")
    keys = configured.where_readable(configured.known_keys)
    first = rows.filter(size__gt=int(after)).values_list("size", flat=True)[0]
    bad = [size for size in (first, int(upto)) if not _holds(using, size, keys)]
    if bad:
        before = rows.filter(size__lt=bad[0])
        sizes = list(before.values_list("size", flat=True))
        at = bisect_left(sizes, True, key=lambda size: not _holds(using, size, keys))
        yield Finding(What.SIGNED, LEAF, str(sizes[at - 1] if at else 0))


def _holds(using: str, size: int, keys: list[note.Key]) -> bool:
    """Earlier ones may be of a key that is known no more: what was signed later has
    them in it."""
    rows = Checkpoint.objects.using(using)
    text = rows.values_list("note", flat=True).get(pk=size)
    try:
        signed = note.note_from(text)
        checkpoint = note.checkpoint_from(signed.text)
        is_signed = bool(note.signers(signed, keys)) or not keys
        same = (checkpoint.size, checkpoint.root) == (size, tree.root(size, using))
        return same and (is_signed or rows.filter(size__gt=size).exists())
    except (note.Malformed, note.Unproven, tree.Incomplete):
        return False


def _loose(using: str, after: str, upto: str) -> Iterator[Finding]:
    for (pk,) in _ask(LOOSE, using, int(after), int(upto)):
        yield Finding(What.LOOSE, ENTRY, str(pk), pk)


def _orphans(using: str, after: str, upto: str) -> Iterator[Finding]:
    for pk, index in _ask(ORPHANS, using, int(after), int(upto)):
        place = (DETAIL, str(pk)) if index is None else (LEAF, str(index))
        yield Finding(What.ORPHAN, *place, pk)


def _set_back(using: str, after: str, upto: str) -> Iterator[Finding]:
    """Once each time: by the first line that was written then."""
    span = {"after": int(after), "upto": int(upto)}
    with connections[using].cursor() as cursor:
        cursor.execute(SET_BACK, span)
        for index, pk in cursor.fetchall():
            yield Finding(What.CLOCK, LEAF, str(index), pk)


SET_CLOCK = Check("clock", ENTRY, "id", _set_back, most=10_000)
# What the verifier sees by itself.
SEALED = (
    Check("leaves", LEAF, "leaf_index", _leaves, most=10_000, start="-1"),
    Check("checkpoints", "audit_app_checkpoint", "size", _signed, most=100),
    Check("loose", ENTRY, "id", _loose, most=10_000),
    Check("details", DETAIL, "entry_id", _orphans, most=10_000),
)
