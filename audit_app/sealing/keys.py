"""Our own signing keys: files beside the database, never in it. Those in a token are in
`token`.

A file holds one key as C2SP writes it: PRIVATE+KEY+name+number+seed. Of a log it signs
checkpoints; of a witness it cosigns those of others.
"""

import base64
import os
import stat
from pathlib import Path
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from audit_app.verifying.note import (
    LOG,
    NAME,
    WITNESS,
    Key,
    Signature,
    cosigned,
    decoded,
    key_id,
)

PREFIX = "PRIVATE+KEY+"
NAMES = {LOG: "log", WITNESS: "witness"}


class NoKey(Exception):
    """Why a key can't be used, in a sentence."""


class Signer(Protocol):
    """A private key, wherever it lies."""

    def sign(self, data: bytes, /) -> bytes: ...
    def public_key(self) -> Ed25519PublicKey: ...


class SigningKey(NamedTuple):
    name: str
    kind: int
    private: Signer

    @property
    def public(self) -> Key:
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Key(self.name, self.kind, raw)

    @property
    def secret(self) -> str:
        """The key as its file has it. Raises NoKey of one in a token."""
        if not isinstance(self.private, Ed25519PrivateKey):
            raise NoKey(f"The key {self.name} does not leave its token.")
        seed = self.private.private_bytes(
            Encoding.Raw, PrivateFormat.Raw, NoEncryption()
        )
        body = base64.b64encode(bytes([self.kind]) + seed).decode()
        return f"{PREFIX}{self.name}+{self.public.key_id.hex()}+{body}"

    def sign(self, text: str) -> Signature:
        """A note's text, as the key of a log does."""
        return Signature(
            self.name, self.public.key_id, self.private.sign(text.encode())
        )

    def cosign(self, text: str, seconds: int) -> Signature:
        """A checkpoint's text at a time, as the key of a witness does."""
        time = seconds.to_bytes(8, "big")
        body = time + self.private.sign(cosigned(text, time))
        return Signature(self.name, self.public.key_id, body)


def make(name: str, kind: int = LOG) -> SigningKey:
    """Raises NoKey for what can't be the name of one."""
    if not NAME.fullmatch(name):
        raise NoKey(f"“{name}” is no name of a key: it has a space or a plus.")
    return SigningKey(name, kind, Ed25519PrivateKey.generate())


def read(path: str, kind: int = LOG) -> SigningKey:
    """Raises NoKey where the file is missing, open to others, or holds none."""
    try:
        with open(path, encoding="ascii") as file:
            mode, text = os.fstat(file.fileno()).st_mode, file.read(1000).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise NoKey(f"The key in {path} can not be read: {reason}.") from error
    if mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP):
        raise NoKey(f"The key in {path} is open to others: chmod 0640 it.")
    name, _plus, rest = text.removeprefix(PREFIX).partition("+")
    number, _plus, body = rest.partition("+")
    raw = decoded(body)
    if not text.startswith(PREFIX) or len(raw) != 33 or raw[0] != kind:
        raise NoKey(f"{path} holds no key of a {NAMES[kind]}.")
    key = SigningKey(name, kind, Ed25519PrivateKey.from_private_bytes(raw[1:]))
    if key_id(name, kind, key.public.public).hex() != number:
        raise NoKey(f"The key in {path} has another number than it says.")
    return key


def keep(key: SigningKey, path: str) -> None:
    """Whole or not at all; for its owner alone to read."""
    fresh = Path(f"{path}.new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
