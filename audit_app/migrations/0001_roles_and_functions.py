from django.db import migrations

ROLES = r"""
do $d$ begin
  if (select count(*) from pg_roles
      where rolname in ('lockbox_app', 'lockbox_auditor', 'lockbox_disposal')) < 3 then
    raise exception 'The database roles are missing: run the statements in docs/operations.md as a database administrator, then migrate again.';
  end if;
end $d$;

do $d$ begin
  execute format('revoke temporary on database %I from public', current_database());
end $d$;

grant usage on schema public to lockbox_app, lockbox_auditor, lockbox_disposal;

alter default privileges in schema public
  grant select, insert, update, delete on tables to lockbox_app;
alter default privileges in schema public
  grant usage, select on sequences to lockbox_app;
alter default privileges in schema public
  grant select on tables to lockbox_auditor;

-- What Django made before: the list of migrations.
grant select on all tables in schema public to lockbox_app, lockbox_auditor;
"""

HISTORY = r"""
-- The newest history row is of this transaction and holds what the row holds.
-- Arguments: the history table, and the columns that it does not have.
create function audit_history_matches() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  hidden text[] := TG_ARGV[1]::text[];
  pk bigint := coalesce((to_jsonb(new)->>'id')::bigint, (to_jsonb(old)->>'id')::bigint);
  live jsonb;
  last jsonb;
begin
  execute format('select to_jsonb(live_row) - $2 from %I.%I live_row where live_row.id = $1',
    TG_TABLE_SCHEMA, TG_TABLE_NAME) into live using pk, hidden;
  execute format('select to_jsonb(hist_row) from %I.%I hist_row where hist_row.id = $1
    order by hist_row.history_id desc limit 1', TG_TABLE_SCHEMA, TG_ARGV[0]) into last using pk;
  -- Equal column by column: containment would let an array or object say more.
  if last is null or (last->>'history_xid')::xid8 <> pg_current_xact_id()
     or (live is null and last->>'history_type' <> '-')
     or (live is not null and (last->>'history_type' = '-' or live <>
         (select jsonb_object_agg(col.key, last->col.key) from jsonb_object_keys(live) col(key)))) then
    raise exception 'change of % % without history', TG_TABLE_NAME, pk
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $f$;

-- A history row is numbered and dated by the database, whatever its writer says.
create function audit_history_stamp() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  new.history_id := nextval(pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'history_id'));
  new.history_xid := pg_current_xact_id();
  return new;
end $f$;

-- A history row without a change of its row in this transaction tells of nothing.
create function audit_history_tells_a_change() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
    select from audit_app_ledgerentry entry
    where entry.object_type = TG_ARGV[0] and entry.object_id = new.id::text
      and entry.kind = 'change' and entry.xid = pg_current_xact_id()) then
    raise exception 'history of % % without a change', TG_ARGV[0], new.id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $f$;

-- For before update, delete or truncate: rows are only added.
create function audit_append_only() returns trigger language plpgsql as $f$
begin
  raise exception '% is append-only', TG_TABLE_NAME using errcode = 'insufficient_privilege';
end $f$;
"""


class Migration(migrations.Migration):
    """The roles' rights, before any table exists: default privileges reach later tables."""

    initial = True
    run_before = [("contenttypes", "0001_initial")]
    dependencies = []
    operations = [
        migrations.RunSQL(ROLES, migrations.RunSQL.noop),
        migrations.RunSQL(
            HISTORY,
            """
            drop function audit_append_only;
            drop function audit_history_tells_a_change;
            drop function audit_history_stamp;
            drop function audit_history_matches;
            """,
        ),
    ]
