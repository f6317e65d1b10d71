"""Which checkpoints and cosignatures of the database count: those signed by keys that
are known. Whoever has the application's database login can add others: they are passed
over, and `check_record` tells of them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS

from audit_app.models import Checkpoint
from audit_app.sealing import configured
from audit_app.verifying import note
from audit_app.verifying.note import WITNESS, Key, Malformed, Unproven

# Newer ones that count for nothing hide none further back than this.
MOST = 1_000


class Signed(NamedTuple):
    """A checkpoint that counts; `cosigned` is its note with the lines of the witnesses
    beneath our own, `seen_by` whose they are."""

    size: int
    root: bytes
    note: str
    at: datetime
    cosigned: str
    seen_by: list[Key]


def newest(using: str = DEFAULT_DB_ALIAS) -> Signed | None:
    return next(_known(using), None)


def last(number: int) -> list[Signed]:
    """So many, the newest first."""
    return list(islice(_known(DEFAULT_DB_ALIAS), number))


def newest_cosigned(using: str = DEFAULT_DB_ALIAS) -> Signed | None:
    """The newest that a witness has seen; where none has, the newest."""
    seen = (one for one in _known(using, cosignatures__isnull=False) if one.seen_by)
    return next(seen, None) or newest(using)


def of_size(size: int) -> Signed | None:
    return next(_known(DEFAULT_DB_ALIAS, pk=size), None)


def verifies(key: Key, text: str, line: str) -> bool:
    """Is the line a signature by the key beneath this text?"""
    try:
        return key.signed(text, note.signature_from(line.removesuffix("\n")))
    except (Malformed, Unproven):
        return False


def _known(using: str, **which: object) -> Iterator[Signed]:
    rows = Checkpoint.objects.using(using).filter(**which).distinct()
    keys = configured.where_readable(configured.known_keys)
    for row in rows.prefetch_related("cosignatures")[:MOST].iterator(chunk_size=10):
        if signed := _signed(row, keys):
            yield signed


def _signed(row: Checkpoint, keys: list[Key]) -> Signed | None:
    """Where no key is known, whatever is a checkpoint counts. The note says what was
    signed, not the column beside it; an older one kept anew is none of this size."""
    try:
        text = note.note_from(row.note).text
        signed = note.opened(row.note, keys)[0] if keys else note.checkpoint_from(text)
    except (Malformed, Unproven):
        return None
    if signed.size != row.size:
        return None
    lines, seen_by = "", []
    witnesses = [key for key in keys if key.kind == WITNESS]
    for one in sorted(row.cosignatures.all(), key=lambda one: one.pk):
        key = next((key for key in witnesses if verifies(key, text, one.line)), None)
        if key and key not in seen_by:
            lines += one.line
            seen_by.append(key)
    return Signed(row.size, signed.root, row.note, row.at, row.note + lines, seen_by)
