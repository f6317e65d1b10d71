"""Whether a pool stands between us and PostgreSQL, and of what kind.

Ours is a session: it has its time-outs, its role, prepared statements and locks. A pool
of transactions gives each of ours another session, and somebody else's things with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections

TRIES = 3
PID = "select pg_backend_pid()"
OF_TRANSACTIONS = (
    "a pool stands in between and gives each transaction another session"
    " (pool_mode = transaction): pages would fail and time-outs be"
    " anybody's. Set pool_mode = session for it, or name the database's own address."
)


def pool_hindrance(alias: str) -> str:
    """Why no process can work through it, or an empty text. Raises psycopg.Error."""
    with _session(alias) as first:
        # A pool makes up the number that it greets with.
        if first.info.backend_pid == _pid(first):
            return ""
        for _try in range(TRIES):
            number = _pid(first)
            with _session(alias) as other, other.transaction():
                if _pid(other) == number or _pid(first) != number:
                    return OF_TRANSACTIONS
    return ""


def refuse_pool_of_transactions() -> None:
    """Stop the web as it starts, where a pool would mix transactions of several. A
    database that is not there yet is /ready's to tell."""
    for alias in ("default", "auditor"):
        try:
            hindrance = pool_hindrance(alias)
        except psycopg.Error:
            continue
        if hindrance:
            raise SystemExit(f"{alias}: {hindrance}")


@contextmanager
def _session(alias: str) -> Iterator[psycopg.Connection[Any]]:
    """One of its own, beside Django's, which never prepares."""
    params = connections[alias].get_connection_params()
    known = ("cursor_factory", "context", "prepare_threshold")
    address = {name: value for name, value in params.items() if name not in known}
    with psycopg.connect(
        **address, autocommit=True, prepare_threshold=None
    ) as connection:
        yield connection


def _pid(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(PID).fetchone()
    return int(row[0]) if row else 0
