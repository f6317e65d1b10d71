"""Scratch: databases and server."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connections
from django.db.migrations.loader import MigrationLoader

from lockbox_site.processes import WEB

# Databases beside the real one, for a while or kept for the next run.

NAME = "lockbox_bench"
SCHEMA = "lockbox_bench_schema"


@contextmanager
def own_database() -> Iterator[str]:
    """Make it, let every alias of this process point at it, and drop it."""
    template = migrated()
    with pointed_at(NAME):
        fresh_copy(NAME, template)
        try:
            yield NAME
        finally:
            from_outside(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def migrated() -> str:
    """The name of an empty database that stays, for others to be copies of it."""
    with reusable_database(SCHEMA, schema()):
        pass
    return SCHEMA


@contextmanager
def copied(name: str, template: str) -> Iterator[None]:
    """A copy beside it, while the block lasts."""
    fresh_copy(name, template)
    try:
        yield
    finally:
        from_outside(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def reusable_database(name: str, label: str, template: str = "") -> Iterator[bool]:
    """One that stays for the next run: yields whether it holds what its `label` says.

    Where it does not, it is a copy of the template, or new and migrated; and is marked
    when the block is left without an error. Others wait for that.
    """
    with alone_with(name), pointed_at(name):
        is_ready = _mark_of(name) == label
        if not is_ready:
            _remake(name, like(template) if template else "")
            if not template:
                call_command("migrate", verbosity=0)
        yield is_ready
        if not is_ready:
            from_outside(f"COMMENT ON DATABASE {name} IS '{label}'")


@contextmanager
def alone_with(name: str) -> Iterator[None]:
    """No other process makes or forgets this database meanwhile."""
    creation: Any = connections["owner"].creation
    with creation._nodb_cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext(%s))", [name])
        yield


def schema() -> str:
    """What a database is made by: another schema needs another."""
    leaves = MigrationLoader(None).graph.leaf_nodes()
    return " ".join(sorted(f"{app}.{name}" for app, name in leaves))


def _mark_of(name: str) -> str | None:
    marks = from_outside(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"  # noqa: S608 — our own names
        f" WHERE datname = '{name}'"
    )
    return marks[0][0] if marks else None


def like(template: str) -> str:
    """For CREATE DATABASE: a copy of its files. Page by page through the log, as is
    usual, takes twice as long for one of 23 MB."""
    return f" TEMPLATE {template} STRATEGY FILE_COPY"


def fresh_copy(name: str, template: str) -> None:
    """Instead of what was there by that name; with the one right that a copy does not
    take along (lockbox_site.schema.close_database)."""
    _remake(name, like(template))
    from_outside(f"REVOKE TEMPORARY ON DATABASE {name} FROM public")


def _remake(name: str, terms: str = "") -> None:
    from_outside(
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}{terms}"
    )


def from_outside(*statements: str) -> list[Any]:
    """`outside`, where this process itself may still be in one of them."""
    connections.close_all()
    try:
        return outside(*statements)
    except ProgrammingError as error:
        raise CommandError(f"The database server refuses: {error}") from error


def outside(*statements: str) -> list[Any]:
    """What the owner says from outside of the databases; the rows of the last."""
    creation: Any = connections["owner"].creation
    with creation._nodb_cursor() as cursor:
        for statement in statements:
            _patiently(cursor, statement)
        return cursor.fetchall() if cursor.description else []


def _patiently(cursor: Any, statement: str) -> None:
    # A superuser's process (a worker of autovacuum, a psql that has just been answered)
    # can't be terminated by the owner of the database, but it soon leaves.
    for _attempt in range(600):
        try:
            return cursor.execute(statement)
        except ProgrammingError as error:
            if "terminate" not in str(error):
                raise
            time.sleep(0.1)
    return cursor.execute(statement)


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Every alias of this process means this database."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    _point_at(dict.fromkeys(before, name))
    try:
        yield
    finally:
        _point_at(before)


def _point_at(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


# Real gunicorn processes on a database of our choice.


def environment(database: str) -> dict[str, str]:
    """This process's environment, with every login pointed at another database."""
    urls = {
        "DATABASE_URL": settings.OWNER_URL,
        "APP_DATABASE_URL": settings.APP_URL,
        "AUDITOR_DATABASE_URL": settings.AUDITOR_URL,
    }
    databases = {
        name: urlsplit(url)._replace(path=f"/{database}").geturl()
        for name, url in urls.items()
        if url
    }
    # Only this machine asks: without TLS.
    plain = {"LOCKBOX_HOSTS": "127.0.0.1", "LOCKBOX_HTTPS": "0"}
    plain["LOCKBOX_SECRET_KEY"] = str(settings.SECRET_KEY)
    plain["LOCKBOX_SEALING_KEY"] = str(settings.SEALING_KEY)
    return {**os.environ, **databases, **plain}


@contextmanager
def served(
    database: str, workers: int = 2, variables: dict[str, str] | None = None
) -> Iterator[str]:
    """Serve the database; yields the address. Stops the processes afterwards.
    `variables` are of their environment, beside our own."""
    port = free_port()
    command = [*WEB, "--workers", str(workers), "--bind", f"127.0.0.1:{port}"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 — our own
            command,
            env=environment(database) | (variables or {}),
            cwd=settings.BASE_DIR,
            stdout=log,
            stderr=log,
        )
        try:
            if not answers(port, process):
                log.seek(0)
                raise RuntimeError(log.read().decode() or "gunicorn did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


# Below those that Linux gives to whoever asks for any.
PORTS = range(15_000, 32_000)
_claims: list[socket.socket] = []


def free_port() -> int:
    """A port of this machine that nobody else who asks here is given while this process
    lives: it is bound later."""
    for number in range(len(PORTS)):
        port = PORTS[(os.getpid() * 100 + number) % len(PORTS)]
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0lockbox-port-{port}")
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return port
    raise RuntimeError("no port of this machine is free")


def answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Does it, before the process ends?"""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False
