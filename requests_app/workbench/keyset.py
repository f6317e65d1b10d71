"""The rows after or before a row, in any order of a list: found by what the row holds,
not by passing over all that come before it."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, OrderBy, Q, QuerySet

KEY = "key_{}"


class BadKey(Exception):
    """An address that names no place in the list."""


class Ordering:
    """An order that no two rows share a place in. Each row holds its key.

    PostgreSQL's own place of what is empty: last where it rises, first where it falls.
    """

    def __init__(self, names: Sequence[Any]) -> None:
        self.keys = [_as_order(name) for name in names]

    def rows(self, queryset: QuerySet, *, backwards: bool = False) -> QuerySet:
        """The rows in this order, or from its end."""
        keys = {KEY.format(n): key.expression for n, key in enumerate(self.keys)}
        order = [
            OrderBy(F(name), descending=key.descending != backwards)
            for name, key in zip(keys, self.keys, strict=True)
        ]
        return queryset.annotate(**keys).order_by(*order)

    def past(self, text: str, *, backwards: bool = False) -> Q:
        """Rows beyond the one of that key. Raises BadKey."""
        values = _read(text, len(self.keys))
        beyond, same = Q(pk__in=[]), Q()
        for number, (key, value) in enumerate(zip(self.keys, values, strict=True)):
            name = KEY.format(number)
            falls = key.descending != backwards
            beyond |= same & _beyond(name, value, falls)
            same &= Q(**{f"{name}__isnull": True} if value is None else {name: value})
        return self._from(values, backwards) & beyond

    def _from(self, values: list[Any], backwards: bool) -> Q:
        """Where an index can begin: by the first key alone."""
        falls = self.keys[0].descending != backwards
        if values[0] is None:
            return Q() if falls else Q(**{KEY.format(0) + "__isnull": True})
        sign = "lte" if falls else "gte"
        begins = Q(**{f"{KEY.format(0)}__{sign}": values[0]})
        return begins if falls else begins | Q(**{KEY.format(0) + "__isnull": True})

    def key_of(self, row: Any) -> str:
        values = [getattr(row, KEY.format(n)) for n in range(len(self.keys))]
        text = json.dumps(values, cls=_ToTheMicrosecond, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _beyond(name: str, value: Any, falls: bool) -> Q:
    """Rows whose key stands after this value."""
    empty = Q(**{f"{name}__isnull": True})
    if falls:
        return ~empty if value is None else Q(**{f"{name}__lt": value})
    return Q(pk__in=[]) if value is None else Q(**{f"{name}__gt": value}) | empty


def _as_order(name: Any) -> OrderBy:
    if isinstance(name, OrderBy):
        return name
    if isinstance(name, str):
        return OrderBy(F(name.removeprefix("-")), descending=name.startswith("-"))
    return OrderBy(name)


def _read(text: str, count: int) -> list[Any]:
    try:
        padded = text + "=" * (-len(text) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadKey(text) from error
    if not isinstance(values, list) or len(values) != count:
        raise BadKey(text)
    if not all(map(_can_be_held, values)):
        raise BadKey(text)
    return values


def _can_be_held(value: Any) -> bool:
    """By a field: of anything else the database is not asked."""
    if isinstance(value, str):
        return "\0" not in value
    return value is None or isinstance(value, int | float)


class _ToTheMicrosecond(DjangoJSONEncoder):
    """Django's own cuts a moment to milliseconds, and its row would come again."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
