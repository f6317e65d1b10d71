from django.db import migrations

CLOCK = r"""
-- One row: tests and demonstrations may set the domain's clock in this database, and
-- what it tells is no evidence. Only the owner writes here.
create table audit_app_setclock (since timestamptz not null default clock_timestamp());
revoke insert, update, delete, truncate on audit_app_setclock from lockbox_app;

-- The present instant; the one that was set, where the database lets it be set.
create function audit_now() returns timestamptz language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  told text := coalesce(current_setting('lockbox.clock', true), '');
begin
  if told <> '' and exists (select from audit_app_setclock) then
    return told::timestamptz;
  end if;
  return clock_timestamp();
end $f$;
"""

PEOPLE = r"""
-- Who signs the transaction, as the database names them. Who acts is what the
-- application says; that there is such a person, and what they are called, is not.
create function audit_actor() returns bigint language sql stable
  set search_path = pg_catalog, public, pg_temp as $f$
  select nullif(current_setting('lockbox.actor_id', true), '')::bigint
$f$;

create function audit_name_of(person bigint) returns text language plpgsql stable
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  return (select coalesce(nullif(btrim(first_name || ' ' || last_name), ''), username)
          from lockbox_site_user where id = person);
end $f$;
"""

COUNTS = r"""
-- How often a row was changed in this transaction, by the ledger, and what was done last.
-- Not by the order of an index: the planner might walk the whole ledger backwards.
create function audit_changes_now(in_table text, in_id text, out number bigint, out last text)
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select count(*), (array_agg(event order by id desc))[1]
  from audit_app_ledgerentry
  where object_type = in_table and object_id = in_id and kind = 'change'
    and xid = pg_current_xact_id()
$f$;

-- And how many versions of it history got.
create function audit_versions_now(in_history text, in_id bigint) returns bigint language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  number bigint;
begin
  execute format('select count(*) from public.%I where id = $1 and history_xid = pg_current_xact_id()',
    in_history) into number using in_id;
  return number;
end $f$;
"""

HISTORY = r"""
-- Numbered and dated by the database, and signed by who acts, whatever its writer says.
create or replace function audit_history_stamp() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  new.history_id := nextval(pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'history_id'));
  new.history_xid := pg_current_xact_id();
  new.history_date := audit_now();
  new.history_user_id := audit_actor();
  new.history_user_name := audit_name_of(new.history_user_id);
  return new;
end $f$;

-- One version for one change, of its kind, and equal to the row as the change left it.
create or replace function audit_history_tells_a_change() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  told jsonb := to_jsonb(new);
  changes record;
  truth jsonb;
begin
  select * into changes from audit_changes_now(TG_ARGV[0], new.id::text);
  if changes.number <> audit_versions_now(TG_TABLE_NAME, new.id) then
    raise exception 'history of % % without a change', TG_ARGV[0], new.id
      using errcode = 'integrity_constraint_violation';
  end if;
  if changes.last = 'delete' then
    execute format('select to_jsonb(hist_row) from public.%I hist_row where id = $1 and history_id < $2
      order by history_id + 0 desc limit 1', TG_TABLE_NAME) into truth using new.id, new.history_id;
  else
    execute format('select to_jsonb(live_row) from public.%I live_row where id = $1', TG_ARGV[0])
      into truth using new.id;
  end if;
  if new.history_type <> (case changes.last when 'insert' then '+' when 'delete' then '-' else '~' end)
     or truth is null or exists (
       select from jsonb_each(told) col
       where not starts_with(col.key, 'history_') and truth ? col.key
         and truth->col.key <> col.value) then
    raise exception 'history of % % is not what changed', TG_ARGV[0], new.id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $f$;

-- The newest history row is of this transaction and holds what the row holds, and no
-- change went by without one.
-- Arguments: the history table, and the columns that it does not have.
create or replace function audit_history_matches() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  hidden text[] := TG_ARGV[1]::text[];
  -- As text: compared with a name, no index would serve.
  live_table text := TG_TABLE_NAME;
  pk bigint := coalesce((to_jsonb(new)->>'id')::bigint, (to_jsonb(old)->>'id')::bigint);
  live jsonb;
  last jsonb;
begin
  execute format('select to_jsonb(live_row) - $2 from %I.%I live_row where live_row.id = $1',
    TG_TABLE_SCHEMA, TG_TABLE_NAME) into live using pk, hidden;
  execute format('select to_jsonb(hist_row) from %I.%I hist_row where hist_row.id = $1
    and hist_row.history_xid = pg_current_xact_id() order by hist_row.history_id + 0 desc limit 1',
    TG_TABLE_SCHEMA, TG_ARGV[0]) into last using pk;
  -- Equal column by column: containment would let an array or object say more.
  if last is null
     or (live is null and last->>'history_type' <> '-')
     or (live is not null and (last->>'history_type' = '-' or live <>
         (select jsonb_object_agg(col.key, last->col.key) from jsonb_object_keys(live) col(key))))
     or (select number from audit_changes_now(live_table, pk::text)) <> audit_versions_now(TG_ARGV[0], pk) then
    raise exception 'change of % % without history', TG_TABLE_NAME, pk
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $f$;
"""

