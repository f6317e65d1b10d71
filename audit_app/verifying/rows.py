"""Rows of the ledger, hashed anew by the thousand: work for several processes.

What is told of them is packed, so that ten million rows have room.
"""

import json
import re
from array import array
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from . import quick
from .copied import NULL, binary, plain

NOT_ITS_HASH = "the line is not what its hash says"
# So many are read one by one, rather than parted once more.
FEW = 16
# As the database writes it (jsonb orders keys by their length); what holds an escape
# is read the long way.
TEXT = rb'"([^"\\]*)"'
NUMBER = rb"(null|-?\d+)"
PAYLOAD = re.compile(
    rb'\{"at": "([^"]*)Z", "seq": (\d+), "xid": "(\d+)", "kind": ' + TEXT
    + rb', "event": ' + TEXT + rb', "detail": (?:null|"([0-9a-f]{64})"), "db_role": '
    + TEXT + rb', "actor_id": ' + NUMBER + rb', "object_id": ' + TEXT
    + rb', "actor_name": ' + TEXT + rb', "request_id": ' + TEXT
    + rb', "object_type": ' + TEXT + rb', "authority_id": ' + NUMBER
    + rb', "session_user": ' + TEXT + rb"\}"
)  # fmt: skip
# The columns in the order of the payload.
COLUMNS = (
    *("id", "xid", "kind", "event", "db_role", "actor_id", "object_id", "actor_name"),
    *("request_id", "object_type", "authority_id", "session_user_name"),
)
KEYS = (
    *("seq", "xid", "kind", "event", "db_role", "actor_id", "object_id", "actor_name"),
    *("request_id", "object_type", "authority_id", "session_user"),
)


class Entries(NamedTuple):
    """Of some lines: numbers, leaf hashes of 32 bytes each, what commits to a detail,
    and by table the rows changed and in which transaction. A fault has the number."""

    ids: array[int]
    leaves: bytes
    committed: array[int]
    commitments: bytes
    changes: dict[str, tuple[array[int], array[int]]]
    faults: list[tuple[int, str]]


class Details(NamedTuple):
    ids: array[int]
    commitments: bytes


class Versions(NamedTuple):
    """Of a table's history: the rows, and the transactions."""

    ids: array[int]
    xids: array[int]


def entries(columns: list[str], lines: list[bytes]) -> Entries:
    """The quick way for as many as it fits."""
    groups = quick.matched(columns, lines)
    if groups is not None:
        return _of(groups)
    if len(lines) <= FEW:
        return _one_by_one(columns, lines)
    half = len(lines) // 2
    return _joined(entries(columns, lines[:half]), entries(columns, lines[half:]))


def _of(groups: quick.Columns) -> Entries:
    ids = array("q", map(int, groups[quick.ID]))
    leaves, wrong = quick.hashed(groups)
    faults = [(ids[at], NOT_ITS_HASH) for at in wrong]
    changes = quick.changed(groups)
    return Entries(ids, leaves, *quick.committed(groups, ids), changes, faults)


def _joined(one: Entries, other: Entries) -> Entries:
    for table, (ids, xids) in other.changes.items():
        known = one.changes.setdefault(table, _pairs())
        known[0].extend(ids)
        known[1].extend(xids)
    return Entries(
        one.ids + other.ids,
        one.leaves + other.leaves,
        one.committed + other.committed,
        one.commitments + other.commitments,
        one.changes,
        one.faults + other.faults,
    )


def _one_by_one(columns: list[str], lines: list[bytes]) -> Entries:
    places = [columns.index(name) for name in COLUMNS]
    at, payload_at, hash_at = map(columns.index, ("at", "payload", "leaf_hash"))
    found = Entries(array("q"), b"", array("q"), b"", defaultdict(_pairs), [])
    leaves, commitments = [], []
    for line in lines:
        fields = line[:-1].split(b"\t")
        payload = plain(fields[payload_at])
        leaf = sha256(b"\0" + payload).digest()
        row = [fields[place] for place in places]
        number = int(row[0])
        found.ids.append(number)
        leaves.append(leaf)
        if leaf.hex().encode() != fields[hash_at][3:]:
            found.faults.append((number, NOT_ITS_HASH))
        match = PAYLOAD.fullmatch(payload)
        if match and _agree(match, row, fields[at]):
            commitment = match[6]
        else:
            commitment, fault = _the_long_way(payload, row, fields[at])
            if fault:
                found.faults.append((number, fault))
        if commitment:
            found.committed.append(number)
            commitments.append(commitment)
        if row[2] == b"change":
            _remember(found.changes, row)
    digests = bytes.fromhex(b"".join(commitments).decode())
    return found._replace(leaves=b"".join(leaves), commitments=digests)


def _pairs() -> tuple[array[int], array[int]]:
    return array("q"), array("q")


def _remember(
    changes: dict[str, tuple[array[int], array[int]]], row: list[bytes]
) -> None:
    """Rows that are known by something else than a number have no history."""
    if row[6].isdigit() and len(row[6]) < 19:
        ids, xids = changes[row[9].decode()]
        ids.append(int(row[6]))
        xids.append(int(row[1]))


def _agree(match: re.Match[bytes], row: list[bytes], at: bytes) -> bool:
    """Everything but the detail, whose commitment the line has once only."""
    when, *told = match.groups()
    del told[4]
    if told != row and told != [b"null" if field == NULL else field for field in row]:
        return False
    return at == when.replace(b"T", b" ") + b"+00" or _same_time(when + b"Z", at)


def _same_time(told: bytes, at: bytes) -> bool:
    try:
        moments = [datetime.fromisoformat(text.decode()) for text in (told, at)]
    except ValueError:
        return False
    return moments[0] == moments[1]


def _the_long_way(payload: bytes, row: list[bytes], at: bytes) -> tuple[bytes, str]:
    """The commitment to the detail, and what is wrong."""
    try:
        told = json.loads(payload)
        values = ["null" if told[key] is None else str(told[key]) for key in KEYS]
        when, commitment = told["at"].encode(), told["detail"] or ""
        bytes.fromhex(commitment)
    except (ValueError, KeyError, TypeError, AttributeError):
        return b"", "the line is none that the ledger writes"
    fields = ["null" if one == NULL else plain(one).decode() for one in row]
    for column, field, value in zip(COLUMNS, fields, values, strict=True):
        if field != value:
            return commitment.encode(), f"its column {column} is not what the line says"
    if not _same_time(when, at):
        return commitment.encode(), "its column at is not what the line says"
    return commitment.encode(), ""


def details(columns: list[str], lines: list[bytes]) -> Details:
    entry, salt, body = map(columns.index, ("entry_id", "salt", "body"))
    ids, commitments = array("q"), []
    for line in lines:
        fields = line[:-1].split(b"\t")
        ids.append(int(fields[entry]))
        commitments.append(sha256(binary(fields[salt]) + plain(fields[body])).digest())
    return Details(ids, b"".join(commitments))


def versions(columns: list[str], lines: list[bytes]) -> Versions:
    key, xid = columns.index("id"), columns.index("history_xid")
    found = Versions(array("q"), array("q"))
    for line in lines:
        fields = line[:-1].split(b"\t")
        found.ids.append(int(fields[key]))
        found.xids.append(int(fields[xid]))
    return found


def by_number(ids: array[int], digests: bytes | bytearray) -> dict[int, bytes]:
    """Of hashes that lie one after another."""
    return {pk: bytes(digests[32 * at : 32 * at + 32]) for at, pk in enumerate(ids)}


def plain_rows(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Of a small table."""
    for line in lines:
        yield [plain(field) for field in line[:-1].split(b"\t")]
