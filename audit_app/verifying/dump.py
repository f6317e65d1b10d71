"""Dump: copied, lookup, processes and values."""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import re
from array import array
from binascii import a2b_hex
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from multiprocessing.connection import wait
from multiprocessing.sharedctypes import RawArray
from typing import IO, Any, NamedTuple

from .proofs import Malformed

# Tables as PostgreSQL copies them out: sections of a plain dump, and their rows.

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


# Numbers found by numbers, in eight bytes each where they lie close together.

NONE = -1


class Lookup:
    """A table of keys and values that are 0 or more."""

    def __init__(self, keys: array[int], values: array[int]) -> None:
        self.first = keys[0] if keys else 0
        self.packed: array[int] | None = None
        self.loose: dict[int, int] = {}
        if keys == array("q", range(self.first, self.first + len(keys))):
            self.packed = values
            return
        self.first = min(keys)
        span = max(keys) - self.first + 1
        if span > 4 * len(keys) + 1000:
            self.loose = dict(zip(keys, values, strict=True))
            return
        self.packed = array("q", [NONE]) * span
        packed, first = self.packed, self.first
        for key, value in zip(keys, values, strict=True):
            packed[key - first] = value

    def get(self, key: int) -> int:
        """The value of a key, or NONE."""
        if self.packed is None:
            return self.loose.get(key, NONE)
        place = key - self.first
        return self.packed[place] if 0 <= place < len(self.packed) else NONE

    def each(self, keys: array[int]) -> Iterator[int]:
        packed, first = self.packed, self.first
        if packed is None or not keys:
            return (self.get(key) for key in keys)
        if min(keys) < first or max(keys) >= first + len(packed):
            return (self.get(key) for key in keys)
        return (packed[key - first] for key in keys)


# Several processes that work on blocks of bytes, and read them where they lie.

NUMBER = 2
# Blocks that each has before it, and the room for one. Threads are not used: whoever
# reads rows of a database would wait for them at every row.
AHEAD = 3
ROOM = 2 << 20
Work = Callable[[bytes], Any]


class Processes:
    """Used as a context manager."""

    def __init__(self) -> None:
        has_fork = "fork" in multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("fork" if has_fork else "spawn")
        self.slots = [RawArray(ctypes.c_char, ROOM) for _slot in range(AHEAD * NUMBER)]
        self.all, self.ends = [], []
        for _number in range(NUMBER):
            ours, theirs = context.Pipe()
            arguments = (self.slots, theirs)
            self.all.append(context.Process(target=_serve, args=arguments, daemon=True))
            self.ends.append(ours)

    def __enter__(self) -> Processes:
        for one in self.all:
            one.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for one in self.all:
            one.terminate()
            one.join()

    def each(self, work: Work, blocks: Iterable[bytes]) -> Iterator[Any]:
        """What comes of each, in their order. The blocks are read here, by whose
        connection it is, and no more of them than the processes keep up with."""
        running: deque[Callable[[], Any]] = deque()
        for number, block in enumerate(blocks):
            if len(running) == len(self.slots):
                yield running.popleft()()
            running.append(self._begin(work, block, number))
        while running:
            yield running.popleft()()

    def _begin(self, work: Work, block: bytes, number: int) -> Callable[[], Any]:
        """Returns what gives the answer."""
        if len(block) > ROOM:
            answer = work(block)
            return lambda: answer
        slot, end = number % len(self.slots), self.ends[number % NUMBER]
        ctypes.memmove(self.slots[slot], block, len(block))
        end.send((work, slot, len(block)))
        return lambda: _answer(end.recv())


def _answer(answer: Any) -> Any:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _serve(slots: list[Any], end: Any) -> None:
    """Until there is nobody to work for."""
    parent = multiprocessing.parent_process()
    while parent and parent.sentinel not in wait([end, parent.sentinel]):
        work, slot, size = end.recv()
        try:
            answer = work(ctypes.string_at(slots[slot], size))
        except Exception as error:
            answer = error
        end.send(answer)


# Is a value that a change told, as JSON, the one that stands in a column of a dump?
#
# The column's type is not known: both are written in one way first, whatever they are.

NOTHING = "\0"
MOMENT = re.compile(
    r"\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::\d\d){0,2})"
)
EXPONENT = re.compile(r"-?\d+(\.\d+)?[eE][+-]?\d+")
# Of an array: what opens or closes one, what is quoted, and what is not.
PART = re.compile(r'([{},])|"((?:[^"\\]|\\.)*)"|([^{},"\\]+)', re.S)


def from_json(body: bytes) -> Any:
    """Numbers as they are written."""
    return json.loads(body, parse_int=str, parse_float=str)


def is_same(value: Any, field: bytes) -> bool:
    if value is None or field == NULL:
        return value is None and field == NULL
    text = plain(field).decode()
    return value == text or _written(value) == _of_text(text)


def _written(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict):
        pairs = sorted((key, _written(one)) for key, one in value.items())
        return repr(pairs) if pairs else "{}"
    if isinstance(value, list):
        return repr([_written(one) for one in value]) if value else "{}"
    return _of_text(value)


def _of_text(text: str) -> str:
    """A value's text also where it is a text, which may only look like something else:
    then both do."""
    if text[:1] in ("{", "[", '"'):
        try:
            return _written(from_json(text.encode()))
        except ValueError:
            pass
    if text.startswith("{") and (items := _array(text)) is not None:
        return _written(items)
    if EXPONENT.fullmatch(text):
        return f"{Decimal(text):f}"
    return MOMENT.sub(_in_utc, text)


def _in_utc(match: re.Match[str]) -> str:
    try:
        return datetime.fromisoformat(match[0]).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return match[0]


def _array(text: str) -> list[Any] | None:
    """An array as PostgreSQL writes one, or nothing."""
    parts, at = [], 0
    while at < len(text):
        if not (match := PART.match(text, at)):
            return None
        parts.append(match.groups())
        at = match.end()
    rest = iter(parts[1:])
    try:
        items = _items(rest)
    except StopIteration:
        return None
    return items if next(rest, None) is None else None


def _items(parts: Iterator[tuple[str | None, ...]]) -> list[Any]:
    """Up to the brace that closes. Raises StopIteration where none does."""
    items: list[Any] = []
    while True:
        mark, quoted, bare = next(parts)
        if mark == "}":
            return items
        if mark == "{":
            items.append(_items(parts))
        elif quoted is not None:
            items.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.S))
        elif bare is not None:
            items.append(None if bare == "NULL" else bare)
