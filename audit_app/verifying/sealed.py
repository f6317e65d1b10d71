"""The tree that lines make now, and whether it is the one that was signed."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from . import note, tree
from .note import Key, Malformed, Unproven
from .processes import Processes

# What holds: its place, itself, and the keys that signed it.
Hold = Callable[[str, note.Checkpoint, list[Key]], None]
# Whole subtrees of leaves for a process at a time.
BLOCK = 64 * tree.WIDTH * 32


class Fault(NamedTuple):
    """`leaf` is where it is, or with `last` the first where it can be; nothing where it
    is in no leaf."""

    leaf: int | None
    what: str
    last: int | None = None

    def __str__(self) -> str:
        if self.leaf is None:
            return self.what
        end = "" if self.last is None else f" to {self.last}"
        return f"leaf {self.leaf}{end}: {self.what}"

    @property
    def order(self) -> tuple[bool, int, int]:
        """The most exact first."""
        width = 0 if self.last is None or self.leaf is None else self.last - self.leaf
        return self.leaf is None, width, self.leaf or 0


class Sealed(NamedTuple):
    """The tree that the lines make now, in the order of their leaves."""

    leaves: bytes
    levels: list[bytes]  # from those of 256 leaves upwards

    @property
    def size(self) -> int:
        return len(self.leaves) // 32

    def hashes(self, level: int, first: int, number: int) -> bytes:
        body = self.levels[level - 1] if level else self.leaves
        return body[32 * first : 32 * (first + number)]

    def root(self, size: int) -> bytes:
        return tree.root(self.hashes, 0, size)


def sealed(leaves: bytes) -> Sealed:
    """Hashed together, by several processes."""
    levels, below = [], leaves
    with Processes() as workers:
        while len(below) >= 32 * tree.WIDTH:
            whole = len(below) // (32 * tree.WIDTH) * 32 * tree.WIDTH
            starts = range(0, whole, BLOCK)
            blocks = [below[at : min(at + BLOCK, whole)] for at in starts]
            below = b"".join(workers.each(whole_roots, blocks))
            levels.append(below)
    return Sealed(leaves, levels)


def whole_roots(leaves: bytes) -> bytes:
    span = 32 * tree.WIDTH
    return b"".join(
        tree.whole_root(leaves[at : at + span]) for at in range(0, len(leaves), span)
    )


def checkpoint_faults(
    tree_now: Sealed,
    notes: Iterable[tuple[str, str]],
    keys: list[Key],
    hold: Hold = lambda place, checkpoint, keys: None,
) -> Iterator[Fault]:
    """Faults of checkpoints, each with the place it comes from. All that hold of one
    tree hold of each other: they are told to `hold`, with the keys that signed them."""
    good, bad = [0], []
    for place, text in notes:
        try:
            if keys:
                checkpoint, by = note.opened(text, keys)
            else:
                checkpoint, by = note.checkpoint_from(note.note_from(text).text), []
        except (Malformed, Unproven) as error:
            yield Fault(None, f"{place}: {error}")
            continue
        if checkpoint.size > tree_now.size:
            left = f"it has {checkpoint.size} lines, {tree_now.size} are left"
            yield Fault(tree_now.size, f"{place}: {left}")
        elif tree_now.root(checkpoint.size) == checkpoint.root:
            good.append(checkpoint.size)
            hold(place, checkpoint, by)
        else:
            bad.append((checkpoint.size, place))
    for size, place in sorted(bad)[:1]:
        others = f", nor do {len(bad) - 1} others" if len(bad) > 1 else ""
        # One of more lines, or of as many, is of the other tree.
        known = max((one for one in good if one < size), default=0)
        yield Fault(
            known,
            f"{place}: the first {size} lines do not have its root{others}; the first"
            f" {known} do",
            size - 1,
        )
