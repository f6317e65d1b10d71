"""The secrets that are kept in the database, sealed with a key that is not in it.

The key is a file, `LOCKBOX_SEALING_KEY`: a key a line. The first one seals, and each
of them opens, so that all can be read while one takes over from another.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

# Held by whoever seals until that is committed: see `workflow.sealing_key`.
SEALS = "hashtextextended('lockbox seals', 0)"
SHORTEST = 32


class WrongKey(Exception):
    """Nothing opens it: it was sealed with a key that the file does not hold."""


class NoSealingKey(Exception):
    """The file with the key can't be read, or is none. Says which and why."""


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def seal(secret: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"select pg_advisory_xact_lock_shared({SEALS})")
    return sealed_with(sealing_keys()[0], secret)


def unseal(sealed: str) -> str:
    """Raises WrongKey where no key that we have opens it."""
    try:
        box = MultiFernet([_box(key) for key in sealing_keys()])
        return box.decrypt(sealed.encode()).decode()
    except (InvalidToken, NoSealingKey) as error:
        raise WrongKey(
            _("The secret was sealed with a key that is lost: make a new one.")
        ) from error


def sealed_with(key: str, secret: str) -> str:
    return _box(key).encrypt(secret.encode()).decode()


def is_sealed_with(key: str, sealed: str) -> bool:
    try:
        _box(key).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def sealing_keys() -> list[str]:
    """Read each time: a process that runs on has the new key at once. Raises
    NoSealingKey."""
    path = Path(settings.SEALING_KEY)
    if not settings.SEALING_KEY:
        raise NoSealingKey("LOCKBOX_SEALING_KEY names no file.")
    try:
        keys = path.read_text("utf-8").split()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise NoSealingKey(
            f"LOCKBOX_SEALING_KEY: {path} can not be read: {reason}."
        ) from error
    if not keys or any(len(key) < SHORTEST for key in keys):
        raise NoSealingKey(
            f"LOCKBOX_SEALING_KEY: {path} holds a key a line, each of {SHORTEST}"
            " characters or more."
        )
    return keys


def keep_sealing_keys(keys: list[str]) -> None:
    """The whole file or none of it, on the disk when this returns."""
    path = Path(settings.SEALING_KEY)
    before, fresh = path.stat(), path.with_name(f".{path.name}")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        os.fchown(file.fileno(), before.st_uid, before.st_gid)
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _box(key: str) -> Fernet:
    digest = hashlib.sha256(b"lockbox webhook secrets\0" + key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
