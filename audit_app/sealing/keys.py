"""Keys: asking, believed, configured, policy and token."""

import base64
import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs, unquote

import pkcs11
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
from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, PKCS11Error

from audit_app.models import Checkpoint
from audit_app.verifying import proofs
from audit_app.verifying.proofs import (
    LOG,
    NAME,
    WITNESS,
    Key,
    Malformed,
    Signature,
    Unproven,
    cosigned,
    decoded,
    key_from,
    key_id,
    note_from,
    signature_from,
)

# Who is to have seen a checkpoint before it counts: a C2SP tlog-policy file.

MOST_BYTES = 100_000
NONE = "none"


class Witness(NamedTuple):
    name: str
    key: Key
    url: str


@dataclass
class Policy:
    """`groups` have their members and how many of them are enough."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str = NONE

    def is_met(self, keys: list[Key]) -> bool:
        """By the cosignatures of these keys."""
        return self._has_seen(self.quorum, set(keys))

    def _has_seen(self, name: str, keys: set[Key]) -> bool:
        if name == NONE:
            return True
        if name in self.witnesses:
            return self.witnesses[name].key in keys
        enough, members = self.groups[name]
        return sum(self._has_seen(member, keys) for member in members) >= enough

    @property
    def keys(self) -> list[Key]:
        return [*self.logs, *(witness.key for witness in self.witnesses.values())]


def read(path: str) -> Policy:
    """Raises Malformed, which names the line, also where the file can not be read."""
    try:
        with Path(path).open("rb") as file:
            text = file.read(MOST_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"The policy in {path} can not be read: {error}") from error
    return parsed(text)


def parsed(text: str) -> Policy:
    policy, quorums = Policy(), 0
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            _take(policy, words)
        except (ValueError, IndexError, KeyError) as error:
            raise Malformed(f"Line {number} of the policy: {error}") from error
        quorums += words[0] == "quorum"
    if quorums != 1:
        raise Malformed(
            "The policy needs one line “quorum”: the name of the witness or group that"
            " is to have cosigned, or “quorum none” where nobody is waited for."
        )
    return policy


def _take(policy: Policy, words: list[str]) -> None:
    noun, *rest = words
    if noun == "log" and len(rest) in (1, 2):
        policy.logs.append(_new_key(policy, rest[0], LOG))
    elif noun == "witness" and len(rest) in (2, 3):
        name = _new_name(policy, rest[0])
        key = _new_key(policy, rest[1], WITNESS)
        url = rest[2].rstrip("/") if len(rest) == 3 else ""
        policy.witnesses[name] = Witness(name, key, url)
    elif noun == "group" and len(rest) > 2:
        _take_group(policy, *rest)
    elif noun == "quorum" and len(rest) == 1:
        policy.quorum = rest[0] if rest[0] == NONE else _known(policy, rest[0])
    else:
        raise Malformed(f"“{' '.join(words)[:80]}” is no line of a policy")


def _take_group(policy: Policy, name: str, enough: str, *members: str) -> None:
    taken = {one for _enough, some in policy.groups.values() for one in some}
    for member in members:
        if _known(policy, member) in taken or members.count(member) > 1:
            raise Malformed(f"{member} is in a group already")
    number = {"any": 1, "all": len(members)}.get(enough) or int(enough)
    if not 1 <= number <= len(members):
        raise Malformed(f"{enough} of {len(members)} members")
    policy.groups[_new_name(policy, name)] = (number, list(members))


def _new_name(policy: Policy, name: str) -> str:
    if name == NONE or name in policy.witnesses or name in policy.groups:
        raise Malformed(f"{name} is a name already")
    return name


def _known(policy: Policy, name: str) -> str:
    if name not in policy.witnesses and name not in policy.groups:
        raise Malformed(f"{name} is not defined above")
    return name


def _new_key(policy: Policy, vkey: str, kind: int) -> Key:
    key = key_from(vkey)
    if key.kind != kind:
        raise Malformed(f"{key.name} is a key of another kind")
    if any(key.public == other.public for other in policy.keys):
        raise Malformed(f"the key of {key.name} is there already")
    return key


# Asking the witnesses for cosignatures (C2SP tlog-witness), all of them at once.
#
# Who calls out is told as `post`: it has a deadline for the whole of an exchange, and
# raises `Silent` where there is no answer.

ASKING_MOST_BYTES = 20_000
PATH = "/add-checkpoint"
# Address and body → status and text of the answer.
Post = Callable[[str, bytes], tuple[int, str]]
# Size of a tree before → what proves that ours goes on from it.
Consistency = Callable[[int], list[bytes]]


class Silent(Exception):
    """No answer, with the reason."""


class Answer(NamedTuple):
    """`line` is a cosignature. `has_other`: the witness holds a tree that ours does not
    go on from, so that the checkpoint must not go out. Else what the trouble was."""

    witness: Witness
    line: str = ""
    trouble: str = ""
    has_other: bool = False
    tree_size: int | None = None  # that it says, where it is another than asked


def ask_all(
    note: str,
    size: int,
    known: dict[Witness, int],
    consistency: Consistency,
    post: Post,
) -> list[Answer]:
    """`known`: the size that each is known to have. Who has another is asked again."""
    if not known:
        return []
    with ThreadPoolExecutor(len(known), thread_name_prefix="witness") as pool:

        def ask(sizes: dict[Witness, int]) -> list[Answer]:
            # Proofs are read here: a connection to the database is of one thread.
            jobs = [
                (witness, old, _body(old, consistency(old), note))
                for witness, old in sizes.items()
            ]
            return list(pool.map(lambda job: _ask(post, note, size, *job), jobs))

        first = ask(known)
        again = {
            one.witness: one.tree_size for one in first if one.tree_size is not None
        }
        second = ask(again) if again else []
    return [one for one in first if one.tree_size is None] + [
        one._replace(trouble="it changes its mind", tree_size=None)
        if one.tree_size is not None
        else one
        for one in second
    ]


def _body(old: int, proof: list[bytes], note: str) -> bytes:
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", note]
    return "\n".join(lines).encode()


def _ask(
    post: Post, note: str, size: int, witness: Witness, old: int, body: bytes
) -> Answer:
    try:
        status, text = post(witness.url + PATH, body)
    except Silent as error:
        return Answer(witness, trouble=str(error))
    if status == 200:
        return _cosigned(witness, note, text)
    if status == 409:
        return _conflict(witness, old, size, text)
    if status == 422:
        return Answer(witness, trouble="it holds another tree", has_other=True)
    return Answer(witness, trouble=f"it answers {status}")


def _cosigned(witness: Witness, note: str, text: str) -> Answer:
    """What it signed must be the checkpoint: a witness, too, can lie."""
    try:
        ours = note_from(note).text
        signatures = map(signature_from, text.removesuffix("\n").split("\n"))
        line = next(one.line for one in signatures if witness.key.signed(ours, one))
    except (Malformed, Unproven, StopIteration):
        return Answer(witness, trouble="its cosignature does not verify")
    return Answer(witness, line)


def _conflict(witness: Witness, old: int, size: int, text: str) -> Answer:
    number = text.strip()
    if not number.isascii() or not number.isdecimal() or len(number) > 19:
        return Answer(witness, trouble="it answers 409 without a size")
    tree_size = int(number)
    if tree_size > size or tree_size == old:
        trouble = f"it holds another tree, of {tree_size} lines"
        return Answer(witness, trouble=trouble, has_other=True)
    return Answer(witness, tree_size=tree_size)


# Our own signing keys: files beside the database, never in it. Those in a token are in
# `token`.
#
# A file holds one key as C2SP writes it: PRIVATE+KEY+name+number+seed. Of a log it
# signs
# checkpoints; of a witness it cosigns those of others.

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


def read_keys(path: str, kind: int = LOG) -> SigningKey:
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


# Keys that lie in a PKCS#11 token: they sign there and never leave it.
#
# Where one is, a URI says (RFC 7512), whose object is the name of the key:
#
# pkcs11:token=lockbox;object=lockbox.example.se%2Fledger?module-path=…&pin-source=…

SCHEME = "pkcs11:"
# The object identifier of Ed25519, and what stands before the bytes of a point.
ED25519, OF_32_BYTES = bytes.fromhex("06032b6570"), bytes.fromhex("0420")
NEXT = " next"


class Place(NamedTuple):
    module: str
    token: str
    name: str
    pin_source: str


class TokenKey:
    """Signs as a key of `cryptography` does. Raises NoKey."""

    def __init__(self, place: Place, private: Any, public: bytes) -> None:
        self._place, self._private, self._public = place, private, public

    def public_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self._public)

    def sign(self, data: bytes, /) -> bytes:
        with _asking(self._place, "The token does not sign"):
            return bytes(self._private.sign(data, mechanism=Mechanism.EDDSA))


def is_uri(place: str) -> bool:
    return place.startswith(SCHEME)


def place_of(uri: str) -> Place:
    """Raises NoKey."""
    path, _mark, query = uri.removeprefix(SCHEME).partition("?")
    where = dict(part.partition("=")[::2] for part in path.split(";"))
    how = {name: values[0] for name, values in parse_qs(query).items()}
    parts = [
        how.get("module-path", ""),
        unquote(where.get("token", "")),
        unquote(where.get("object", "")),
        how.get("pin-source", "").removeprefix("file:"),
    ]
    if not all(parts):
        raise NoKey(f"“{uri}” lacks one of token, object, module-path and pin-source.")
    return Place(*parts)


def read_token(uri: str, kind: int = LOG) -> SigningKey:
    """Raises NoKey."""
    place = place_of(uri)
    with _asking(place, f"No key {place.name} in the token"):
        return SigningKey(place.name, kind, _key(place, place.name))


def make_token(uri: str, name: str, kind: int = LOG) -> SigningKey:
    """A key that is to be in use. Raises NoKey, also where there is one."""
    place = place_of(uri)
    if place.name != name:
        raise NoKey(f"The setting names the key {place.name}, and not {name}.")
    if _objects(place, name):
        raise NoKey(f"There is a key {name} in the token already.")
    return SigningKey(name, kind, _made(place, name))


def make_next(uri: str, kind: int = LOG) -> SigningKey:
    """A key that may take over from the one that is there. Raises NoKey."""
    place = place_of(uri)
    forget_next(uri)
    return SigningKey(place.name, kind, _made(place, place.name + NEXT))


def forget_next(uri: str) -> None:
    place = place_of(uri)
    for one in _objects(place, place.name + NEXT):
        one.destroy()


def take_over(uri: str) -> None:
    """The next key is the key from now on; the one before is gone."""
    place = place_of(uri)
    with _asking(place, "The token keeps its key"):
        for one in _objects(place, place.name):
            one.destroy()
        for one in _objects(place, place.name + NEXT):
            one[Attribute.LABEL] = place.name


@contextmanager
def _asking(place: Place, trouble: str) -> Iterator[None]:
    """Raises NoKey with the trouble. A token that was away has forgotten whoever was
    signed in: the next who asks opens it anew."""
    try:
        yield
    except PKCS11Error as error:
        _opened.cache_clear()
        with suppress(PKCS11Error, RuntimeError):
            pkcs11.lib(place.module).finalize()
        raise NoKey(f"{trouble}: {_why(error)}.") from error


def _session(place: Place) -> Any:
    with _asking(place, f"The token {place.token} does not open"):
        return _opened(place.module, place.token, place.pin_source)


@cache
def _opened(module: str, token: str, pin_source: str) -> Any:
    """One a process: a token lets nobody sign in twice."""
    try:
        pin = Path(pin_source).read_text("utf-8").strip()
        library = pkcs11.lib(module)
    except OSError as error:
        raise NoKey(f"The token’s PIN can not be read: {error.strerror}.") from error
    except RuntimeError as error:
        raise NoKey(f"The token {token} does not open: {_why(error)}.") from error
    return library.get_token(token_label=token).open(user_pin=pin, rw=True)


def _objects(place: Place, label: str) -> list[Any]:
    with _asking(place, "The token does not answer"):
        return list(_session(place).get_objects({Attribute.LABEL: label}))


def _key(place: Place, label: str) -> TokenKey:
    session = _session(place)
    private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
    public = session.get_key(object_class=ObjectClass.PUBLIC_KEY, label=label)
    point = bytes(public[Attribute.EC_POINT]).removeprefix(OF_32_BYTES)
    return TokenKey(place, private, point)


def _made(place: Place, label: str) -> TokenKey:
    with _asking(place, "The token makes no key"):
        curve = _session(place).create_domain_parameters(
            KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: ED25519}, local=True
        )
        curve.generate_keypair(
            mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=label
        )
        return _key(place, label)


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__


# What the settings name: our key, the folder, the witnesses and what we witness.


def ledger_key() -> SigningKey | None:
    """Nothing where none is configured. Raises NoKey."""
    return key_in(settings.LEDGER_KEY) if settings.LEDGER_KEY else None


def witness_key() -> SigningKey | None:
    return key_in(settings.WITNESS_KEY, WITNESS) if settings.WITNESS_KEY else None


def key_in(place: str, kind: int = LOG) -> SigningKey:
    """From a file, or from the token that a URI names. Raises NoKey."""
    return (read_token if is_uri(place) else read_keys)(place, kind)


def folder() -> Path | None:
    return Path(settings.LEDGER_FOLDER) if settings.LEDGER_FOLDER else None


def ledger_policy() -> Policy:
    """Asking nobody where none is configured. Raises Malformed."""
    return read(settings.LEDGER_POLICY) if settings.LEDGER_POLICY else Policy()


def own_keys() -> list[Key]:
    """The public halves of our log's keys, the newest first: as `ledger_key` keeps them
    beside the key, for processes that have none. Raises NoKey or Malformed."""
    if settings.LEDGER_PUBLIC and Path(settings.LEDGER_PUBLIC).exists():
        return _log_keys(settings.LEDGER_PUBLIC)
    key = ledger_key()
    return [key.public] if key else []


def known_keys() -> list[Key]:
    """The keys whose checkpoints and cosignatures are believed: our own and the
    policy's. Raises NoKey or Malformed."""
    return [*own_keys(), *ledger_policy().keys]


