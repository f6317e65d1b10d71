"""Proofs: monitor, note, statements and tree."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# Signed notes, checkpoints and cosignatures as C2SP defines them: to be checked.

# Kinds of key: of a log, and of a witness, which signs the time too.
LOG, WITNESS = 1, 4
MOST_SIGNATURES = 64
NAME = re.compile(r"[^\s+\x00-\x1f]+")
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class Malformed(ValueError):
    """Not what the format says, in a sentence."""


class Unproven(ValueError):
    """A known key's signature does not verify, or none is by a known key."""


class Signature(NamedTuple):
    name: str
    key_id: bytes
    body: bytes

    @property
    def line(self) -> str:
        text = base64.b64encode(self.key_id + self.body).decode()
        return f"— {self.name} {text}\n"


class Note(NamedTuple):
    """`text` ends with a newline; the blank line is in neither part."""

    text: str
    signatures: list[Signature]


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n"


class Key(NamedTuple):
    """A public key with its name, as a vkey writes it."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        body = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{body}"

    def signed(self, text: str, signature: Signature) -> bool:
        """By this key. Raises Unproven where it says so and is not."""
        if (signature.name, signature.key_id) != (self.name, self.key_id):
            return False
        body, message = signature.body, text.encode()
        if self.kind == WITNESS:
            body, message = body[8:], cosigned(text, signature.body[:8])
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(body, message)
        except InvalidSignature:
            raise Unproven(f"the signature of {self.name} does not verify") from None
        return True


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def cosigned(text: str, time: bytes) -> bytes:
    """What a witness signs: the time, and the whole note."""
    seconds = int.from_bytes(time, "big")
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def key_from(vkey: str) -> Key:
    name, _plus, rest = vkey.strip().partition("+")
    number, _plus, body = rest.partition("+")
    raw = decoded(body)
    if not NAME.fullmatch(name) or len(raw) != 33 or raw[0] not in (LOG, WITNESS):
        raise Malformed(f"“{vkey.strip()[:80]}” is no Ed25519 key of log or witness")
    key = Key(name, raw[0], raw[1:])
    if key.key_id.hex() != number:
        raise Malformed(f"the key of {name} has another number than it says")
    return key


def note_from(whole: str) -> Note:
    text, blank, tail = whole.rpartition("\n\n")
    lines = tail.split("\n")
    if not blank or lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
        raise Malformed("not a signed note")
    if re.search(r"[\x00-\x09\x0b-\x1f]", whole):
        raise Malformed("a control character in a note")
    return Note(text + "\n", [signature_from(line) for line in lines])


def signature_from(line: str) -> Signature:
    dash, _space, rest = line.partition(" ")
    name, _space, body = rest.partition(" ")
    raw = decoded(body)
    if dash != "—" or not NAME.fullmatch(name) or len(raw) < 5:
        raise Malformed("not a line of a signature")
    return Signature(name, raw[:4], raw[4:])


def checkpoint_from(text: str) -> Checkpoint:
    """A checkpoint from a note's text, whose further lines are not ours to know."""
    origin, size, root, *_more = [*text.split("\n"), "", "", ""]
    if not origin or not NUMBER.fullmatch(size) or len(decoded(root)) != 32:
        raise Malformed("not a checkpoint")
    return Checkpoint(origin, int(size), decoded(root))


def signers(note: Note, keys: list[Key]) -> list[Key]:
    """The keys that signed a note. Raises Unproven for a false signature of one of
    them; what other keys signed is not looked at."""
    return [
        key
        for key in keys
        if any(key.signed(note.text, signature) for signature in note.signatures)
    ]


def opened(whole: str, keys: list[Key]) -> tuple[Checkpoint, list[Key]]:
    """The checkpoint, and which of the keys signed it. Raises Malformed or Unproven;
    the latter too where no log's key of its origin is among them."""
    note = note_from(whole)
    checkpoint = checkpoint_from(note.text)
    their_keys = signers(note, keys)
    if not any(key.kind == LOG and key.name == checkpoint.origin for key in their_keys):
        raise Unproven(f"no known key of {checkpoint.origin} signed the checkpoint")
    return checkpoint, their_keys


