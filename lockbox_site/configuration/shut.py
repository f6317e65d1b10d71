"""Nothing goes out of a place to practise, whatever tries: Python itself refuses each
connection of this process to anything but a socket of this machine's file system. The
database is reached by libpq, which Python knows nothing of."""

import socket
import sys
from typing import Any

OUTWARD = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendmsg",
    "socket.sendto",
}
# Addresses of this process's own server, which it may ask whether it answers.
OWN: set[tuple[str, int]] = set()


class Shut(PermissionError):
    """Something tried to go out."""


def shut() -> None:
    """From now on, for as long as the process lives: it can not be undone."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in OUTWARD or _stays_here(arguments):
        return
    raise Shut("This is a place to practise: nothing goes out of it.")


def _stays_here(arguments: tuple[Any, ...]) -> bool:
    place, *more = arguments
    if not isinstance(place, socket.socket):
        return False
    return place.family == socket.AF_UNIX or bool(more and more[0] in OWN)