def where_readable(read: Callable[[], list[Key]]) -> list[Key]:
    """The keys that `read` gives; none where they can't be read: whoever signs tells
    of that."""
    try:
        return read()
    except (NoKey, Malformed):
        return []


class TimeStamping(NamedTuple):
    """Where a stamp is asked for, and the certificates that its own lead to."""

    url: str
    roots: list[Certificate]


def time_stamping() -> TimeStamping | None:
    """Nothing where none is configured. Raises Malformed."""
    if not settings.LEDGER_TSA:
        return None
    return TimeStamping(settings.LEDGER_TSA, stamp_roots())


def stamp_roots() -> list[Certificate]:
    """The roots of time stamps, also where stamps are asked for no more; none where
    none are named. Raises Malformed."""
    path = settings.LEDGER_TSA_ROOTS
    if not path and not settings.LEDGER_TSA:
        return []
    try:
        return load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise Malformed(
            f"The certificates of the time-stamping authority ({path or 'no file'})"
            f" can not be read: {error}"
        ) from error


def witnessed_logs() -> list[Key]:
    """Whose checkpoints we cosign. Raises Malformed."""
    return _log_keys(settings.WITNESSED_LOGS) if settings.WITNESSED_LOGS else []


def _log_keys(path: str) -> list[Key]:
    """One vkey a line, empty lines and # apart. Raises Malformed."""
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(
            f"The list of logs in {path} can not be read: {error}"
        ) from error
    lines = [line.strip() for line in text.splitlines()]
    keys = [key_from(line) for line in lines if line and not line.startswith("#")]
    if others := [key.name for key in keys if key.kind != LOG]:
        raise Malformed(f"{others[0]} is no key of a log")
    return keys


