"""Changes: in words and noticing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connections, models
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from audit_app.history import Source, versions

# How history shows names and values: in words, never as codes or keys of ours.

# What tells a name or a value in words, from what the database holds.
Words = Callable[[Any, dict[str, Any]], str]


class Name(NamedTuple):
    """How rows of a model are named in history: SQL, and words for what it gives."""

    sql: str
    words: Callable[[str], str] = str
    null_is_altered: bool = False


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
# Fields that are not for reading: digests, keys of ours whose words stand beside them.
_hidden: set[tuple[type[models.Model], str]] = set()
# The same of every model: keys, counters, and copies of what is shown beside them.
HIDDEN = {"id", "version", "delegation_snapshot"}


def show_by_name(
    model: type[models.Model],
    sql: str,
    words: Callable[[str], str] = str,
    *,
    null_is_altered: bool = False,
) -> None:
    """Register how rows of a model are named in history, as an SQL expression. Null is
    what has no name yet; or, where it says so, what is no longer what was recorded."""
    names_by_model[model] = Name(sql, words, null_is_altered)


def shield(model: type[models.Model], fields: tuple[str, ...], sql: str) -> None:
    """Register columns whose values are shown of no row that the condition holds of."""
    shields[model] = Shield(fields, sql)


def show_in_words(model: type[models.Model], field: str, words: Words) -> None:
    """Register how a field that holds codes reads: from its value, and the row that
    stands with it."""
    _words[model, field] = words


def hide(model: type[models.Model], *fields: str) -> None:
    """Register fields that history does not show."""
    _hidden.update((model, field) for field in fields)


def is_shown(field: models.Field) -> bool:
    return field.name not in HIDDEN and (field.model, field.name) not in _hidden


def show_list_by_name(
    model: type[models.Model], field: str, of: type[models.Model]
) -> None:
    """Register that a field holds keys of another model: a list of them, or more."""
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
    """One key, several in lists and dictionaries, or none: each once."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return list(dict.fromkeys(key for part in value for key in keys_in(part)))
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
        try:
            return words(value, row)
        except (AttributeError, LookupError, TypeError, ValueError):
            return str(value)  # not as we write it: whoever did is to be seen
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


# What was found, while looking, to be another than what was recorded.
#
# Noticed wherever it is met; whoever runs the request or the round reports it
# afterwards,
# in a transaction of its own: what was being read may be rolled back.


class NoticedRow(NamedTuple):
    """A row of this table, by its key, and the page's object where it was met."""

    object_type: str
    object_id: str
    place: Any


_place: ContextVar[Any] = ContextVar("place", default=None)
_notices: ContextVar[dict[tuple[str, str], NoticedRow] | None] = ContextVar(
    "notices", default=None
)


@contextmanager
def noticing() -> Iterator[dict[tuple[str, str], NoticedRow]]:
    """Inside, what is noticed is collected, once each."""
    notices: dict[tuple[str, str], NoticedRow] = {}
    tokens = _notices.set(notices), _place.set(None)
    try:
        yield notices
    finally:
        _notices.reset(tokens[0])
        _place.reset(tokens[1])


def looking_at(place: Any) -> None:
    """What is noticed from here on belongs to this object."""
    _place.set(place)


def notice(object_type: str, object_id: str) -> None:
    notices = _notices.get()
    if notices is not None:
        key = (object_type, object_id)
        notices.setdefault(key, NoticedRow(*key, _place.get()))


# Reading history: who changed what from what to what, over one or more models.

# Of the ids of people, those whose names may be told.
Known = Callable[[set[int]], set[int]]


class Names(dict[tuple[type[models.Model], str], str]):
    """What a row of a model is called, by its key as text; and which are shielded."""

    def __init__(self) -> None:
        super().__init__()
        self.shielded: set[tuple[type[models.Model], str]] = set()


Keys = Mapping[type[models.Model], set[Any]]
NO_KEYS: Keys = MappingProxyType({})


class Field(NamedTuple):
    label: str
    before: str
    after: str


class Change(NamedTuple):
    """One version of one row, as what it changed."""

    # "+", "~" or "-"; of a row below this one ">" where it came from elsewhere, and "<"
    # where it went there.
    kind: str
    what: str
    fields: list[Field]


class Transaction(NamedTuple):
    """What was changed as one, by one person."""

    at: datetime
    by: str
    reason: str
    changes: list[Change]


class Page(NamedTuple):
    """`more` says that older versions follow on a next page."""

    transactions: list[Transaction]
    more: bool


