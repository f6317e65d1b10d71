"""Secrets: identity and push key."""

import base64
import hashlib
import os
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from requests_app.providers.protocol import Unreachable

# What a room reads from its surroundings: addresses, and who we are at a provider.
#
# A guide in `docs/providers` tells each. Nothing secret lies in the database.


class NotSet(Unreachable):
    """An environment variable that is needed is not set on this server."""


def setting(name: str, default: str | None = None) -> str:
    """The value of an environment variable. Raises NotSet where it is needed and is not
    set: a connection without it is trouble of that connection alone."""
    value = os.environ.get(name) or default
    if value is None:
        raise NotSet(_("%(name)s is not set on this server.") % {"name": name})
    return value


def is_set(name: str) -> bool:
    """Is there a value, and so something to be done with it?"""
    return bool(os.environ.get(name))


def secret(name: str) -> str:
    """As `setting`, or what stands in the file that NAME_FILE names. Raises
    Unreachable, which never holds the value."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return setting(name)
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        trouble = _("%(name)s can not be read: %(error)s.")
        kind = type(error).__name__
        raise Unreachable(trouble % {"name": f"{name}_FILE", "error": kind}) from error


# The key by which push services know us (VAPID, RFC 8292): a PEM file that
# `web_push_key` makes. Nobody's account: the key is the whole of who we are there.


class NoKey(Exception):
    """No file with a key is set, or it can not be read."""


def new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


def private_key() -> ec.EllipticCurvePrivateKey:
    """Raises NoKey."""
    if not settings.PUSH_KEY:
        raise NoKey("LOCKBOX_PUSH_KEY is not set")
    return _read(settings.PUSH_KEY)


@cache
def _read(path: str) -> ec.EllipticCurvePrivateKey:
    try:
        key: Any = load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise NoKey(f"{path}: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise NoKey(f"{path} holds no key of the curve P-256")
    return key


def public_key() -> str:
    """What a browser is told, so that it takes notices of ours alone; empty where we
    send none."""
    try:
        point = private_key().public_key()
    except NoKey:
        return ""
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


# The secrets that are kept in the database, sealed with a key that is not in it.
#
# The key is a file, `LOCKBOX_SEALING_KEY`: a key a line. The first one seals, and each
# of them opens, so that all can be read while one takes over from another.

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
