"""Rows of the ledger by the hundred, where all is as it mostly is: what the lines say
is written anew from their columns, for all of them at once, and compared at once.

A row that this does not fit is nothing wrong yet: it is named, and read the long way.
"""

from binascii import a2b_hex
from collections.abc import Iterator

NULL = b"\\N"
# As the database writes it (jsonb orders keys by their length): before each column, and
# behind the last.
WRITTEN = (
    (b'{"at": "', "at"),
    (b'Z", "seq": ', "id"),
    (b', "xid": "', "xid"),
    (b'", "kind": "', "kind"),
    (b'", "event": "', "event"),
    (b'", "detail": ', "detail"),
    (b', "db_role": "', "db_role"),
    (b'", "actor_id": ', "actor_id"),
    (b', "object_id": "', "object_id"),
    (b'", "request_id": "', "request_id"),
    (b'", "object_type": "', "object_type"),
    (b'", "authority_id": ', "authority_id"),
    (b', "session_user": "', "session_user_name"),
)
LAST = b'"}\n'
TIME = slice(8, 34)
COMMITS = b'", "detail": "'
NUMBERED = ("actor_id", "authority_id")
# Rows at a time, by their size: their parts stay in the processor's cache.
PIECE = 3 << 14
Columns = dict[str, list[bytes]]


def pieces(block: bytes) -> Iterator[bytes]:
    """Whole rows, a hundred or some."""
    at = 0
    while at < len(block):
        end = block.find(b"\n", at + PIECE) + 1 or len(block)
        yield block[at:end]
        at = end


def columns_of(names: list[str], piece: bytes) -> Columns:
    """The columns of rows that each end with a newline. Raises ValueError where one has
    more or less columns than its table."""
    fields = piece.replace(b"\n", b"\t").split(b"\t")
    if len(fields) % len(names) != 1:
        raise ValueError("a row has not as many columns as its table")
    return {name: fields[at : -1 : len(names)] for at, name in enumerate(names)}


def commitments_of(payloads: list[bytes]) -> list[bytes]:
    """In hexadecimal; empty where a line has no detail."""
    start = len(COMMITS)
    return [
        one[at + start : at + start + 64] if (at := one.find(COMMITS)) > 0 else b""
        for one in payloads
    ]


def times_of(payloads: list[bytes]) -> list[bytes]:
    return [one[TIME] for one in payloads]


def unlike(columns: Columns, times: list[bytes], commitments: list[bytes]) -> set[int]:
    """Rows whose line is not, byte by byte, what their columns say; or with a text that
    JSON or PostgreSQL writes in another way, or that could pass for other columns."""
    payloads = columns["payload"]
    if not _are_digests(commitments):
        return set(range(len(payloads)))
    texts = {**columns, "at": times}
    texts["detail"] = [b'"%b"' % one if one else b"null" for one in commitments]
    for name in NUMBERED:
        texts[name] = [b"null" if one == NULL else one for one in columns[name]]
    parts = [part for before, _name in WRITTEN for part in (before, b"")]
    parts = [*parts, LAST] * len(payloads)
    width = 2 * len(WRITTEN) + 1
    for at, (_before, name) in enumerate(WRITTEN):
        parts[2 * at + 1 :: width] = texts[name]
    return _unequal(b"".join(parts), payloads) | _quoting(columns)


def at_other_times(columns: Columns, times: list[bytes]) -> set[int]:
    """Rows whose column is another text than their line's time would be in it: as
    PostgreSQL writes it in UTC, without the noughts behind."""
    text = b"+00\n".join([*times, b""]).replace(b"T", b" ")
    while b"0+00\n" in text:
        text = text.replace(b"0+00\n", b"+00\n")
    return _unequal(text.replace(b".+00\n", b"+00\n"), columns["at"])


def _are_digests(commitments: list[bytes]) -> bool:
    try:
        digests = a2b_hex(b"".join(commitments))
    except ValueError:
        return False
    return len(digests) == 32 * (len(commitments) - commitments.count(b""))


def _unequal(lines: bytes, fields: list[bytes]) -> set[int]:
    if lines == b"\n".join([*fields, b""]):
        return set()
    pairs = zip(lines.split(b"\n"), fields, strict=False)
    return {at for at, (one, other) in enumerate(pairs) if one != other}


def _quoting(columns: Columns) -> set[int]:
    texts = [columns[name] for _before, name in WRITTEN if name in columns]
    whole = b"\t".join([one for column in texts for one in column])
    # NULL is the one thing with a single backslash.
    if b'"' not in whole and b"\\" not in whole.replace(NULL, b""):
        return set()
    return {
        at
        for at, row in enumerate(zip(*texts, strict=True))
        if b'"' in (text := b"\t".join(row)) or b"\\" in text.replace(NULL, b"")
    }
