"""Tables as PostgreSQL copies them out: sections of a plain dump, and their rows."""

import re
from binascii import a2b_hex
from collections.abc import Iterator
from typing import IO, NamedTuple

from .note import Malformed

# Bytes handed on at a time, or a row that is larger.
BLOCK = 1 << 20
# A table's rows begin; or which table has its versions where, as the trigger that holds
# them together says.
HEADING = re.compile(
    rb"^COPY (?:public\.)?\"?(?P<table>\w+)\"? \((?P<columns>[^)]*)\) FROM stdin;\n"
    rb"|^CREATE CONSTRAINT TRIGGER audit_history .* ON (?:public\.)?\"?(?P<live>\w+)\"?"
    rb" .*audit_history_matches\('(?P<history>\w+)'",
    re.M,
)
ENDS = b"\\.\n"
NULL = b"\\N"
ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.S)
LETTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


class Section(NamedTuple):
    """The rows of a table, in blocks of whole lines that end with a newline."""

    table: str
    columns: list[str]
    blocks: Iterator[bytes]


def plain(text: bytes) -> bytes:
    """What stands in a column that is not null."""
    if b"\\" not in text:
        return text
    if text.count(b"\\") == 2 * text.count(b"\\\\"):
        return text.replace(b"\\\\", b"\\")
    return ESCAPE.sub(_letter, text)


def _letter(match: re.Match[bytes]) -> bytes:
    # PostgreSQL writes no numbers of bytes, only letters and what stands for itself.
    return LETTERS.get(match[1], match[1])


def binary(text: bytes) -> bytes:
    """The bytes of a bytea."""
    return a2b_hex(text[3:])


class Dump:
    """A plain dump as it is read, once. `histories` is whole when it has ended."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.read = b""  # and not looked at yet
        self.histories: dict[str, str] = {}

    def sections(self) -> Iterator[Section]:
        """Whoever does not read the blocks of one skips them. Raises Malformed where a
        table comes twice: one of them is a text in the dump that looks like it."""
        tables = set()
        while block := self._block():
            match = HEADING.search(block)
            if not match:
                continue
            self.read = block[match.end() :]
            if match["table"]:
                names = [
                    name.strip(' "') for name in match["columns"].decode().split(",")
                ]
                blocks, table = self._rows(), match["table"].decode()
                if table in tables:
                    raise Malformed(f"the rows of {table} stand in the dump twice")
                tables.add(table)
                yield Section(table, names, blocks)
                for _block in blocks:
                    pass
            else:
                self.histories[match["live"].decode()] = match["history"].decode()

    def _block(self) -> bytes:
        """Whole lines; nothing where the dump ends."""
        block, self.read = self.read or self.stream.read(BLOCK), b""
        return block if block.endswith(b"\n") else block + self.stream.readline()

    def _rows(self) -> Iterator[bytes]:
        while True:
            block = self._block()
            if not block.endswith(b"\n"):
                raise EOFError("the dump ends in the middle of a table")
            end = 0 if block.startswith(ENDS) else block.find(b"\n" + ENDS) + 1
            is_last = end > 0 or block.startswith(ENDS)
            if is_last:
                block, self.read = block[:end], block[end + len(ENDS) :]
            if block:
                yield block
            if is_last:
                return
