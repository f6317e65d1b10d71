"""History against live rows, and each against the ledger, table by table."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connections

from audit_app.reconcile.check import Check, Finding, What, digest_of
from audit_app.sealing.copying import History, histories

# With each what stands there; written again, a row has another xmin.
# The newest version of each number holds what its row holds, or says that it is gone.
ROWS = """
select coalesce(version.id, now.id)::text,
  concat(version.xmin, last, now.xmin, live)
from (
  select distinct on (id) id, hist_row.xmin, to_jsonb(hist_row) as last
  from {history} hist_row
  where id > %(after)s and id <= %(upto)s order by id, history_id desc
) version full join (
  select id, live_row.xmin, to_jsonb(live_row) - %(hidden)s::text[] as live
  from {table} live_row
  where id > %(after)s and id <= %(upto)s
) now on now.id = version.id
where case
  when live is null then last->>'history_type' <> '-'
  when last is null or last->>'history_type' = '-' then true
  else live <> (select jsonb_object_agg(col.key, last->col.key)
                from jsonb_object_keys(live) col(key))
end
"""
# A version that no change of its transaction goes with.
UNTOLD = """
select hist_row.id::text, string_agg(concat(hist_row.xmin, to_jsonb(hist_row)), ' '
  order by hist_row.history_id)
from {history} hist_row
where hist_row.history_id > %(after)s and hist_row.history_id <= %(upto)s
  and (select count(*) from {history} other
       where other.id = hist_row.id and other.history_xid = hist_row.history_xid)
    > (select count(*) from audit_app_ledgerentry entry
       where entry.object_type = %(table)s and entry.object_id = hist_row.id::text
         and entry.kind = 'change' and entry.xid = hist_row.history_xid)
group by hist_row.id
"""
# A change without its version (the first of a transaction has the first, and so on), or
# with one that has another number, signer, time or reason, or holds other values: of
# what the change names, or of what it left as the version before has it. What has been
# given another column since is left. Each name says whose it is, for a table may have a
# column that is called so.
UNKEPT = """
select entry.object_id, concat(version.xmin, version.held), entry.id
from audit_app_ledgerentry entry
left join lateral (
  select detail.body::jsonb as told from audit_app_ledgerdetail detail
  where detail.entry_id = entry.id
) detail on true
left join lateral (
  select hist_row.history_id as number, hist_row.history_type as type,
    hist_row.history_user_id as signer,
    audit_moment(hist_row.history_date) as moment,
    coalesce(hist_row.history_change_reason, '') as reason,
    hist_row.xmin, to_jsonb(hist_row) as held
  from {history} hist_row
  where hist_row.id = entry.object_id::bigint and hist_row.history_xid = entry.xid
  order by hist_row.history_id limit 1
  offset (select count(*) from audit_app_ledgerentry before
          where before.object_type = %(table)s and before.kind = 'change'
            and before.object_id = entry.object_id and before.xid = entry.xid
            and before.id < entry.id)
) version on true
left join lateral (
  select to_jsonb(hist_row) as held from {history} hist_row
  where version.type = '~'
    and hist_row.id = entry.object_id::bigint and hist_row.history_id < version.number
  order by hist_row.history_id desc limit 1
) earlier on true
where entry.id > %(after)s and entry.id <= %(upto)s and entry.kind = 'change'
  and entry.object_type = %(table)s and entry.object_id ~ '^[0-9]{{1,18}}$'
  and (version.held is not null or not exists (
    select from audit_app_ledgerentry gone
    where gone.object_type = %(table)s and gone.object_id = entry.object_id
      and gone.kind = 'event' and gone.event = 'row.disposed'
      and gone.db_role = 'lockbox_disposal' and gone.id > entry.id))
  and (version.held is null
    or (version.number, version.signer) is distinct from (entry.id, entry.actor_id)
    or version.type <> case entry.event when 'insert' then '+'
                                when 'delete' then '-' else '~' end
    or told is not null and (version.moment, version.reason) is distinct from
      (coalesce(told->>'clock', audit_moment(entry.at)), coalesce(told->>'reason', ''))
    or exists (
      select from jsonb_each(told
        -> case when entry.event = 'delete' then 'old' else 'new' end) col
      where version.held ? col.key and version.held->col.key <> col.value)
    or told is not null and exists (
      select from jsonb_each(earlier.held) col
      where not starts_with(col.key, 'history_')
        and not told->'new' ? col.key
        and version.held->col.key <> col.value))
"""


def checks(using: str) -> Iterator[Check]:
    """Rows and versions of each table by their own numbers, changes by the ledger's."""
    known = histories(using)
    for one in known:
        yield Check(f"rows {one.table}", one.table, "id", partial(_rows, one))
        # What is gone has its number in history alone.
        gone = partial(_rows, one)
        yield Check(f"gone {one.table}", one.history, "id", gone)
        untold = partial(_untold, one)
        yield Check(f"versions {one.table}", one.history, "history_id", untold)
    yield Check("changes", "audit_app_ledgerentry", "id", partial(_unkept, known))


def _ask(
    query: str, one: History, using: str, after: str, upto: str
) -> list[tuple[str, ...]]:
    values: dict[str, Any] = {
        "after": int(after),
        "upto": int(upto),
        "hidden": one.hidden,
    }
    with connections[using].cursor() as cursor:
        cursor.execute(
            query.format(table=one.table, history=one.history),
            values | {"table": one.table, "hidden": one.hidden},
        )
        return cursor.fetchall()


def _rows(one: History, using: str, after: str, upto: str) -> Iterator[Finding]:
    for pk, text in _ask(ROWS, one, using, after, upto):
        yield Finding(What.ROW, one.table, pk, digest=digest_of(text))


def _untold(one: History, using: str, after: str, upto: str) -> Iterator[Finding]:
    for pk, text in _ask(UNTOLD, one, using, after, upto):
        yield Finding(What.VERSION, one.table, pk, digest=digest_of(text))


def _unkept(
    known: list[History], using: str, after: str, upto: str
) -> Iterator[Finding]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select distinct object_type from audit_app_ledgerentry"
            " where id > %s and id <= %s and kind = 'change'",
            [after, upto],
        )
        changed = {row[0] for row in cursor.fetchall()}
    for one in known:
        if one.table in changed:
            for pk, text, line in _ask(UNKEPT, one, using, after, upto):
                digest = digest_of(text)
                yield Finding(What.VERSION, one.table, pk, int(line), digest)
