"""The Swedish order of names, also where PostgreSQL has no ICU."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Func, Model, OrderBy, QuerySet
from django.db.models.functions import Collate

# Fields that people read as names in lists and pickers.
NAMES = {"name", "designation", "title", "first_name", "last_name", "username"}


def in_swedish(path: str) -> Collate:
    """The key by which a name is sorted (lockbox_swedish in migrations/0006)."""
    return Collate(Func(path, function="lockbox_swedish"), "C")


def ordered(model: type[Model], names: Iterable[Any]) -> list[Any]:
    """A model's ordering, with every name in it in Swedish order."""
    return [one for name in names for one in _one(model, name)]


def _one(model: type[Model], name: Any) -> list[Any]:
    if not isinstance(name, str):
        return [name]
    path, falls = name.removeprefix("-"), name.startswith("-")
    field = _field(model, path)
    if field is None:
        return [name]
    if field.related_model is not None and not path.endswith("_id"):
        other: Any = field.related_model
        below = [f"{path}__{key}" for key in other._meta.ordering]
        keys = ordered(model, below) or [path]
        return [_turned(key) for key in keys] if falls else keys
    if field.name not in NAMES:
        return [name]
    return [OrderBy(in_swedish(path), descending=falls)]


def _turned(key: Any) -> Any:
    if isinstance(key, OrderBy):
        key.reverse_ordering()
        return key
    return key[1:] if key.startswith("-") else f"-{key}"


def _field(model: type[Model], path: str) -> Field | None:
    """The field at the end of a path; None for what is no field, such as "pk"."""
    field: Any = None
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        model = field.related_model or model
    return field


def by_name(rows: QuerySet) -> QuerySet:
    """Rows in their model's own order, which is that of names."""
    return rows.order_by(*ordered(rows.model, rows.model._meta.ordering or ()))


LAST_LETTERS = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


def swedish_key(text: str) -> str:
    """The key of Swedish order, for words that are in no table."""
    return text.casefold().translate(LAST_LETTERS)
