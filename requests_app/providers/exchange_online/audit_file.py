"""The audit log of Microsoft 365 as a file, for those who have no machine that reads
it: a search in Purview saved as CSV, or records as JSON.

Nothing is held twice: the file is read on, a record at a time.
"""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from requests_app.providers.exchange_online.audit import is_evidence
from requests_app.providers.reading import LARGEST, Piece, Unreadable

COLUMN = "AuditData"
CSV, JSON = ("csv",), ("json", "jsonl", "ndjson")
PART = 256 * 1024  # characters read at a time
SPACE = " \t\r\n"
# Of the whole process: Python's own is an eighth of what a record may be.
csv.field_size_limit(LARGEST)


def records(raw: bytes, name: str = "") -> Iterator[Piece]:
    """What of the file is evidence; a record that can't be read is given out as one.
    `name`, where the file has one, says what it is. Raises Unreadable for another file,
    and where it is cut off: what has been given then is good."""
    stream = _text(raw)
    try:
        for piece in _cut(stream, name):
            if is_evidence(piece.value):
                yield piece
    except UnicodeError as error:
        raise Unreadable(_("The file is not UTF-8 text.")) from error


def _text(raw: bytes) -> io.TextIOWrapper:
    """Read on as it is asked for. PowerShell may write UTF-16."""
    is_wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if is_wide else "utf-8-sig"
    return io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, newline="")


def _cut(stream: io.TextIOWrapper, name: str) -> Iterator[Piece]:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending and ending not in CSV + JSON:
        raise Unreadable(
            _("A file of the audit log is a .csv, .json or .jsonl, not a .%(kind)s.")
            % {"kind": ending[:20]}
        )
    first = _first(stream)
    if not first:
        raise Unreadable(_("The file is empty."))
    is_json = first in "[{"
    if ending and is_json != (ending in JSON):
        kind = "JSON" if is_json else "CSV"
        text = _("The file is named .%(name)s but does not hold that; is it %(kind)s?")
        raise Unreadable(text % {"name": ending, "kind": kind})
    if first == "[":
        return _array(stream)
    return _lines(stream) if is_json else _rows(stream)


def _first(stream: io.TextIOWrapper) -> str:
    """The first sign that is not space; the stream stands at its beginning again."""
    while sign := stream.read(1):
        if sign not in SPACE:
            break
    stream.seek(0)
    return sign


def _rows(stream: io.TextIOWrapper) -> Iterator[Piece]:
    """Each row's column AuditData, however Excel has separated the columns."""
    head = stream.readline(PART)
    if head.startswith("#TYPE"):
        head = stream.readline(PART)
    mark = ";" if head.count(";") > head.count(",") else ","
    columns = [text.strip() for text in next(csv.reader([head], delimiter=mark), [])]
    if COLUMN not in columns:
        raise Unreadable(
            _("The file has no column AuditData: save the whole result of the search.")
        )
    at = columns.index(COLUMN)
    rows = csv.reader(stream, delimiter=mark)
    try:
        for row in rows:
            if row:
                yield _record(row[at] if at < len(row) else "")
    except csv.Error as error:
        text = _("Line %(line)s can't be read; a record is at most 1 MB.")
        raise Unreadable(text % {"line": rows.line_num + 1}) from error


def _lines(stream: io.TextIOWrapper) -> Iterator[Piece]:
    """A record a line."""
    is_first = True
    while line := stream.readline(LARGEST + 1):
        text = line.strip()
        if len(line) > LARGEST:
            raise Unreadable(_("A record is larger than 1 MB."))
        if not text:
            continue
        piece = _record(text)
        if is_first and piece.value is None:
            raise Unreadable(_("The file does not hold one record a line, nor a list."))
        is_first = False
        yield piece


def _record(text: str) -> Piece:
    raw = text.encode()
    try:
        return Piece(json.loads(text), raw)
    except (ValueError, RecursionError):
        return Piece(None, raw)


def _array(stream: io.TextIOWrapper) -> Iterator[Piece]:
    """A list, an element at a time."""
    decoder, number = json.JSONDecoder(), 0
    rest, at = stream.read(PART), 0
    at = _past(rest, at, SPACE) + 1
    while True:
        at = _past(rest, at, SPACE + "," if number else SPACE)
        if rest[at : at + 1] == "]":
            return
        element = _element(decoder, rest, at)
        # A number may go on in what has not been read.
        if element is None or element[1] == len(rest):
            ahead = stream.read(PART)
            if not ahead or len(rest) - at > LARGEST + PART:
                text = _("Record %(number)s of the list is cut off, too large or odd.")
                raise Unreadable(text % {"number": number + 1})
            rest, at = rest[at:] + ahead, 0
            continue
        value, end = element
        yield Piece(value, rest[at:end].encode())
        at, number = end, number + 1


def _past(text: str, at: int, signs: str) -> int:
    while at < len(text) and text[at] in signs:
        at += 1
    return at


def _element(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Any, int] | None:
    """The value that begins there, and where it ends; None for none yet."""
    try:
        return decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None