def decoded(text: str) -> bytes:
    """The bytes of standard Base 64 written in the one right way, else nothing."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if base64.b64encode(raw).decode() == text else b""


# Statements about keys: signed notes by which an old key names the one that takes over
# from it, so that whoever knows the first one can follow them to the newest.
#
# The text is five lines: what it is, why, the old key and the new one as vkeys, and
# size
# and root of the tree at which the new one begins. Both keys sign it.

FIRST = "lockbox/key-statement/v1"
# A new key of the same log; or another log that goes on from it, after a restore.
REPLACED, RESTORED = "replaced", "restored"


class Statement(NamedTuple):
    why: str
    old: Key
    new: Key
    size: int
    root: bytes

    @property
    def text(self) -> str:
        tree = Checkpoint(FIRST, self.size, self.root).text.split("\n", 1)[1]
        return f"{FIRST}\n{self.why}\n{self.old}\n{self.new}\n{tree}"

    def __str__(self) -> str:
        return (
            f"From {self.size} lines on, {self.new} takes over from {self.old}:"
            f" {self.why}."
        )


def statement_from(whole: str) -> Statement:
    """Raises Malformed where it is none, and Unproven where not both keys signed it."""
    signed = note_from(whole)
    first, why, old, new, size, root, end = [*signed.text.split("\n"), "", "", ""][:7]
    number = int(size) if NUMBER.fullmatch(size) else -1
    statement = Statement(why, key_from(old), key_from(new), number, decoded(root))
    both = [statement.old, statement.new]
    if (
        first != FIRST
        or why not in (REPLACED, RESTORED)
        or statement.text != signed.text
        or any(key.kind != LOG for key in both)
        or end
    ):
        raise Malformed("no statement about a key")
    if signers(signed, both) != both:
        raise Unproven("not both keys signed the statement about them")
    return statement


def followed(
    keys: list[Key], notes: Iterable[str]
) -> tuple[list[Key], list[Statement], list[str]]:
    """The keys that are believed with those that they name, and those that these name;
    the statements that say so; and what is wrong with others by a believed key."""
    known, statements, faults = list(keys), [], []
    for whole in notes:
        try:
            statement = statement_from(whole)
        except (Malformed, Unproven, ValueError) as error:
            faults.append(f"a statement about a key: {error}")
            continue
        if statement.old in known:
            statements.append(statement)
            if statement.new not in known:
                known.append(statement.new)
    return known, statements, faults


# The Merkle tree of RFC 9162: hashes, roots, and the checking of proofs.
#
# A tree is read by `hashes(level, first, number)`: so many hashes one after another, at
# level 0 those of leaves, at level 1 of whole subtrees of 256 leaves, and so on.

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


# Following a published ledger from outside: its newest checkpoint must go on from the
# one that was kept last, which it then takes the place of.

MOST_BYTES = 1_000_000


def follow(address: str, keys: list[Key], kept_in: Path) -> str:
    """What was seen, in a sentence. Raises Unproven where the ledger does not go on
    from what was kept, which stays then; Malformed or OSError where it is not seen."""
    known, statements, faults = followed(keys, json.loads(_get(address, "statements")))
    if faults:
        raise Unproven(faults[0])
    text = _get(address, "checkpoint")
    now, by = opened(text, known)
    signed = f"{now.size} lines, signed by {', '.join(sorted(key.name for key in by))}"
    if not kept_in.exists():
        kept_in.write_text(text, "utf-8")
        return f"Kept for the first time: {signed}."
    before = opened(kept_in.read_text("utf-8"), known)[0]
    lost = [one for one in statements if one.why == RESTORED and before.size > one.size]
    if now.size < before.size or (lost and before.origin != now.origin):
        why = f" {lost[0]}" if lost else ""
        raise Unproven(
            f"{before.size} lines were kept, and the ledger has {now.size}: it has been"
            f" shortened, restored, or is another.{why}"
        )
    proof = _get(address, f"consistency/{before.size}/{now.size}").split()
    hashes = [decoded(line) for line in proof]
    if not is_consistent(before.size, before.root, now.size, now.root, hashes):
        raise Unproven(
            f"The ledger of {now.size} lines does not go on from the {before.size} that"
            " were kept: it has been changed. Keep both."
        )
    kept_in.write_text(text, "utf-8")
    return f"It goes on from the {before.size} lines that were kept: {signed}."


def _get(address: str, name: str) -> str:
    url = f"{address.rstrip('/')}/{name}"
    if not url.startswith(("https://", "http://")):
        raise Malformed(f"{address} is no address of a ledger")
    with urlopen(url, timeout=30) as answer:  # noqa: S310 — http alone, see above
        return answer.read(MOST_BYTES).decode()
