"""The database's own part of the audit: functions and triggers, as SQL.

Nothing here is built from what a person types; table names come from migrations.
"""

from collections.abc import Iterable

from django.db import migrations

FUNCTIONS = r"""
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

create function audit_append_only() returns trigger language plpgsql as $f$
begin
  raise exception '% is append-only', TG_TABLE_NAME using errcode = 'insufficient_privilege';
end $f$;
"""

LEDGER = r"""
create function audit_ledger_add(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint,
  in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  seq bigint := nextval('audit_app_ledgerentry_id_seq');
  xid xid8 := pg_current_xact_id();
  instant timestamptz := clock_timestamp();
  -- Inside SECURITY DEFINER current_user is the owner; the setting still names the caller's role.
  db_role text := current_setting('role');
  salt bytea;
  detail text := in_detail::text;
  commitment text;
  body text;
begin
  if detail is not null then
    salt := decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
    commitment := encode(sha256(salt || convert_to(detail, 'UTF8')), 'hex');
  end if;
  body := jsonb_build_object(
    'seq', seq, 'xid', xid::text,
    'at', to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'session_user', session_user, 'db_role', db_role,
    'actor_id', in_actor_id, 'actor_name', in_actor_name, 'request_id', in_request_id,
    'kind', in_kind, 'event', in_event, 'object_type', in_object_type,
    'object_id', in_object_id, 'authority_id', in_authority, 'detail', commitment)::text;
  insert into audit_app_ledgerentry (id, xid, at, session_user_name, db_role, actor_id, actor_name,
    request_id, kind, event, object_type, object_id, authority_id, payload, leaf_hash)
  values (seq, xid, instant, session_user, db_role, in_actor_id, in_actor_name, in_request_id,
    in_kind, in_event, in_object_type, in_object_id, in_authority, body,
    sha256('\x00'::bytea || convert_to(body, 'UTF8')));
  if detail is not null then
    insert into audit_app_ledgerdetail (entry_id, salt, body) values (seq, salt, detail);
  end if;
  return seq;
end $f$;

-- The application's way in: everything but changes, which only triggers write.
create function audit_ledger_record(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint,
  in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_kind = 'change' then
    raise exception 'changes are recorded by the database' using errcode = 'insufficient_privilege';
  end if;
  return audit_ledger_add(in_kind, in_event, in_object_type, in_object_id, in_authority,
    in_detail, in_actor_id, in_actor_name, in_request_id);
end $f$;

-- Arguments: the columns to leave out, and SQL that finds the row's authority ($1 = the row as jsonb).
create function audit_ledger_change() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  hidden text[] := TG_ARGV[0]::text[];
  before jsonb := to_jsonb(old) - hidden;
  after jsonb := to_jsonb(new) - hidden;
  live_row jsonb := coalesce(after, before);
  authority bigint;
  detail jsonb;
begin
  if coalesce(current_setting('lockbox.actor_id', true), '') = '' then
    raise exception 'change of % signed by nobody', TG_TABLE_NAME
      using errcode = 'integrity_constraint_violation';
  end if;
  if TG_OP = 'UPDATE' and before->>'id' is distinct from after->>'id' then
    raise exception 'a row of % keeps its number', TG_TABLE_NAME
      using errcode = 'integrity_constraint_violation';
  end if;
  if TG_ARGV[1] = '' then
    authority := (live_row->>'authority_id')::bigint;
  else
    execute TG_ARGV[1] into authority using live_row;
  end if;
  if TG_OP = 'UPDATE' then
    select jsonb_build_object('old', coalesce(jsonb_object_agg(col.key, before->col.key), '{}'),
                              'new', coalesce(jsonb_object_agg(col.key, col.value), '{}'))
      into detail from jsonb_each(after) col where before->col.key is distinct from col.value;
  elsif TG_OP = 'INSERT' then
    detail := jsonb_build_object('new', after);
  else
    detail := jsonb_build_object('old', before);
  end if;
  perform audit_ledger_add('change', lower(TG_OP), TG_TABLE_NAME, coalesce(live_row->>'id', live_row->>'digest', ''),
    authority, detail, nullif(current_setting('lockbox.actor_id', true), '')::bigint,
    coalesce(current_setting('lockbox.actor_name', true), ''),
    coalesce(current_setting('lockbox.request_id', true), ''));
  return null;
end $f$;
"""

RIGHTS = """
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
alter default privileges in schema public grant select, insert, update, delete on tables to lockbox_app;
alter default privileges in schema public grant usage, select on sequences to lockbox_app;
alter default privileges in schema public grant select on tables to lockbox_auditor;
grant select on all tables in schema public to lockbox_app, lockbox_auditor;
"""


def _append_only(table: str) -> str:
    return f"""
    create trigger audit_append_only before update or delete on "{table}"
      for each row execute function audit_append_only();
    create trigger audit_no_truncate before truncate on "{table}"
      for each statement execute function audit_append_only();
    alter table "{table}" enable always trigger audit_append_only;
    alter table "{table}" enable always trigger audit_no_truncate;
    revoke update, delete, truncate on "{table}" from lockbox_app;
    """


def append_only(table: str) -> migrations.RunSQL:
    """Rows of this table are added and never change, whoever asks."""
    return migrations.RunSQL(
        _append_only(table),
        f"""drop trigger audit_append_only on "{table}";
        drop trigger audit_no_truncate on "{table}";
        grant update, delete on "{table}" to lockbox_app;""",
    )


def ledgered(
    table: str, *, hidden: Iterable[str] = (), authority: str = ""
) -> migrations.RunSQL:
    """Every change of a row of this table becomes a line in the ledger."""
    quoted = authority.replace("'", "''")
    return migrations.RunSQL(
        f"""create trigger audit_ledger after insert or update or delete on "{table}"
          for each row execute function
          audit_ledger_change('{{{",".join(hidden)}}}', '{quoted}');
        alter table "{table}" enable always trigger audit_ledger;""",
        f'drop trigger audit_ledger on "{table}";',
    )


def audited(
    table: str, history: str, *, hidden: Iterable[str] = (), authority: str = ""
) -> list[migrations.RunSQL]:
    """No change of this table without a history row that tells the truth, nor without
    a line in the ledger; and the history is append-only."""
    must_match = migrations.RunSQL(
        f"""create constraint trigger audit_history
          after insert or update or delete on "{table}"
          deferrable initially deferred for each row
          execute function audit_history_matches('{history}', '{{{",".join(hidden)}}}');
        alter table "{table}" enable always trigger audit_history;
        create trigger audit_stamp before insert on "{history}"
          for each row execute function audit_history_stamp();
        alter table "{history}" enable always trigger audit_stamp;
        create constraint trigger audit_change after insert on "{history}"
          deferrable initially deferred for each row
          execute function audit_history_tells_a_change('{table}');
        alter table "{history}" enable always trigger audit_change;
        revoke truncate on "{table}" from lockbox_app;""",
        f'drop trigger audit_history on "{table}";',
    )
    return [
        must_match,
        append_only(history),
        ledgered(table, hidden=hidden, authority=authority),
    ]
