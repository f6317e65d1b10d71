"""The log as files in a folder (C2SP tlog-tiles), for whoever keeps a copy elsewhere.

The file `checkpoint` is replaced last and whole: what it says is always there. Whatever
fails half-way is done again by the next round.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections

from audit_app.sealing.tree import Incomplete
from audit_app.verifying.folder import path_of
from audit_app.verifying.note import Checkpoint, Key, opened
from audit_app.verifying.tree import BITS, WIDTH

CHECKPOINT = "checkpoint"
LEAVES = """
select entry.leaf_hash, entry.payload
from audit_app_sealedleaf leaf
join audit_app_ledgerentry entry on entry.id = leaf.entry_id
where leaf.leaf_index >= %s and leaf.leaf_index < %s order by leaf.leaf_index
"""
SUBTREES = """
select hash from audit_app_subtree
where level = %s and number >= %s and number < %s order by number
"""


def published(folder: Path | None, keys: list[Key]) -> Checkpoint | None:
    """The checkpoint that the folder has, signed by one of the keys; nothing where it
    has none. Raises OSError, Malformed or Unproven."""
    if folder is None:
        return None
    try:
        text = (folder / CHECKPOINT).read_text("utf-8")
    except FileNotFoundError:
        return None
    return opened(text, keys)[0] if text else None


def publish(
    folder: Path, before: int, size: int, note: str, using: str = DEFAULT_DB_ALIAS
) -> None:
    """All tiles of a tree of this size, where `before` is what the folder has. Raises
    OSError, and leaves the checkpoint before then."""
    level = 0
    while size >> level * BITS:
        for number, width in _tiles(before >> level * BITS, size >> level * BITS):
            _write_tile(folder, level, number, width, using)
        level += 1
    replace(folder / CHECKPOINT, note.encode())


def _tiles(before: int, after: int) -> Iterator[tuple[int, int]]:
    """Numbers and widths of those that have grown from so many hashes to so many."""
    for number in range(before // WIDTH, -(-after // WIDTH)):
        width = min(WIDTH, after - number * WIDTH)
        if number * WIDTH + width > before:
            yield number, width


def _write_tile(folder: Path, level: int, number: int, width: int, using: str) -> None:
    first = number * WIDTH
    with connections[using].cursor() as cursor:
        if level:
            cursor.execute(SUBTREES, [level, first, first + width])
        else:
            cursor.execute(LEAVES, [first, first + width])
        rows = cursor.fetchall()
    if len(rows) != width:
        raise Incomplete(f"the tree lacks hashes of level {level} at {first}")
    if not level:
        entries = [row[1].encode() for row in rows]
        body = b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)
        replace(folder / path_of("entries", number, width), body)
    hashes = b"".join(bytes(row[0]) for row in rows)
    replace(folder / path_of(str(level), number, width), hashes)


def replace(path: Path, body: bytes) -> None:
    """Readers see the file before or the whole new one; it outlives a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
