"""A question or an answer between two processes: a line of JSON, and bytes after it."""

import json
from collections.abc import Sequence
from typing import IO, Any, NamedTuple


class Load(NamedTuple):
    about: dict[str, Any]
    bodies: list[bytes]


def write(stream: IO[bytes], about: dict[str, Any], bodies: Sequence[bytes]) -> None:
    sizes = [len(body) for body in bodies]
    stream.write(json.dumps({"about": about, "sizes": sizes}).encode() + b"\n")
    for body in bodies:
        stream.write(body)
    stream.flush()


def read(stream: IO[bytes]) -> Load:
    """Raises ValueError for what is cut short."""
    head = json.loads(stream.readline())
    bodies = [stream.read(size) for size in head["sizes"]]
    if [len(body) for body in bodies] != head["sizes"]:
        raise ValueError("cut short")
    return Load(head["about"], bodies)
