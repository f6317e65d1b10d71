"""What names a world: the arguments of its making, and the row that came of it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model

PLAIN = (str, int, bytes, datetime, date, timedelta, type(None))


def named(result: Any) -> tuple[type[Model], Any] | None:
    return None if result is None else (type(result), result.pk)


def again(named: tuple[type[Model], Any] | None) -> Any:
    return named and named[0]._default_manager.get(pk=named[1])


def in_words(value: Any) -> Any:
    """What an argument says, for the name of a world."""
    if isinstance(value, Model) and not value._state.adding:
        fields = [field.attname for field in value._meta.concrete_fields]
        return value._meta.label, [repr(value.__dict__.get(name)) for name in fields]
    if isinstance(value, (tuple, list)):
        return [type(value).__name__, *map(in_words, value)]
    if isinstance(value, dict):
        return sorted((name, in_words(one)) for name, one in value.items())
    if isinstance(value, Stateless):
        return type(value).__name__
    if isinstance(value, PLAIN):
        return value
    raise Untold


class Untold(Exception):
    """An argument that is not known again."""


class Stateless:
    """Holds nothing of its own: what it does is told by what it is asked."""
