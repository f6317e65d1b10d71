"""Which lines say that the detail of another was disposed of, and of which lines that
may be by a standing rule."""

from __future__ import annotations  # for Python 3.11

from collections.abc import Iterable, Iterator

from . import quick

# What a disposal says, in the one role that may.
DISPOSED = b"detail.disposed"
DISPOSAL = (b"event", DISPOSED, b"audit_app_ledgerdetail", b"lockbox_disposal")
SAYS_SO = ("kind", "event", "object_type", "db_role")
# What says that a detail ran out by a standing rule, and of which lines that is so:
# never of a change, nor of what was done in a case.
EXPIRED = b"detail.expired"
EXPIRY = (b"event", EXPIRED, b"audit_app_ledgerdetail")
MAY_EXPIRE = (b"read", b"refusal", b"auth", b"export")
NOTICES = (b"notice.sent", b"notice.told")
# What says that a whole row went, with its versions: with its case, by a list.
ROW = (b"event", b"row.disposed", b"lockbox_disposal")
ROW_SAYS_SO = ("kind", "event", "db_role")
# By table and key, the line that says so.
Gone = dict[str, dict[bytes, int]]


def lasting(ids: Iterable[int], columns: quick.Columns) -> Iterator[int]:
    """Lines whose detail does not run out by a rule."""
    rows = zip(ids, columns["kind"], columns["event"], strict=True)
    return (
        line
        for line, kind, event in rows
        if kind not in MAY_EXPIRE and event not in NOTICES
    )


def pairs(
    ids: Iterable[int], columns: quick.Columns, says: tuple[bytes, ...]
) -> Iterator[tuple[int, int]]:
    """Pairs of a line that tells of a disposal and the line, from before, whose detail
    it was."""
    if says[1] not in columns["event"]:
        return
    names = SAYS_SO[: len(says)]
    rows = zip(*(columns[name] for name in names), strict=True)
    for line, row, pk in zip(ids, rows, columns["object_id"], strict=True):
        if row == says and pk.isdigit() and len(pk) < 19 and int(pk) < line:
            yield line, int(pk)


def rows_gone(
    ids: Iterable[int], columns: quick.Columns
) -> Iterator[tuple[str, bytes, int]]:
    """The table and key of each row that went whole, and the line that says so."""
    if ROW[1] not in columns["event"]:
        return
    says = zip(*(columns[name] for name in ROW_SAYS_SO), strict=True)
    places = zip(columns["object_type"], columns["object_id"], strict=True)
    for line, row, (table, key) in zip(ids, says, places, strict=True):
        if row == ROW:
            yield table.decode(), key, line


def keys_of(gone: Gone, table: str) -> dict[int, int]:
    """The rows of a table that are known by a number, each with its line."""
    its = gone.get(table, {})
    return {int(key): line for key, line in its.items() if key.isdigit()}
