"""Is the server there? Asked before every start of Django, so without a process."""

import os
import re
import socket
import struct
from pathlib import Path

from .places import (
    PostgresUnavailable,
    data_folder,
    refuse_strangers,
    socket_folder,
)

# What `probe` returns: a SQLSTATE, or NOBODY when nothing listens.
OPEN = "00000"
FULL = "53300"
STARTING = "57P03"
NOBODY = ""


def probe(user: str, database: str) -> str:
    """Say hello as `user`; return the SQLSTATE of the answer."""
    hello = f"user\0{user}\0database\0{database}\0\0".encode()
    try:
        refuse_strangers(socket_folder(), data_folder().stat().st_uid)
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(socket_folder() / ".s.PGSQL.5432"))
            line.sendall(struct.pack("!ii", len(hello) + 8, 3 << 16) + hello)
            return _answer(line)
    except (FileNotFoundError, ConnectionError):
        return NOBODY
    except TimeoutError:
        raise PostgresUnavailable("PostgreSQL runs but does not answer.") from None


def _answer(line: socket.socket) -> str:
    with line.makefile("rb") as stream:
        while len(head := stream.read(5)) == 5:
            kind, length = struct.unpack("!ci", head)
            body = stream.read(length - 4)
            if kind == b"E" and (state := re.search(rb"\0C(\w{5})\0", body)):
                return state[1].decode()
            if kind == b"Z":
                line.sendall(struct.pack("!ci", b"X", 4))
                return OPEN
    return NOBODY


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