# As 0001 made them.
HISTORY_BEFORE = r"""
create or replace function audit_history_stamp() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  new.history_id := nextval(pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'history_id'));
  new.history_xid := pg_current_xact_id();
  return new;
end $f$;

create or replace function audit_history_tells_a_change() returns trigger language plpgsql
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

create or replace function audit_history_matches() returns trigger language plpgsql
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
  if last is null or (last->>'history_xid')::xid8 <> pg_current_xact_id()
     or (live is null and last->>'history_type' <> '-')
     or (live is not null and (last->>'history_type' = '-' or live <>
         (select jsonb_object_agg(col.key, last->col.key) from jsonb_object_keys(live) col(key)))) then
    raise exception 'change of % % without history', TG_TABLE_NAME, pk
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $f$;
"""

LEDGER = r"""
-- Signed by somebody there is, under the name the database knows.
create or replace function audit_ledger_add(
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
  actor_name text := in_actor_name;
  salt bytea;
  detail text := in_detail::text;
  commitment text;
  body text;
begin
  if in_actor_id is not null then
    actor_name := audit_name_of(in_actor_id);
    if actor_name is null then
      raise exception '% of % signed by nobody', in_event, in_object_type
        using errcode = 'integrity_constraint_violation';
    end if;
    -- Whoever has left signs no change; it can be their own leaving.
    if in_kind = 'change' and not (in_object_type = 'lockbox_site_user' and in_object_id = in_actor_id::text)
       and not (select is_active from lockbox_site_user where id = in_actor_id) then
      raise exception '% of % signed by somebody who has left', in_event, in_object_type
        using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  if detail is not null then
    salt := decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
    commitment := encode(sha256(salt || convert_to(detail, 'UTF8')), 'hex');
  end if;
  body := jsonb_build_object(
    'seq', seq, 'xid', xid::text,
    'at', to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'session_user', session_user, 'db_role', db_role,
    'actor_id', in_actor_id, 'actor_name', actor_name, 'request_id', in_request_id,
    'kind', in_kind, 'event', in_event, 'object_type', in_object_type,
    'object_id', in_object_id, 'authority_id', in_authority, 'detail', commitment)::text;
  insert into audit_app_ledgerentry (id, xid, at, session_user_name, db_role, actor_id, actor_name,
    request_id, kind, event, object_type, object_id, authority_id, payload, leaf_hash)
  values (seq, xid, instant, session_user, db_role, in_actor_id, actor_name, in_request_id,
    in_kind, in_event, in_object_type, in_object_id, in_authority, body,
    sha256('\x00'::bytea || convert_to(body, 'UTF8')));
  if detail is not null then
    insert into audit_app_ledgerdetail (entry_id, salt, body) values (seq, salt, detail);
  end if;
  return seq;
end $f$;
"""

LEDGER_BEFORE = r"""
create or replace function audit_ledger_add(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint,
  in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  seq bigint := nextval('audit_app_ledgerentry_id_seq');
  xid xid8 := pg_current_xact_id();
  instant timestamptz := clock_timestamp();
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
"""


class Migration(migrations.Migration):
    """Time, person and number of versions are the database's own to say.

    PostgreSQL looks at the table of people when the functions run, so no migration of
    theirs has to come first.
    """

    dependencies = [("audit_app", "0002_ledger")]
    operations = [
        migrations.RunSQL(
            CLOCK, "drop function audit_now; drop table audit_app_setclock;"
        ),
        migrations.RunSQL(
            PEOPLE, "drop function audit_name_of; drop function audit_actor;"
        ),
        migrations.RunSQL(
            COUNTS,
            "drop function audit_versions_now; drop function audit_changes_now;",
        ),
        migrations.RunSQL(HISTORY, HISTORY_BEFORE),
        migrations.RunSQL(LEDGER, LEDGER_BEFORE),
    ]
