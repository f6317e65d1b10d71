"""A database is brought to the guards as they are written, and what it holds is read as
statements that would make it."""

from typing import Any

from lockbox_site.schema.texts import texts

Definitions = dict[tuple[str, str], str]

# As migrations give them before any table is made (audit_app/migrations/0001_roles.py).
USUAL_RIGHTS = """
revoke all on all tables in schema public
  from lockbox_app, lockbox_auditor, lockbox_disposal;
revoke all on all sequences in schema public
  from lockbox_app, lockbox_auditor, lockbox_disposal;
grant select, insert, update, delete on all tables in schema public to lockbox_app;
revoke insert, update, delete on django_migrations from lockbox_app;
grant usage, select on all sequences in schema public to lockbox_app;
revoke all on sequence django_migrations_id_seq from lockbox_app;
grant select on all tables in schema public to lockbox_auditor;
"""
USUAL_RIGHTS_OF_FUNCTION = """
revoke all on function {0} from lockbox_app, lockbox_auditor, lockbox_disposal;
grant execute on function {0} to public;
"""
# Where triggers are switched off for a session (session_replication_role), not these.
ALWAYS_ON = """do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;"""
DEFINITIONS = """
select 'function', p.proname::text, pg_get_functiondef(p.oid) || ';'
from pg_proc p where p.pronamespace = 'public'::regnamespace and not exists (
  select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
union all
select 'trigger', t.tgname || ' on ' || t.tgrelid::regclass,
  pg_get_triggerdef(t.oid) || ';'
from pg_trigger t where not t.tgisinternal
union all
select 'index', c.relname, pg_get_indexdef(c.oid) || ';'
from pg_class c where c.relname = any(%s) and c.relkind = 'i'
union all
select 'right', format('%%s%%s on %%s to %%s', lower(x.privilege_type),
    ' (' || quote_ident(x.attname) || ')', c.oid::regclass, pg_get_userbyid(x.grantee)),
  ''
from pg_class c
cross join lateral (
  select null as attname, own.* from aclexplode(c.relacl) own
  union all
  select a.attname, own.* from pg_attribute a, aclexplode(a.attacl) own
  where a.attrelid = c.oid) x
where c.relnamespace = 'public'::regnamespace and x.grantee <> c.relowner
union all
select 'right', format('%%s on function %%s to %%s', lower(x.privilege_type), p.proname,
    case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end), ''
from pg_proc p
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
where p.pronamespace = 'public'::regnamespace and x.grantee <> p.proowner
  and not exists (
    select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
"""


def definitions(cursor: Any) -> Definitions:
    """By kind and name the statement that makes it. Of a right the name says all."""
    indexes = [text.name for text in texts() if text.kind == "index"]
    cursor.execute(DEFINITIONS, [indexes])
    return {
        (kind, name): statement or f"grant {name};"
        for kind, name, statement in cursor.fetchall()
    }


def rebuild(cursor: Any) -> None:
    """Make all guards anew. Tables stay; so do functions that stand in no file."""
    cursor.execute(USUAL_RIGHTS)
    for kind, name in definitions(cursor):
        if kind == "trigger":
            trigger, table = name.split(" on ")
            cursor.execute(f"drop trigger {trigger} on {table}")
    for text in texts():
        if text.kind == "index":
            cursor.execute(f"drop index if exists {text.name}")
        if text.kind != "table":
            cursor.execute(text.sql)
        if text.kind == "function":
            cursor.execute(USUAL_RIGHTS_OF_FUNCTION.format(text.name))
    cursor.execute(ALWAYS_ON)
