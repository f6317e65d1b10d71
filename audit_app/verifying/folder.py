"""A log as files (C2SP tlog-tiles): against itself, and against a ledger's leaves."""

import struct
from collections.abc import Iterator
from pathlib import Path

from . import note, tree
from .anchors import Anchors
from .note import Key
from .sealed import Fault, Sealed, checkpoint_faults, sealed
from .tree import WIDTH

STATEMENTS = "statements"


def checkpoint_in(folder: Path) -> tuple[note.Checkpoint, str]:
    """The checkpoint and its whole text. Raises OSError or Malformed."""
    text = (folder / "checkpoint").read_text("utf-8")
    return note.checkpoint_from(note.note_from(text).text), text


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
        leaves.append(tree.leaf_hash(bundle if is_odd else entry))
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
