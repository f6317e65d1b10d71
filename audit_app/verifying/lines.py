"""Lines: anchors, disposals, quick, rows and sealed."""

from __future__ import annotations

import json
import re
from array import array
from binascii import a2b_hex
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from itertools import compress
from typing import NamedTuple

from . import proofs
from .dump import NULL as NULL_IN_DUMP
from .dump import Processes, plain
from .proofs import (
    WITNESS,
    Checkpoint,
    Key,
    Malformed,
    Statement,
    Unproven,
    followed,
)

# Rows of the ledger by the hundred, where all is as it mostly is: what the lines say
# is written anew from their columns, for all of them at once, and compared at once.
#
# A row that this does not fit is nothing wrong yet: it is named, and read the long way.

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


# Which lines say that the detail of another was disposed of, and of which lines that
# may be by a standing rule.

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


def lasting(ids: Iterable[int], columns: Columns) -> Iterator[int]:
    """Lines whose detail does not run out by a rule."""
    rows = zip(ids, columns["kind"], columns["event"], strict=True)
    return (
        line
        for line, kind, event in rows
        if kind not in MAY_EXPIRE and event not in NOTICES
    )


def pairs(
    ids: Iterable[int], columns: Columns, says: tuple[bytes, ...]
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


def rows_gone(ids: Iterable[int], columns: Columns) -> Iterator[tuple[str, bytes, int]]:
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


# The tree that lines make now, and whether it is the one that was signed.

# What holds: its place, itself, and the keys that signed it.
Hold = Callable[[str, proofs.Checkpoint, list[Key]], None]
# Whole subtrees of leaves for a process at a time.
BLOCK = 64 * proofs.WIDTH * 32


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
        return proofs.root(self.hashes, 0, size)


def sealed(leaves: bytes) -> Sealed:
    """Hashed together, by several processes."""
    levels, below = [], leaves
    with Processes() as workers:
        while len(below) >= 32 * proofs.WIDTH:
            whole = len(below) // (32 * proofs.WIDTH) * 32 * proofs.WIDTH
            starts = range(0, whole, BLOCK)
            blocks = [below[at : min(at + BLOCK, whole)] for at in starts]
            below = b"".join(workers.each(whole_roots, blocks))
            levels.append(below)
    return Sealed(leaves, levels)


def whole_roots(leaves: bytes) -> bytes:
    span = 32 * proofs.WIDTH
    return b"".join(
        proofs.whole_root(leaves[at : at + span]) for at in range(0, len(leaves), span)
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
                checkpoint, by = proofs.opened(text, keys)
            else:
                checkpoint, by = proofs.checkpoint_from(proofs.note_from(text).text), []
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


# What a verdict rests on: whose checkpoints, who outside has seen them, what has been
# disposed of, and which numbers no line has.

NO_FAULT = "No fault was found."
UNPROVED = (
    "No checkpoint by a known key is among what was looked at: nothing proves that the"
    " ledger is as it was written."
)
UNSEEN = (
    "Nobody outside has seen any of them, as far as is known here: whoever has the"
    " database and the key could have made all of it anew."
)
WHY_GAPS = (
    "A transaction that was undone leaves such numbers, and so does a line that was"
    " taken out before it was sealed: the tree can not tell which."
)


class Anchors:
    """Filled while a ledger is looked at; then it says what the verdict rests on.
    `elsewhere`: the places of checkpoints that whoever asks has kept."""

    def __init__(self, elsewhere: Iterable[str] = ()) -> None:
        self.elsewhere = set(elsewhere)
        # The sizes of the checkpoints that a key signed, and that somebody outside saw.
        self.signed: dict[str, set[int]] = {}
        self.statements: list[Statement] = []
        self.false_statements: list[str] = []
        self.seen: dict[str, set[int]] = {}

    def hold(self, place: str, checkpoint: Checkpoint, keys: list[Key]) -> None:
        """One that these keys signed, and whose tree is still the same."""
        for key in keys:
            if key.kind == WITNESS:
                self.saw(f"cosigned by {key.name}", checkpoint.size)
            else:
                self.signed.setdefault(str(key), set()).add(checkpoint.size)
        if keys and place in self.elsewhere:
            self.saw("kept elsewhere, and given to be compared", checkpoint.size)

    def follow(self, keys: list[Key], notes: list[str]) -> list[Key]:
        """The keys, and those that statements by them lead to. Without a key none."""
        if not keys:
            return keys
        known, self.statements, self.false_statements = followed(keys, notes)
        return known

    def statement_faults(self, now: Sealed) -> Iterator[Fault]:
        """Statements that are none, or of another tree."""
        for text in self.false_statements:
            yield Fault(None, text)
        for one in self.statements:
            if one.size > now.size or now.root(one.size) != one.root:
                what = f"the first {one.size} lines are not those at which"
                yield Fault(None, f"{what} {one.new} took over from {one.old}")

    def saw(self, how: str, size: int) -> None:
        self.seen.setdefault(how, set()).add(size)

    @property
    def is_proved(self) -> bool:
        return bool(self.signed)

    def in_words(self, lines: int) -> Iterator[str]:
        """What the verdict on so many lines rests on, a sentence at a time."""
        if not self.is_proved:
            yield UNPROVED
            return
        sizes = set().union(*self.signed.values())
        yield (
            f"It rests on {_counted(len(sizes), 'checkpoint')} by"
            f" {_counted(len(self.signed), 'key')}, {_newest(sizes, lines)}:"
        )
        for key, signed in sorted(self.signed.items()):
            yield f"  {len(signed)} by {key}"
        yield from map(str, self.statements)
        if not self.seen:
            yield UNSEEN
        for how, seen in sorted(self.seen.items()):
            yield f"  {len(seen)} {how}, {_newest(seen, lines)}"


def cosignature_faults(
    notes: dict[int, str],
    lines: Iterable[tuple[int, str]],
    keys: list[Key],
    anchors: Anchors,
) -> Iterator[Fault]:
    """Cosignatures in a database, by the size of their checkpoint: those of witnesses
    whose keys are known are counted, or told where they are none."""
    for size, line in lines:
        try:
            signature = proofs.signature_from(line.removesuffix("\n"))
            text = proofs.note_from(notes.get(size, "")).text
            for key in keys:
                if key.kind == WITNESS and key.signed(text, signature):
                    anchors.saw(f"cosigned by {key.name}", size)
        except (Malformed, Unproven) as error:
            yield Fault(None, f"a cosignature of checkpoint {size}: {error}")


def gaps_in_words(numbers: Iterable[int]) -> Iterator[str]:
    """The numbers between the first and the last that no line has."""
    gaps, missing, last, before = 0, 0, 0, None
    for number in sorted(numbers):
        if before is not None and number > before + 1:
            gaps, missing, last = gaps + 1, missing + number - before - 1, number
        before = number
    if gaps:
        yield (
            f"{_counted(gaps, 'gap')} in the numbers of lines, {missing} numbers in"
            f" all, the last before line {last}. {WHY_GAPS}"
        )


def disposals_in_words(disposals: dict[int, int]) -> Iterator[str]:
    """Which lines say of how many others that their detail was disposed of."""
    if disposals:
        yield (
            f"Details of {len(set(disposals.values()))} lines were disposed of, as"
            f" lines {spans(disposals)} say."
        )


def rows_gone_in_words(gone: Gone) -> Iterator[str]:
    """A sentence on how many rows were disposed of with their cases, and which lines of
    the ledger say so; none where there are no such rows."""
    if lines := [line for keys in gone.values() for line in keys.values()]:
        yield (
            f"{len(lines)} rows were disposed of with their cases, as lines"
            f" {spans(lines)} say."
        )


def expiries_in_words(expiries: dict[int, int]) -> Iterator[str]:
    """The number of lines whose detail a standing rule of retention has let go."""
    if expiries:
        yield (
            f"Details of {len(set(expiries.values()))} lines about reads, refusals,"
            f" sign-ins and notices ran out by a rule of retention, as lines"
            f" {spans(expiries)} say."
        )


def spans(numbers: Iterable[int]) -> str:
    """1–3, 7 for 1, 2, 3 and 7; of many the first twenty."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    texts = [f"{a}–{b}" if b > a else f"{a}" for a, b in ranges[:20]]
    return ", ".join([*texts, "…"] if len(ranges) > 20 else texts)


def _newest(sizes: set[int], lines: int) -> str:
    newest = max(sizes)
    return f"the newest of {newest} lines; {max(0, lines - newest)} came after it"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# Rows of the ledger, hashed anew by the thousand: work for several processes.
#
# What is told of them is packed, so that ten million rows have room.

CHANGED = (
    *("kind", "object_type", "object_id", "xid"),
    *("id", "actor_id", "at"),
)
BELOW = "the number is none that a row is given"
NONE_DRAWN = re.compile(rb"-\d+|0+")
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
    for piece in pieces(block):
        _look(columns_of(names, piece), lines)
    return lines


def _look(columns: Columns, lines: Entries) -> None:
    ids = array("q", map(int, columns["id"]))
    payloads, faults = columns["payload"], []
    commitments, times = commitments_of(payloads), times_of(payloads)
    odd = unlike(columns, times, commitments)
    for at in at_other_times(columns, times):
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


def _remember(columns: Columns, lines: Entries) -> None:
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
        if is_below(pk):
            lines.faults.append((int(line), f"{name} {pk.decode()}: {BELOW}"))


def is_below(key: bytes) -> bool:
    """A number that no sequence draws: what reads from 1 on would not meet it."""
    return bool(NONE_DRAWN.fullmatch(key))


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
    return -1 if number == NULL_IN_DUMP else int(number)


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
        field = "null" if row[name] == NULL_IN_DUMP else plain(row[name]).decode()
        if field != value:
            return commitment, f"its column {name} is not what the line says"
    if not _same_time(when, row["at"]):
        return commitment, "its column at is not what the line says"
    return commitment, ""


def details(names: list[str], block: bytes) -> Details:
    arrays = Details(array("q"), bytearray())
    for piece in pieces(block):
        columns = columns_of(names, piece)
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
    for piece in pieces(block):
        columns = columns_of(names, piece)
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
