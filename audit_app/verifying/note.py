"""Signed notes, checkpoints and cosignatures as C2SP defines them: to be checked."""

import base64
import binascii
import re
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

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
