"""Tables as JSON Lines: a row a line, as PostgreSQL writes it."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connections

from lockbox_site.belonging import exported
from requests_app.models import Content
from requests_app.models.sealed_field import SealedField

AT_ONCE = 2000
PASSWORD = "password"  # noqa: S105 — a column


def is_left_out(field: Any) -> bool:
    """What opens nothing anywhere else, and nobody reads; bytes are files."""
    return (
        isinstance(field, SealedField)
        or field.column == PASSWORD
        or (field.model is Content and field.column == "body")
    )


def rows_of(model: Any) -> Iterator[bytes]:
    """Of a table or of its versions: those that were chosen, in the order of keys."""
    live = getattr(model, "instance_type", model)
    yield from _lines(
        f"{_columns(model)} from {model._meta.db_table} one"
        " join way_out own on own.kind = %s"
        f" and own.key = one.{live._meta.pk.column}::text order by one."
        f"{model._meta.pk.column}",
        live._meta.db_table,
    )


def all_rows_of(model: Any) -> Iterator[bytes]:
    order = model._meta.pk.column
    yield from _lines(
        f"{_columns(model)} from {model._meta.db_table} one order by {order}"
    )


def _columns(model: Any) -> str:
    fields = model._meta.concrete_fields
    return ", ".join(f'one."{one.column}"' for one in fields if not is_left_out(one))


def _lines(selection: str, *values: Any) -> Iterator[bytes]:
    query = f"select row_to_json(line)::text from (select {selection}) line"  # noqa: S608 — ours
    with connections["owner"].cursor() as cursor:
        cursor.execute("set local timezone to 'UTC'")
        cursor.execute(query, values)
        while rows := cursor.fetchmany(AT_ONCE):
            yield "".join(f"{text}\n" for (text,) in rows).encode()


def contents() -> Iterator[tuple[str, str, bytes]]:
    """Digest, type and bytes of each content that goes along."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select key from way_out where kind = %s order by key",
            [Content._meta.db_table],
        )
        keys = [key for (key,) in cursor.fetchall()]
    for key in keys:
        row = Content._base_manager.using("owner").get(pk=key)
        yield key, row.media_type, bytes(row.stored)


def beyond() -> Iterator[bytes]:
    """What rows point at and does not go along: by number, and people, authorities and
    what is run by agreement by the name that cases tell."""
    for target, keys in sorted(
        _pointed_at(exported()).items(), key=lambda one: one[0]._meta.db_table
    ):
        rows = target._base_manager.using("owner").filter(pk__in=keys).order_by("pk")
        for row in rows:
            line = {"table": target._meta.db_table, "key": row.pk, "name": str(row)}
            yield (json.dumps(line, ensure_ascii=False, default=str) + "\n").encode()


def _pointed_at(models: list[Any]) -> dict[Any, set[Any]]:
    pointed_at: dict[Any, set[Any]] = {}
    for model in models:
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model in models:
                keys = pointed_at.setdefault(field.related_model, set())
                keys |= _missing(model, field)
    return pointed_at


def _missing(model: Any, field: Any) -> set[Any]:
    target, own = field.related_model._meta.db_table, model._meta
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"select distinct one.{field.column} from {own.db_table} one"  # noqa: S608 — ours
            " join way_out own on own.kind = %s"
            f" and own.key = one.{own.pk.column}::text"
            f" where one.{field.column} is not null and not exists (select from way_out"
            f" other where other.kind = %s and other.key = one.{field.column}::text)",
            [own.db_table, target],
        )
        return {key for (key,) in cursor.fetchall()}
