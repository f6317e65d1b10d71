"""Is a value that a change told, as JSON, the one that stands in a column of a dump?

The column's type is not known: both are written in one way first, whatever they are.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .copied import NULL, plain

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
