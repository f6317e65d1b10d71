"""PostgreSQL's programs as the owner's login, without a password on a command line;
and `age`."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from psycopg.conninfo import make_conninfo

from lockbox_site import postgres
from lockbox_site.postgres.programs import programs, server_user

# Of an address; all but its password.
KNOWN = (
    "dbname",
    "user",
    "host",
    "port",
    "sslmode",
    "sslrootcert",
    "requirepeer",
    "target_session_attrs",
)


def run(name: str, *arguments: str, read: Any = DEVNULL, write: Any = DEVNULL) -> None:
    """pg_dump or pg_restore on the owner's database. Raises CommandError with the
    first complaint: a full disk, a refused login."""
    params = connections["owner"].get_connection_params()
    address = {key: str(params[key]) for key in KNOWN if params.get(key)}
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "15"}
    if password := params.get("password"):
        environment["PGPASSWORD"] = password
    command = [_path(name), "--dbname", make_conninfo("", **address), *arguments]
    process = subprocess.run(  # noqa: S603 — the system's own
        command, env=environment, stdin=read, stdout=write, stderr=PIPE
    )
    _refuse_failed(name, process.returncode, process.stderr.decode())


@contextmanager
def age(*arguments: str, **ends: Any) -> Iterator[Any]:
    """`age`, while another program writes into it or reads what comes out of it. What
    it complains of is why the other failed, too."""
    path = shutil.which("age")
    if path is None:
        raise CommandError("age is missing: apt-get install age.")
    process = Popen(  # noqa: S603 — the system's own
        [path, *arguments], stderr=PIPE, **ends
    )
    try:
        yield process
    finally:
        if process.stdout:
            process.stdout.close()
        _out, complaint = process.communicate()
        if complaint:
            _refuse_failed("age", process.returncode, complaint.decode())
    _refuse_failed("age", process.returncode, "")


def _refuse_failed(name: str, code: int, complaint: str) -> None:
    if code:
        lines = complaint.strip().splitlines() or [f"ended by {code}"]
        raise CommandError(f"{name}: {_reason(lines)}")


def _reason(lines: list[str]) -> str:
    """The first complaint: what follows comes of it."""
    complaints = [line for line in lines if "error:" in line]
    return (complaints or lines)[0].partition("error: ")[2] or lines[0]


def _path(name: str) -> str:
    if settings.LOCAL:
        postgres.ensure()
        return str(programs(server_user())[0] / name)
    path = shutil.which(name)
    if path is None:
        raise CommandError(f"{name} is missing: apt-get install postgresql-client.")
    return str(Path(path))
