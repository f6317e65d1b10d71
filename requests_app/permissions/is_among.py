"""`key in (…)` for rights, in a shape that the database asks once and first."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value


def is_among(key: str, keys: QuerySet) -> Func:
    """As `Q(key__in=…)` of these keys; none of them may be NULL.

    Beside an `or`, the database would walk through every row there is, and ask of each
    whether it is among them; an array it reads once, and looks its rows up by index.
    """
    return _is_in(key, ArraySubquery(keys))


def is_one_of(key: str, keys: list[int]) -> Func:
    """The same of keys that are known: one parameter, however many they are."""
    return _is_in(key, Value(keys, output_field=ArrayField(BigIntegerField())))


def _is_in(key: str, array: Any) -> Func:
    return Func(
        F(key),
        array,
        arg_joiner=" = any(",
        template="%(expressions)s)",
        output_field=BooleanField(),
    )
