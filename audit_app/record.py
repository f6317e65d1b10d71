"""Does the record agree with itself, and history with what stands now?"""

from collections.abc import Iterator

from django.db import connections

LEDGER = """
select count(*) filter (where leaf_hash <>
    sha256('\\x00'::bytea || convert_to(payload, 'UTF8'))),
  count(*) filter (where payload::jsonb->>'detail' is not null
    and detail.entry_id is null),
  count(*) filter (where detail.entry_id is not null
    and payload::jsonb->>'detail' is distinct from
    encode(sha256(detail.salt || convert_to(detail.body, 'UTF8')), 'hex'))
from audit_app_ledgerentry entry
left join audit_app_ledgerdetail detail on detail.entry_id = entry.id
"""
# Which tables have a history, where, and which columns it leaves out: as their guards
# know it.
HISTORIES = """
select c.relname, split_part(encode(t.tgargs, 'escape'), '\\000', 1),
  split_part(encode(t.tgargs, 'escape'), '\\000', 2)
from pg_trigger t join pg_class c on c.oid = t.tgrelid
where t.tgname = 'audit_history' and c.relnamespace = 'public'::regnamespace
order by 1
"""
# The newest version of each number holds what its row holds, or says that it is gone.
DIFFERING = """
select count(*) from (
  select distinct on (id) id, to_jsonb(h) as last from {history} h
  order by id, history_id desc
) version full join (
  select id, to_jsonb(l) - %s::text[] as live from {table} l
) now on now.id = version.id
where case
  when live is null then last->>'history_type' <> '-'
  when last is null or last->>'history_type' = '-' then true
  else live <> (select jsonb_object_agg(col.key, last->col.key)
                from jsonb_object_keys(live) col(key))
end
"""


def faults(using: str) -> Iterator[str]:
    """A sentence for each disagreement; reads every row of history and ledger."""
    with connections[using].cursor() as cursor:
        cursor.execute(LEDGER)
        leaves, without, other = cursor.fetchone()
        if leaves:
            yield f"ledger: {leaves} lines are not what their digest says"
        if without:
            yield f"ledger: {without} lines lack their detail"
        if other:
            yield f"ledger: {other} details are not what their line says"
        cursor.execute(HISTORIES)
        for table, history, hidden in cursor.fetchall():
            names = {"table": table, "history": history}
            cursor.execute(DIFFERING.format(**names), [hidden])
            (count,) = cursor.fetchone()
            if count:
                yield f"history: {count} rows of {table} are not what it says"
