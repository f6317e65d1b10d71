"""Is the server there?"""

import os
from pathlib import Path

import psycopg
from psycopg.errors import ConnectionTimeout
from psycopg.pq import PGconn, Ping

from .places import (
    PostgresUnavailable,
    data_folder,
    refuse_strangers,
    socket_folder,
)


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
