"""Rows of the ledger, hashed anew by the thousand: work for several processes.

What is told of them is packed, so that ten million rows have room.
"""

from __future__ import annotations  # for Python 3.11

import json
from array import array
from binascii import a2b_hex
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from itertools import compress
from typing import NamedTuple

from . import quick
from .copied import NULL, plain
from .disposals import DISPOSAL, EXPIRY, Gone, lasting, pairs, rows_gone

CHANGED = (
    *("kind", "object_type", "object_id", "xid"),
    *("id", "actor_id", "at"),
)
NOT_ITS_HASH = "the line is not what its hash says"
# The columns, and the keys of the line that say the same.
KEYS = {
    **{"id": "seq", "session_user_name": "session_user"},
    **{
        name: name
        for name in (
            *("xid", "kind", "event", "db_role", "actor_id", "object_id"),
            *("request_id", "object_type", "authority_id"),
        )
    },
}


class Versions(NamedTuple):
    """The versions in a table's history: the rows, and the transactions."""

    ids: array[int]
    xids: array[int]


class Changes(NamedTuple):
    """The changes of a table, by the ledger: the rows, the transactions and the lines;
    who signed each, as `signer` has it, and when, in microseconds."""

    ids: array[int]
    xids: array[int]
    lines: array[int]
    signers: array[int]
    times: array[int]


class Entries(NamedTuple):
    """Some lines of the ledger: numbers, leaf hashes of 32 bytes each, what commits to
    a detail, and by table the rows changed, in which transaction; `keyed`: the lines of
    rows that are known by a text. A fault has the number. `disposals` and `expiries`:
    each line that says so, and the one whose detail was disposed of, or ran out;
    `lasting`: lines whose detail never does. `gone`: rows that went whole."""

    ids: array[int]
    leaves: bytearray
    committed: array[int]
    commitments: bytearray
    changes: dict[str, Changes]
    keyed: dict[str, dict[bytes, int]]
    faults: list[tuple[int, str]]
    disposals: list[tuple[int, int]]
    expiries: list[tuple[int, int]]
    lasting: array[int]
    gone: Gone


class Details(NamedTuple):
    ids: array[int]
    commitments: bytearray


def entries(names: list[str], block: bytes) -> Entries:
    packed = array("q"), bytearray(), array("q"), bytearray()
    lines = Entries(*packed, {}, {}, [], [], [], array("q"), {})
    for piece in quick.pieces(block):
        _look(quick.columns_of(names, piece), lines)
    return lines


def _look(columns: quick.Columns, lines: Entries) -> None:
    ids = array("q", map(int, columns["id"]))
    payloads, faults = columns["payload"], []
    commitments, times = quick.commitments_of(payloads), quick.times_of(payloads)
    odd = quick.unlike(columns, times, commitments)
    for at in quick.at_other_times(columns, times):
        if not _same_time(times[at] + b"Z", columns["at"][at]):
            odd.add(at)
    for at in sorted(odd):
        payloads[at] = plain(payloads[at])
        row = {name: column[at] for name, column in columns.items()}
        commitments[at], fault = _the_long_way(row)
        if fault:
            faults.append((ids[at], fault))
    leaves = b"".join([sha256(b"\0" + one).digest() for one in payloads])
    hashes = leaves.hex("\n", 32).encode()
    if hashes != b"\n".join(columns["leaf_hash"]).replace(b"\\\\x", b""):
        rows = zip(ids, hashes.split(b"\n"), columns["leaf_hash"], strict=True)
        lines.faults.extend(
            (pk, NOT_ITS_HASH) for pk, one, its in rows if one != its[3:]
        )
    lines.faults.extend(faults)
    lines.ids.extend(ids)
    lines.leaves.extend(leaves)
    lines.committed.extend(compress(ids, commitments))
    lines.commitments.extend(a2b_hex(b"".join(commitments)))
    lines.disposals.extend(pairs(ids, columns, DISPOSAL))
    lines.expiries.extend(pairs(ids, columns, EXPIRY))
    lines.lasting.extend(lasting(ids, columns))
    for table, key, line in rows_gone(ids, columns):
        lines.gone.setdefault(table, {})[key] = line
    if b"change" in columns["kind"]:
        _remember(columns, lines)


