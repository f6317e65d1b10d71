"""Make, start, stop and remove the cluster."""

import contextlib
import os
import pwd
import shutil
import signal
import time
from pathlib import Path
from urllib.parse import urlencode

from psycopg.pq import Ping

from .places import (
    PostgresUnavailable,
    data_folder,
    locked,
    own_folder,
    socket_folder,
    state_folder,
)
from .probe import postmaster, probe
from .programs import programs, refuse_closed, run, server_name, server_user, user_of

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
