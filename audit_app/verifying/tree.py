"""The Merkle tree of RFC 9162: hashes, roots, and the checking of proofs.

A tree is read by `hashes(level, first, number)`: so many hashes one after another, at
level 0 those of leaves, at level 1 of whole subtrees of 256 leaves, and so on.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256

Hashes = Callable[[int, int, int], bytes]
Range = tuple[int, int]  # leaves from the first to before the second
Read = tuple[int, int, int]

BITS = 8  # of a level: 256 hashes make one of the next
WIDTH = 1 << BITS
EMPTY = sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def whole_root(hashes: bytes) -> bytes:
    """The root of a power of two of hashes."""
    while len(hashes) > 32:
        hashes = b"".join(
            [
                sha256(b"\x01" + hashes[at : at + 64]).digest()
                for at in range(0, len(hashes), 64)
            ]
        )
    return hashes


def split(start: int, end: int) -> int:
    """Where the tree of these leaves parts: the largest power of two below its size."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def reads(start: int, end: int) -> list[Read]:
    """What is to be read for the root of the leaves, whole subtree by whole subtree."""
    spans = []
    while start < end:
        height = (end - start).bit_length() - 1
        level = height // BITS
        spans.append((level, start >> level * BITS, 1 << height % BITS))
        start += 1 << height
    return spans


def root(hashes: Hashes, start: int, end: int) -> bytes:
    """The root of the leaves of a range that occurs in the tree."""
    if start == end:
        return EMPTY
    *left, right = [whole_root(hashes(*read)) for read in reads(start, end)]
    for peak in reversed(left):
        right = node_hash(peak, right)
    return right


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Whose roots prove that a leaf is in the tree: from its sibling upwards."""
    ranges, start, end = [], 0, size
    while end - start > 1:
        middle = split(start, end)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[Range]:
    """Whose roots prove that a tree goes on from the one of the first `old` leaves."""
    ranges, start, end = [], 0, size
    if old == 0:
        return []
    while old != end:
        middle = split(start, end)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, end))
    return ranges[::-1]


def is_included(
    leaf: bytes, index: int, size: int, proof: Iterable[bytes], root: bytes
) -> bool:
    """RFC 9162, 2.1.3.2."""
    return root_of_path(leaf, index, size, proof) == root


def root_of_path(
    leaf: bytes, index: int, size: int, proof: Iterable[bytes]
) -> bytes | None:
    """Where the hashes beside a leaf lead; nothing where they are too few or many."""
    if index >= size:
        return None
    place, last, now = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        now = node_hash(now, step) if is_left(place, last) else node_hash(step, now)
        place, last = upwards(place, last)
    return now if last == 0 else None


def is_consistent(
    old: int, old_root: bytes, size: int, new_root: bytes, proof: list[bytes]
) -> bool:
    """RFC 9162, 2.1.4.2; of an empty tree everything is a continuation."""
    if old == size or old == 0:
        return not proof and old_root == (new_root if old else EMPTY)
    if old > size or not proof:
        return False
    # A whole tree is itself where the proof begins.
    before, *steps = [old_root, *proof] if old & (old - 1) == 0 else proof
    after, place, last = before, old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    for step in steps:
        if last == 0:
            return False
        if is_left(place, last):
            after = node_hash(after, step)
        else:
            before, after = node_hash(step, before), node_hash(step, after)
        place, last = upwards(place, last)
    return last == 0 and before == old_root and after == new_root


def is_left(place: int, last: int) -> bool:
    """Has the node something on its right to be hashed with."""
    return not place & 1 and place != last


def upwards(place: int, last: int) -> tuple[int, int]:
    """Where the node above is; a last node that is alone is its own parent."""
    if not is_left(place, last):
        while not place & 1 and place:
            place, last = place >> 1, last >> 1
    return place >> 1, last >> 1
