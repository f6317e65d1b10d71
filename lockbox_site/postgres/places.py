"""Where the clone's cluster and secrets lie, and who may touch them."""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]


class PostgresUnavailable(Exception):
    """One sentence for the person at the keyboard."""


def state_place() -> Path:
    """Outside the clone: the server's own user often may not enter the clone."""
    chosen = os.environ.get("LOCKBOX_STATE")
    parent = Path(chosen).absolute() if chosen else _usual_parent()
    return parent / _short_hash(CLONE)


def state_folder() -> Path:
    """The same, made where it is missing."""
    folder = state_place()
    with _in_a_sentence():
        if os.environ.get("LOCKBOX_STATE"):
            folder.parent.mkdir(parents=True, exist_ok=True)
        else:
            own_folder(folder.parent, _state_mode(), os.geteuid())
        return own_folder(folder, _state_mode(), os.geteuid())


def data_folder() -> Path:
    return state_folder() / "data"


def socket_folder() -> Path:
    """Short, because the path of a Unix socket ends at 107 bytes."""
    key = _short_hash(state_place().resolve())
    return Path(f"/tmp/lockbox-{os.geteuid()}-{key}")  # noqa: S108 owner is checked


def secret(name: str, size: int = 48) -> str:
    """A random secret of `size` bytes, made at first use and then kept."""
    return secret_file(name, size).read_text()


def secret_file(name: str, size: int = 48) -> Path:
    """Where a random secret is kept, made at first use."""
    path = _place_of(name)
    if not path.exists():
        with locked():
            if not path.exists():
                _write_secret(path, secrets.token_urlsafe(size))
    return path


def kept_secret(name: str) -> str | None:
    """A secret that was kept here, or None."""
    path = _place_of(name)
    return path.read_text() if path.exists() else None


def keep_secret(name: str, text: str) -> None:
    """Keep a secret that was made elsewhere, in place of the one before."""
    with locked():
        _write_secret(_place_of(name), text)


def _place_of(name: str) -> Path:
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise ValueError(f"not a name for a secret: {name!r}")
    return own_folder(state_folder() / "secrets", 0o700, os.geteuid()) / name


def _write_secret(path: Path, text: str) -> None:
    # Renamed when whole: a crash half-way leaves no empty secret behind.
    fresh = path.with_name(f".{path.name}")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """One process at a time makes, starts, stops or destroys."""
    # Beside the state folder, so that destroy does not pull it from under a waiter.
    path = state_folder().with_suffix(".lock")
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    with _in_a_sentence(), open(os.open(path, flags, 0o600)) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _in_a_sentence() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PostgresUnavailable(
            f"{error.filename}: {error.strerror}. LOCKBOX_STATE names a folder for the"
            " local database, DATABASE_URL a database elsewhere."
        ) from error


def own_folder(folder: Path, mode: int, uid: int) -> Path:
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
        os.chown(folder, uid, -1)
    refuse_strangers(folder, uid)
    if stat.S_IMODE(folder.stat().st_mode) != mode:
        folder.chmod(mode)
    return folder


def refuse_strangers(folder: Path, uid: int) -> None:
    """In /tmp anybody may have made a folder or link of this name before us."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != uid:
        raise PostgresUnavailable(
            f"{folder} is no folder of user {uid} but something of user "
            f"{status.st_uid}: look at it, remove it and start again."
        )


def _usual_parent() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/lockbox")
    if chosen := os.environ.get("XDG_STATE_HOME"):
        return Path(chosen).absolute() / "lockbox"
    try:
        return Path.home().absolute() / ".local" / "state" / "lockbox"
    except RuntimeError:
        raise PostgresUnavailable(
            "This user has no home: let LOCKBOX_STATE name a folder for the local"
            " database, or DATABASE_URL a database elsewhere."
        ) from None


def _state_mode() -> int:
    # Root's server runs as somebody else, who must pass through to its data.
    return 0o711 if os.geteuid() == 0 else 0o700


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