def _remember(columns: quick.Columns, lines: Entries) -> None:
    """Rows that are known by something else than a number have no history."""
    changes = lines.changes
    rows = zip(*(columns[name] for name in CHANGED), strict=True)
    for kind, table, pk, xid, line, actor, at in rows:
        if kind != b"change":
            continue
        name = table.decode()
        if pk.isdigit() and len(pk) < 19:
            known = changes.get(name)
            if known is None:
                known = changes[name] = no_changes()
            known.ids.append(int(pk))
            known.xids.append(int(xid))
            known.lines.append(int(line))
            known.signers.append(signer(actor))
            known.times.append(_microseconds(at))
        else:
            lines.keyed.setdefault(name, {})[pk] = int(line)


def no_versions() -> Versions:
    return Versions(array("q"), array("q"))


def no_changes() -> Changes:
    return Changes(*(array("q") for _column in Changes._fields))


def _microseconds(at: bytes) -> int:
    """A time in microseconds; -1, which no version has, of what is no time."""
    try:
        return round(datetime.fromisoformat(at.decode()).timestamp() * 1_000_000)
    except (ValueError, OverflowError):
        return -1


def signer(number: bytes) -> int:
    """The number of who signed, as it was copied; -1 where nobody did."""
    return -1 if number == NULL else int(number)


def _same_time(time: bytes, at: bytes) -> bool:
    try:
        moments = [datetime.fromisoformat(text.decode()) for text in (time, at)]
    except ValueError:
        return False
    return moments[0] == moments[1]


def _the_long_way(row: dict[str, bytes]) -> tuple[bytes, str]:
    """The commitment to the detail, and what is wrong."""
    try:
        line = json.loads(row["payload"])
        values = {
            name: "null" if line[key] is None else str(line[key])
            for name, key in KEYS.items()
        }
        when, commitment = line["at"].encode(), (line["detail"] or "").encode()
        a2b_hex(commitment)
    except (ValueError, KeyError, TypeError, AttributeError):
        return b"", "the line is none that the ledger writes"
    for name, value in values.items():
        field = "null" if row[name] == NULL else plain(row[name]).decode()
        if field != value:
            return commitment, f"its column {name} is not what the line says"
    if not _same_time(when, row["at"]):
        return commitment, "its column at is not what the line says"
    return commitment, ""


def details(names: list[str], block: bytes) -> Details:
    arrays = Details(array("q"), bytearray())
    for piece in quick.pieces(block):
        columns = quick.columns_of(names, piece)
        arrays.ids.extend(map(int, columns["entry_id"]))
        bodies = columns["body"]
        if b"\\" in b"".join(bodies):
            bodies = list(map(plain, bodies))
        rows = zip(columns["salt"], bodies, strict=True)
        digests = [sha256(a2b_hex(salt[3:]) + body).digest() for salt, body in rows]
        arrays.commitments.extend(b"".join(digests))
    return arrays


def details_and_lengths(names: list[str], block: bytes) -> tuple[Details, array[int]]:
    """The details in a block, and how long each row is, for whoever keeps the block."""
    lengths = array("q", [len(line) + 1 for line in block.split(b"\n")[:-1]])
    return details(names, block), lengths


def numbers(wanted: tuple[str, str], names: list[str], block: bytes) -> Versions:
    """Two columns of numbers."""
    arrays = no_versions()
    for piece in quick.pieces(block):
        columns = quick.columns_of(names, piece)
        for values, name in zip(arrays, wanted, strict=True):
            values.extend(map(int, columns[name]))
    return arrays


def by_number(ids: array[int], digests: bytes | bytearray) -> dict[int, bytes]:
    """By number, the hashes that lie one after another."""
    return {pk: bytes(digests[32 * at : 32 * at + 32]) for at, pk in enumerate(ids)}


def plain_rows(names: list[str], block: bytes) -> Iterator[dict[str, bytes]]:
    """The rows of a small table."""
    for line in block.splitlines():
        yield dict(zip(names, map(plain, line.split(b"\t")), strict=True))