# Which checkpoints and cosignatures of the database count: those signed by keys that
# are known. Whoever has the application's database login can add others: they are
# passed
# over, and `check_record` tells of them.

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


def newest_believed(using: str = DEFAULT_DB_ALIAS) -> Signed | None:
    return next(_believed_known(using), None)


def last(number: int) -> list[Signed]:
    """So many, the newest first."""
    return list(islice(_believed_known(DEFAULT_DB_ALIAS), number))


def newest_cosigned(using: str = DEFAULT_DB_ALIAS) -> Signed | None:
    """The newest that a witness has seen; where none has, the newest."""
    seen = (
        one for one in _believed_known(using, cosignatures__isnull=False) if one.seen_by
    )
    return next(seen, None) or newest_believed(using)


def of_size(size: int) -> Signed | None:
    return next(_believed_known(DEFAULT_DB_ALIAS, pk=size), None)


def verifies(key: Key, text: str, line: str) -> bool:
    """Is the line a signature by the key beneath this text?"""
    try:
        return key.signed(text, proofs.signature_from(line.removesuffix("\n")))
    except (Malformed, Unproven):
        return False


def _believed_known(using: str, **which: object) -> Iterator[Signed]:
    rows = Checkpoint.objects.using(using).filter(**which).distinct()
    keys = where_readable(known_keys)
    for row in rows.prefetch_related("cosignatures")[:MOST].iterator(chunk_size=10):
        if signed := _signed(row, keys):
            yield signed


def _signed(row: Checkpoint, keys: list[Key]) -> Signed | None:
    """Where no key is known, whatever is a checkpoint counts. The note says what was
    signed, not the column beside it; an older one kept anew is none of this size."""
    try:
        text = proofs.note_from(row.note).text
        signed = (
            proofs.opened(row.note, keys)[0] if keys else proofs.checkpoint_from(text)
        )
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