def changes(
    sources: Iterable[Source],
    *,
    masked: Iterable[models.Field] | None = None,
    known: Known | None = None,
    limit: int = 50,
    offset: int = 0,
    using: str = "default",
) -> Page:
    """The newest changes first, each against the version before it. Two queries.

    `limit` and `offset` count versions. Where fields are `masked`, their values are not
    shown, only that they changed, and neither are the reasons given. Where `known` is
    given, people are named whose ids it returns; others, elsewhere, say no reason.
    """
    sources = list(sources)
    by_table = {source.model._meta.db_table: source.model for source in sources}
    rows = versions(sources, limit + 1, offset, using)
    more, rows = len(rows) > limit, rows[:limit]
    signers = {row["after"]["history_user_id"] for row in rows}
    names = look_up(rows, by_table, using, also={get_user_model(): signers})
    if known is not None:
        _hide_people(rows, names, known)
    hidden = set(masked or ())
    # A pointer at the very thing whose history is read says nothing.
    parents = {source.column for source in sources}
    entries = []
    for _xid, group in groupby(rows, key=lambda row: row["xid"]):
        together = list(group)
        candidates = [
            Change(
                kind=row["moved"] or row["type"],
                what=str(by_table[row["table"]]._meta.verbose_name),
                fields=fields_of(by_table[row["table"]], row, names, hidden, parents),
            )
            for row in together
        ]
        first = together[0]
        shown = [change for change in candidates if change.fields or change.kind != "~"]
        if shown:
            reason = "" if masked is not None else first["reason"] or ""
            signer = names.get(
                (get_user_model(), str(first["after"]["history_user_id"]))
            )
            entries.append(Transaction(first["date"], signer or "", reason, shown))
    return Page(entries, more)


def _hide_people(
    rows: list[dict[str, Any]],
    names: Names,
    known: Known,
) -> None:
    """Leave the names of those who are known, and their reasons; one query."""
    person = get_user_model()
    ids = {int(pk) for model, pk in names if model is person}
    hidden = ids - known(ids)
    elsewhere = _("another authority")
    for row in rows:
        if row["after"]["history_user_id"] in hidden:
            row["reason"] = ""
    for key in names:
        if key[0] is person and int(key[1]) in hidden:
            names[key] = elsewhere


def look_up(
    rows: list[dict[str, Any]],
    by_table: dict[str, type[models.Model]],
    using: str,
    also: Keys = NO_KEYS,
) -> Names:
    """Names for every foreign key in the rows, and for the keys named beside them, and
    which rows are shielded, in one query. A row is a dictionary of its `table`, and
    `before` and `after` as the database writes them in JSON."""
    keys = {model: some for model, some in _keys(rows, by_table, also).items() if some}
    order = [*keys, *({by_table[row["table"]] for row in rows} & shields.keys())]
    quote = connections[using].ops.quote_name
    parts = []
    for number, model in enumerate(order):
        pk, table = quote(model._meta.pk.column), quote(model._meta.db_table)
        if number < len(keys):
            name, which = names_by_model[model].sql, f"{pk} = ANY(%s)"
        else:
            name, which = "null", shields[model].sql
        columns = f"SELECT {number}, {pk}::text, ({name})::text"
        parts.append(f"{columns} FROM {table} WHERE {which}")
    names = Names()
    for number, pk, name in _fetch(parts, list(map(list, keys.values())), using):
        model = order[number]
        if number >= len(keys):
            names.shielded.add((model, pk))
        elif name is not None:
            names[model, pk] = names_by_model[model].words(name)
        elif names_by_model[model].null_is_altered:
            names[model, pk] = _altered(model, pk)
        else:
            names[model, pk] = str(model._meta.verbose_name)
    return names


def _fetch(parts: list[str], values: list[Any], using: str) -> list[Any]:
    if not parts:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return cursor.fetchall()


def _keys(
    rows: list[dict[str, Any]], by_table: dict[str, type[models.Model]], also: Keys
) -> dict[type[models.Model], set[Any]]:
    keys: dict[type[models.Model], set[Any]] = defaultdict(set)
    for model, more in also.items():
        keys[model].update(more)
    for row in rows:
        for field in by_table[row["table"]]._meta.fields:
            model = pointed_at(field)
            if model in names_by_model:
                for version in (row["before"] or {}, row["after"]):
                    keys[model].update(keys_in(version.get(field.column)))
    return keys


def _altered(model: type[models.Model], pk: str) -> str:
    notice(model._meta.db_table, pk)
    return _("(changed outside the system: not shown)")


def fields_of(
    model: type[models.Model],
    row: dict[str, Any],
    names: Names,
    hidden: set[models.Field],
    parents: set[str],
) -> list[Field]:
    """What differs between `before` and `after` of a row of `look_up` with its `type`,
    in words; of `hidden` fields only that they do. Of a row that `moved` all that it
    said."""
    before, after = _sides(row)
    if (model, str(row["after"].get("id"))) in names.shielded:
        own = shields[model].fields
        hidden = hidden | {field for field in model._meta.fields if field.name in own}
    fields = []
    for field in model._meta.fields:
        old, new = before.get(field.column), after.get(field.column)
        if not is_shown(field) or field.column in parents:
            continue
        if old == new or (is_empty(old) and is_empty(new)):
            continue
        label = str(field.verbose_name)
        if field in hidden:
            fields.append(Field(label, "", _("(protected)")))
        else:
            old_words = in_words(field, old, names, before)
            new_words = in_words(field, new, names, after)
            if old_words == new_words:
                old_words, new_words = exactly(field, old), exactly(field, new)
            if old_words != new_words:
                fields.append(Field(label, old_words, new_words))
    return fields


def _sides(row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stood there and what stands there: nothing, of what came or went."""
    moved = row.get("moved") or row["type"]
    if moved == ">":
        return {}, row["after"]
    if moved == "<":
        return row["before"], {}
    if moved == "-":
        return row["after"], {}
    return row["before"] or {}, row["after"]
