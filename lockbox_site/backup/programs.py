"""PostgreSQL's programs as the owner's login: no password on a command line."""

import os
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from psycopg.conninfo import make_conninfo

from lockbox_site import postgres
from lockbox_site.postgres.programs import programs, server_user


def run(name: str, *arguments: str) -> None:
    """pg_dump or pg_restore on the owner's database. Raises CommandError with the last
    it said: a full disk, a refused login."""
    params = connections["owner"].get_connection_params()
    known = ("dbname", "user", "host", "port", "sslmode", "sslrootcert", "requirepeer")
    address = {key: str(params[key]) for key in known if params.get(key)}
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "15"}
    if password := params.get("password"):
        environment["PGPASSWORD"] = password
    command = [_path(name), "--dbname", make_conninfo("", **address), *arguments]
    process = subprocess.run(  # noqa: S603 — the system's own
        command, env=environment, capture_output=True, text=True
    )
    if process.returncode:
        lines = process.stderr.strip().splitlines() or [
            f"ended by {process.returncode}"
        ]
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
