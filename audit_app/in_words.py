"""How history shows names and values: in words, never as codes or keys of ours."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import models
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

# What tells a name or a value in words, from what the database holds.
Words = Callable[[Any, dict[str, Any]], str]


class Name(NamedTuple):
    """How rows of a model are named in history: SQL, and words for what it gives."""

    sql: str
    words: Callable[[str], str] = str


class Shield(NamedTuple):
    """Columns whose values are not told, and of which rows, as SQL."""

    fields: tuple[str, ...]
    sql: str


# Models whose rows are shown by name in history.
names_by_model: dict[type[models.Model], Name] = {}
shields: dict[type[models.Model], Shield] = {}
# Fields whose values are codes: how they read. And lists of keys: of which model.
_words: dict[tuple[type[models.Model], str], Words] = {}
_lists: dict[tuple[type[models.Model], str], type[models.Model]] = {}


def show_by_name(
    model: type[models.Model], sql: str, words: Callable[[str], str] = str
) -> None:
    """Register how rows of a model are named in history, as an SQL expression: null
    where the row is no longer what was recorded."""
    names_by_model[model] = Name(sql, words)


def shield(model: type[models.Model], fields: tuple[str, ...], sql: str) -> None:
    """Register columns whose values are shown of no row that the condition holds of."""
    shields[model] = Shield(fields, sql)


def show_in_words(model: type[models.Model], field: str, words: Words) -> None:
    """Register how a field that holds codes reads: from its value, and the row that
    stands with it. What reads as nothing is not shown."""
    _words[model, field] = words


def show_list_by_name(
    model: type[models.Model], field: str, of: type[models.Model]
) -> None:
    """Register that a field lists keys of another model."""
    _lists[model, field] = of


def is_in_words(field: models.Field) -> bool:
    """Does history show neither a key nor a code of it?"""
    key = (field.model, field.name)
    if field.is_relation:
        return field.related_model in names_by_model
    return bool(field.choices) or key in _words or key in _lists


def pointed_at(field: models.Field) -> Any:
    return field.related_model or _lists.get((field.model, field.name))


def keys_in(value: Any) -> list[Any]:
    """One key, a list of them, or none."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def is_empty(value: Any) -> bool:
    return value is None or value == ""


def in_words(
    field: models.Field,
    value: Any,
    names: dict[tuple[type[models.Model], str], str],
    row: dict[str, Any],
) -> str:
    """A value from the database's JSON as a person reads it."""
    if is_empty(value):
        return ""
    if words := _words.get((field.model, field.name)):
        return words(value, row)
    if (model := pointed_at(field)) is not None:
        # What has no name says that something was there, and no number of ours.
        labels = [names.get((model, str(key)), _("(gone)")) for key in keys_in(value)]
        return ", ".join(labels)
    return _plain(field, value)


def _plain(field: models.Field, value: Any) -> str:
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, models.DateTimeField):
        when = parse_datetime(value)
        return (
            formats.date_format(timezone.localtime(when), "j F Y H.i") if when else ""
        )
    if isinstance(value, dict):
        return "\n".join(f"{key}: {item}" for key, item in value.items() if item)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def exactly(field: models.Field, value: Any) -> str:
    """A moment to the second, and by summer time or not: for two that are within a
    minute, or an hour apart where the clocks are put back. Empty for what is none."""
    if is_empty(value) or not isinstance(field, models.DateTimeField):
        return ""
    when = parse_datetime(value)
    if when is None:
        return ""
    local = timezone.localtime(when)
    return f"{formats.date_format(local, 'j F Y H.i.s')} {local.tzname()}"
