"""Tables as PostgreSQL copies them out: sections of a plain dump, and their rows."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import IO, NamedTuple

# Lines handed on at a time.
PIECE = 8_000
BEGINS = re.compile(rb"COPY (?:public\.)?\"?(\w+)\"? \(([^)]*)\) FROM stdin;")
# Which table has its versions where, as the trigger that holds them together says.
HISTORY = re.compile(
    rb"CREATE CONSTRAINT TRIGGER audit_history .* ON (?:public\.)?\"?(\w+)\"?"
    rb" .*audit_history_matches\('(\w+)'"
)
ENDS = b"\\.\n"
NULL = b"\\N"
ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.S)
LETTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


class Section(NamedTuple):
    """The rows of a table, in pieces of lines that end with a newline."""

    table: str
    columns: list[str]
    pieces: Iterator[list[bytes]]


def plain(text: bytes) -> bytes:
    """What stands in a column that is not null."""
    return ESCAPE.sub(_letter, text) if b"\\" in text else text


def _letter(found: re.Match[bytes]) -> bytes:
    # PostgreSQL writes no numbers of bytes, only letters and what stands for itself.
    return LETTERS.get(found[1], found[1])


def binary(text: bytes) -> bytes:
    """Of a bytea."""
    return bytes.fromhex(text[3:].decode())


class Dump:
    """A plain dump as it is read, once. `histories` is whole when it has ended."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.histories: dict[str, str] = {}

    def sections(self) -> Iterator[Section]:
        """Whoever does not read the pieces of one skips them."""
        for line in self.stream:
            if found := BEGINS.match(line):
                names = [name.strip(' "') for name in found[2].decode().split(",")]
                rows = iter(self.stream.readline, ENDS)
                pieces = _pieces(rows)
                yield Section(found[1].decode(), names, pieces)
                for _piece in pieces:
                    pass
            elif found := HISTORY.match(line):
                self.histories[found[1].decode()] = found[2].decode()


def _pieces(rows: Iterator[bytes]) -> Iterator[list[bytes]]:
    while piece := list(islice(rows, PIECE)):
        if piece[-1] == b"":
            raise EOFError("the dump ends in the middle of a table")
        yield piece
