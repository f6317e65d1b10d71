"""What the settings name: our key, the folder, the witnesses and what we witness."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.conf import settings

from audit_app.sealing import keys, policy, token
from audit_app.sealing.keys import NoKey, SigningKey
from audit_app.sealing.policy import Policy
from audit_app.verifying.note import LOG, WITNESS, Key, Malformed, key_from


def ledger_key() -> SigningKey | None:
    """Nothing where none is configured. Raises NoKey."""
    return key_in(settings.LEDGER_KEY) if settings.LEDGER_KEY else None


def witness_key() -> SigningKey | None:
    return key_in(settings.WITNESS_KEY, WITNESS) if settings.WITNESS_KEY else None


def key_in(place: str, kind: int = LOG) -> SigningKey:
    """From a file, or from the token that a URI names. Raises NoKey."""
    return (token if token.is_uri(place) else keys).read(place, kind)


def folder() -> Path | None:
    return Path(settings.LEDGER_FOLDER) if settings.LEDGER_FOLDER else None


def ledger_policy() -> Policy:
    """Asking nobody where none is configured. Raises Malformed."""
    return policy.read(settings.LEDGER_POLICY) if settings.LEDGER_POLICY else Policy()


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
