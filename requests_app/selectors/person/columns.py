"""Which columns can hold a person, by what they are made of: each has its answer, and
one of a kind that nobody has thought of has none, which is an error."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models

from requests_app.models.sealed_field import SealedField

# Written in words, or as what holds words.
WORDS = {"CharField", "SlugField", "TextField", "JSONField", "ArrayField"}
# What says nothing of who it is: numbers, times, yes and no, keys of other rows.
NOBODY = {
    "AutoField",
    "BigAutoField",
    "BigIntegerField",
    "BooleanField",
    "DateField",
    "DateTimeField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "TimeField",
    "UUIDField",
}
# Keys of accounts that the database does not know as such.
ACCOUNTS = {"actor_id", "history_user_id"}
# The one column of bytes that people write: texts and files. Others are salts, digests
# and signatures.
BYTES = ("requests_app_content", "body")
# Tables that no model has, each with its columns of words.
WITHOUT_MODEL = """
  select c.table_name, array_agg(c.column_name::text order by c.column_name),
    coalesce((
      select a.attname::text from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indisprimary
        and i.indrelid = quote_ident(c.table_name)::regclass), 'ctid')
  from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
  where table_schema = 'public' and t.table_type = 'BASE TABLE'
    and not c.table_name = any(%s)
    and c.data_type in ('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'name')
  group by c.table_name order by c.table_name
"""


class Columns(NamedTuple):
    """Of one table: columns with the key of an account, with words, with bytes."""

    table: str
    pk: str
    keys: tuple[str, ...]
    words: tuple[str, ...]
    bodies: tuple[str, ...]


def tables() -> list[Columns]:
    """Of every table that there is: those of models, and those that the database has
    beside them."""
    kinds = apps.get_models(include_auto_created=True)
    of_models = [
        columns_of(model)
        for model in kinds
        if model._meta.managed and not model._meta.proxy
    ]
    return [*of_models, *_beside({columns.table for columns in of_models})]


def _beside(known: set[str]) -> Iterator[Columns]:
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_MODEL, [list(known)])
        for table, words, pk in cursor.fetchall():
            yield Columns(table, pk, (), tuple(words), ())


def columns_of(model: type[models.Model]) -> Columns:
    by_kind: dict[str, list[str]] = {"keys": [], "words": [], "bodies": [], "": []}
    for field in model._meta.concrete_fields:
        by_kind[_holds(field)].append(field.column)
    keys, words, bodies = (tuple(by_kind[name]) for name in ("keys", "words", "bodies"))
    return Columns(model._meta.db_table, model._meta.pk.column, keys, words, bodies)


def _holds(field: Any) -> str:
    """Raises LookupError for a column that nobody has said of what it holds."""
    user = get_user_model()
    if field.related_model is user or field.column in ACCOUNTS:
        return "keys"
    if field.primary_key and field.model is user:
        return "keys"
    if field.model._meta.db_table == "lockbox_site_historicaluser" and (
        field.column == "id"
    ):
        return "keys"
    if field.remote_field is not None or isinstance(field, SealedField):
        return ""
    kind = field.get_internal_type()
    if kind == "BinaryField":
        return "bodies" if (field.model._meta.db_table, field.column) == BYTES else ""
    if kind in WORDS:
        return "words"
    if kind in NOBODY:
        return ""
    raise LookupError(f"{field} holds {kind}: say whether that can be a person")
