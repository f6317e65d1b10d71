"""Reading what a provider sent: cutting a document into applications, byte for byte."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

LARGEST = 1024 * 1024  # bytes of one application's payload


class Unreadable(Exception):
    """The document or a part of it is not what the provider's specification says;
    `raw` is what could not be read, where that is known."""

    def __init__(self, trouble: str, raw: bytes = b"") -> None:
        super().__init__(trouble)
        self.raw = raw


class Piece(NamedTuple):
    """One application's JSON, parsed, and the very bytes it was written in."""

    value: Any
    raw: bytes


@contextmanager
def reading(raw: bytes) -> Iterator[None]:
    """Whatever odd bytes do to those who read them inside is Unreadable, and says which
    bytes."""
    try:
        yield
    except Unreadable as error:
        error.raw = error.raw or raw
        raise
    except Exception as error:
        trouble = _("It is not what the provider's specification says (%(error)s).")
        kind = type(error).__name__
        raise Unreadable(trouble % {"error": kind}, raw) from error


def refuse_doubles(raw: bytes) -> None:
    """Raises Unreadable where a key stands twice in an object: whoever reads it next
    may take the other one."""
    json.loads(raw, object_pairs_hook=without_doubles)


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For `json.loads`: an object whose keys each stand once. Raises Unreadable."""
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    keys = [key for key, _value in pairs]
    double = next(key for key in keys if keys.count(key) > 1)
    raise Unreadable(
        _("“%(key)s” stands twice in one object.") % {"key": text_of(double, "")[:100]}
    )


def document(raw: bytes) -> tuple[Any, str]:
    """The parsed document and its text. Raises Unreadable with the place."""
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text), text
    except UnicodeDecodeError as error:
        raise Unreadable(_("The file is not UTF-8 text.")) from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            _("The file is not JSON: line %(line)s, column %(column)s.")
            % {"line": error.lineno, "column": error.colno}
        ) from error
    except ValueError as error:
        raise Unreadable(_("The file holds a number that is too long.")) from error
    except RecursionError as error:
        raise Unreadable(_("The file is nested too deeply.")) from error


def pieces(text: str, path: tuple[str, ...]) -> Iterator[Piece]:
    """The elements of the array at this path of object keys, as they were written."""
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    for key in path:
        at = _find_key(decoder, text, at, key)
    if text[at] != "[":
        raise Unreadable(_("A list was expected."))
    at = _skip(text, at + 1)
    while text[at] != "]":
        value, end = decoder.raw_decode(text, at)
        yield Piece(value, text[at:end].encode())
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def piece(text: str, path: tuple[str, ...]) -> Piece:
    """The value at this path of object keys, as it was written."""
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    for key in path:
        at = _find_key(decoder, text, at, key)
    value, end = decoder.raw_decode(text, at)
    return Piece(value, text[at:end].encode())


def _find_key(decoder: json.JSONDecoder, text: str, at: int, wanted: str) -> int:
    """Where the value of this key of the object at `at` begins, in valid JSON."""
    places = []
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, end = decoder.raw_decode(text, at)
        at = _skip(text, _skip(text, end) + 1)
        if key == wanted:
            places.append(at)
        _value, end = decoder.raw_decode(text, at)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    if not places:
        raise Unreadable(_("“%(key)s” is missing.") % {"key": wanted})
    if len(places) > 1:
        raise Unreadable(_("“%(key)s” stands twice in one object.") % {"key": wanted})
    return places[0]


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n\r":
        at += 1
    return at


def text_of(value: Any, name: str) -> str:
    """A string; a number is taken for its digits; nothing is the empty string."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(_("“%(key)s” is not a text.") % {"key": name})
    # NUL and half characters can stand in JSON but not in PostgreSQL; the payload keeps
    # them as they were.
    text = str(value).replace("\x00", "�")
    return text.encode("utf-8", "replace").decode()


def instant(value: Any, name: str) -> datetime | None:
    """An aware instant, or None for nothing. A time without zone is refused."""
    text = text_of(value, name)
    if not text:
        return None
    try:
        # .NET writes seven decimals, Python reads six.
        time = parse_datetime(text) or parse_datetime(text.replace("Z", "")[:26] + "Z")
    except ValueError:
        time = None
    if time is not None and time.year == 1:
        return None  # .NET's word for no time at all
    if time is None or timezone.is_naive(time) or not 2000 <= time.year < 2100:
        raise Unreadable(
            _("“%(key)s” is not a time with a zone: %(value)s")
            % {"key": name, "value": text[:40]}
        )
    return time
