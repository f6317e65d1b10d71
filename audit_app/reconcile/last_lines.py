"""Rows without history against what the ledger tells of them, column by column; and the
secret columns of those that have one, which history leaves out and lines commit to."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from django.db import connections

from audit_app.reconcile.check import Check, Finding, What, digest_of

# Of each table that leaves lines of all its changes: its key, whether it has a history,
# and which columns are compared here. Trigger arguments: `families.ledgered`.
TABLES = """
select live.oid::regclass::text, key.attname, format_type(key.atttypid, null),
  has_history, (
    select coalesce(array_agg(attname::text order by attnum), '{}') from pg_attribute
    where attrelid = live.oid and attnum > 0 and not attisdropped
      and attname <> all (left_out) and (not has_history or attname = any (secret)))
from pg_class live
join pg_index index on index.indrelid = live.oid and index.indisprimary
join pg_attribute key on key.attrelid = live.oid and key.attnum = index.indkey[0]
left join pg_trigger guard on guard.tgrelid = live.oid and guard.tgname = 'audit_ledger'
cross join lateral (
  select string_to_array(encode(guard.tgargs, 'escape'), '\\000') as arguments) given
cross join lateral (
  select coalesce(arguments[1]::text[], '{}') as secret,
    coalesce(arguments[3]::text[], '{}') as left_out,
    exists (select from pg_trigger where tgrelid = live.oid
            and tgname = 'audit_history') as has_history) parts
where live.relnamespace = 'public'::regnamespace
  and (guard.oid is not null or live.relname = any (%s))
order by 1
"""
# Functions of the ledger tell of these themselves.
BY_FUNCTION = ["audit_app_applicationlogin", "audit_app_disagreement"]
# Each column as the last line that names it tells it, or commits to it.
UNLIKE = """
select now.key, concat(now.xmin, now.held)
from (
  select live_row.{key}::text as key, live_row.xmin, to_jsonb(part) as held
  from {table} live_row cross join lateral (select {columns}) part
  where live_row.{key} > %(after)s and live_row.{key} <= %(upto)s
) now
where not exists (
    select from audit_app_ledgerentry line
    where line.object_type = %(table)s and line.object_id = now.key
      and line.kind = 'change' and line.event = 'insert')
  or exists (
    select from (
      select distinct on (col.key) col.key, col.value, is_secret
      from audit_app_ledgerentry line
      join audit_app_ledgerdetail detail on detail.entry_id = line.id
      cross join lateral (
        select false as is_secret, new.* from jsonb_each(detail.body::jsonb->'new') new
        union all
        select true, secret.* from jsonb_each(detail.body::jsonb->'secret') secret
      ) col
      where line.object_type = %(table)s and line.object_id = now.key
        and line.kind = 'change'
      order by col.key, line.id desc
    ) last
    where now.held ? last.key and last.value <> case
      when is_secret then
        audit_commitment(split_part(last.value #>> '{{}}', ':', 1), now.held->last.key)
      else now.held->last.key end)
"""
GONE = """
select line.object_id, line.id from audit_app_ledgerentry line
where line.id > %(after)s and line.id <= %(upto)s and line.object_type = %(table)s
  and line.kind = 'change' and line.event = 'insert'
  and not exists (select from {table} where {key} = line.object_id::{type})
  and not exists (
    select from audit_app_ledgerentry later
    where later.object_type = %(table)s and later.object_id = line.object_id
      and (later.kind = 'change' and later.event = 'delete'
           or later.kind = 'event' and later.event = 'row.disposed'
             and later.db_role = 'lockbox_disposal' and later.id > line.id))
"""


class ToldTable(NamedTuple):
    table: str
    key: str
    type: str
    has_history: bool
    columns: list[str]


def tables(using: str) -> list[ToldTable]:
    with connections[using].cursor() as cursor:
        cursor.execute(TABLES, [BY_FUNCTION])
        return [ToldTable(*row) for row in cursor.fetchall() if row[4]]


def checks(using: str) -> Iterator[Check]:
    known = tables(using)
    for one in known:
        start = "0" if one.type in ("bigint", "integer") else ""
        look = partial(_unlike, one)
        yield Check(f"told {one.table}", one.table, one.key, look, 500, start)
    gone = partial(_gone, [one for one in known if not one.has_history])
    yield Check("told and gone", "audit_app_ledgerentry", "id", gone, most=10_000)


def _ask(
    query: str, one: ToldTable, using: str, after: str, upto: str
) -> list[tuple[str, ...]]:
    columns = ", ".join(f'live_row."{name}"' for name in one.columns)
    text = query.format(table=one.table, key=one.key, type=one.type, columns=columns)
    values = {"table": one.table, "after": after, "upto": upto}
    with connections[using].cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def _unlike(one: ToldTable, using: str, after: str, upto: str) -> Iterator[Finding]:
    for key, text in _ask(UNLIKE, one, using, after, upto):
        yield Finding(What.TOLD, one.table, key, digest=digest_of(text))


def _gone(
    known: list[ToldTable], using: str, after: str, upto: str
) -> Iterator[Finding]:
    for one in known:
        for key, line in _ask(GONE, one, using, after, upto):
            yield Finding(What.TOLD, one.table, key, int(line))
