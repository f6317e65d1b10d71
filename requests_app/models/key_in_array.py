"""`key in (…)` for rights, in a shape that the database asks once and first."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    F,
    Func,
    QuerySet,
    TextField,
    Value,
)

from audit_app.prewritten import Texts

KEYS: Any = ArrayField(BigIntegerField())
TEXTS: Any = ArrayField(TextField())


def key_in_array(key: str, keys: QuerySet) -> Func:
    """`Q(key__in=…)` of keys none of which is NULL, in a shape that is asked once and
    first. Beside an `or`, the database would walk through every row there is, and ask
    of each whether it is among them; an array it reads once, and looks its rows up by
    index."""
    return _is_in(key, ArraySubquery(keys))


def is_one_of(key: Any, keys: list[int] | Texts) -> Func:
    """`key in (…)` of keys that are known: one parameter, however many they are."""
    return _is_in(key, these(keys))


def is_given_by(key: Any, function: str, *values: Any) -> Func:
    """`key in (select function(…))`, of a function of the database's own that gives
    keys. It is reckoned to give a thousand, and every row would be read for them."""
    keys = Func(
        *values,
        function=function,
        template="array(select %(function)s(%(expressions)s))",
        output_field=KEYS,
    )
    return _is_in(key, keys)


def is_in_matter(key: Any, *access_requests: int) -> Func:
    """Is a request's key one of these, of what they extend or were merged with, or of
    what extends them? The database knows the rule."""
    return is_given_by(key, "lockbox_matters", these(list(access_requests)))


def these(keys: list[int] | Texts) -> Value:
    """Keys as one value, for such a function."""
    return Value(keys, output_field=TEXTS if isinstance(keys, Texts) else KEYS)


def _is_in(key: Any, array: Any) -> Func:
    return Func(
        F(key) if isinstance(key, str) else key,
        array,
        arg_joiner=" = any(",
        template="%(expressions)s)",
        output_field=BooleanField(),
    )
