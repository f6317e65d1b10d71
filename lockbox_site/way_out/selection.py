"""Which rows go along: their keys, in a table that lasts for one transaction."""

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef

from lockbox_site.belonging import NAMING, Whose, belongs_to, exported, ways_of
from requests_app.models import Content, Municipality, Provider, RegisterChange

MAKE = """
create temporary table way_out (kind text, key text, primary key (kind, key))
on commit drop
"""
# A proposal to add a row says whose it would be.
PROPOSED = """
insert into way_out select %s, change.id::text from requests_app_registerchange change
where change.authority_id is null and change.row_id is null
  and (change.new_values->>'municipality_id' = %s::text or exists (
    select from way_out parent
    where parent.kind = %s and parent.key = change.new_values->>'provider_id'))
on conflict do nothing
"""
# Where a text was corrected, what it reads as.
READS_AS = """
insert into way_out select kind, other.reads_as_id from way_out
join requests_app_content other on other.digest = way_out.key
where kind = %s and other.reads_as_id is not null
on conflict do nothing
"""


def select_rows(whose: Whose) -> None:
    """Inside a transaction of the owner's."""
    _run(MAKE)
    for model in exported():
        key, ways = model._meta.pk.name, ways_of(model, type(whose))
        _take(model, model._base_manager, ways, whose.pk)
        if hasattr(model, "history"):
            # Rows that are there no more, by their versions.
            names = {field.name for field in model._meta.concrete_fields}
            ahead = [way for way in ways if way.partition("__")[0] in names]
            live = model._base_manager.filter(pk=OuterRef(key))
            gone = model.history.model._base_manager.filter(~Exists(live))
            _take(model, gone, ahead, whose.pk)
    for model, (table, key) in NAMING.items():
        _take_naming(model, table, key)
    if isinstance(whose, Municipality):
        change, provider = RegisterChange._meta.db_table, Provider._meta.db_table
        _run(PROPOSED, change, whose.pk, provider)
    _take_contents()


def _take(model: Any, rows: Any, ways: Sequence[str], whose: int) -> None:
    """By the key of the row, also of its versions."""
    if not ways:
        return
    own = rows.using("owner").filter(belongs_to(ways, whose))
    keys = own.order_by().values(model._meta.pk.name)
    query, values = keys.query.get_compiler("owner").as_sql()
    _run(
        f"insert into way_out select %s, taken.key::text from ({query})"  # noqa: S608 — ours
        " taken (key) on conflict do nothing",
        model._meta.db_table,
        *values,
    )


def _take_naming(model: Any, table: str, key: str) -> None:
    own = model._meta.db_table
    _run(
        f"insert into way_out select %s, one.id::text from {own} one"  # noqa: S608 — ours
        f" join way_out named on named.kind = one.{table}"
        f" and named.key = one.{key}::text"
        " on conflict do nothing",
        own,
    )


def _take_contents() -> None:
    kind = Content._meta.db_table
    for model in exported():
        versions = [model.history.model] if hasattr(model, "history") else []
        for one in [model, *versions] if model is not Content else []:
            for field in one._meta.concrete_fields:
                if field.related_model is Content:
                    _run(
                        f"insert into way_out select %s, one.{field.column} from"  # noqa: S608 — ours
                        f" {one._meta.db_table} one join way_out named on named.kind ="
                        f" %s and named.key = one.{model._meta.pk.column}::text where"
                        f" one.{field.column} is not null on conflict do nothing",
                        kind,
                        model._meta.db_table,
                    )
    while _run(READS_AS, kind):
        pass


def _run(query: str, *values: Any) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, values)
        return cursor.rowcount
