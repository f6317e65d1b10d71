-- The instant that was set, where the database lets it be set; else null.
create or replace function audit_clock() returns timestamptz
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  told text := coalesce(current_setting('lockbox.clock', true), '');
begin
  if told <> '' and exists (select from audit_app_setclock) then
    return told::timestamptz;
  end if;
  return null;
end $f$;

-- The present instant, or the one that was set.
create or replace function audit_now() returns timestamptz
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  return coalesce(audit_clock(), clock_timestamp());
end $f$;

-- An instant as lines write it.
create or replace function audit_moment(instant timestamptz) returns text
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$f$;

-- Who signs the transaction, as the database names them. Who acts is what the
-- application says; that there is such a person, and what they are called, is not.
create or replace function audit_actor() returns bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select nullif(current_setting('lockbox.actor_id', true), '')::bigint
$f$;

-- What a person is called, as the database knows them; null where there is nobody.
create or replace function audit_name_of(person bigint) returns text
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  return (select coalesce(nullif(btrim(first_name || ' ' || last_name), ''), username)
          from lockbox_site_user where id = person);
end $f$;

-- How often a row was changed in this transaction, by the ledger, and what was done last.
-- Not by the order of an index: the planner might walk the whole ledger backwards.
create or replace function audit_changes_now(
  in_table text, in_id text, out number bigint, out last text
)
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  select count(*), (array_agg(event order by id desc))[1] into number, last
  from audit_app_ledgerentry
  where object_type = in_table and object_id = in_id and kind = 'change'
    and xid = pg_current_xact_id();
end $f$;

-- How many versions of a row its history got in this transaction.
create or replace function audit_versions_now(
  in_history text, in_id bigint
) returns bigint
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  number bigint;
begin
  execute format('select count(*) from public.%I where id = $1 and history_xid = pg_current_xact_id()',
    in_history) into number using in_id;
  return number;
end $f$;

-- Rows are only added, but for what is disposed of. For before update, delete or
-- truncate.
create or replace function audit_append_only() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'DELETE' and audit_is_disposed(tg_table_name, to_jsonb(old)) then
    return old;
  end if;
  raise exception '% is append-only', TG_TABLE_NAME using errcode = 'insufficient_privilege';
end $f$;

-- A version is signed by who acts. Its number, time and reason are those of the line that
-- tells of its change, whatever its writer says. Argument: the table whose history it is.
create or replace function audit_history_stamp() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  line record;
begin
  select entry.id, entry.at, detail.body::jsonb as told into line
  from audit_app_ledgerentry entry join audit_app_ledgerdetail detail on detail.entry_id = entry.id
  where entry.object_type = TG_ARGV[0] and entry.object_id = new.id::text and entry.kind = 'change'
    and entry.xid = pg_current_xact_id()
  order by entry.id + 0 desc limit 1;
  new.history_id := coalesce(line.id, 0);
  new.history_xid := pg_current_xact_id();
  new.history_date := coalesce((line.told->>'clock')::timestamptz, line.at, audit_now());
  new.history_change_reason := coalesce(line.told->>'reason', '');
  new.history_user_id := audit_actor();
  return new;
end $f$;

-- There is one version for one change, of its kind, and equal to the row as the change
-- left it. Argument: the table whose history it is.
create or replace function audit_history_tells_a_change() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
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

-- The newest version of a row is of this transaction and holds what the row holds, and
-- no change went by without one. Arguments: the history table, and the columns that it
-- does not have.
create or replace function audit_history_matches() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  hidden text[] := TG_ARGV[1]::text[];
  -- As text: compared with a name, no index would serve.
  live_table text := TG_TABLE_NAME;
  pk bigint := coalesce((to_jsonb(new)->>'id')::bigint, (to_jsonb(old)->>'id')::bigint);
  live jsonb;
  last jsonb;
begin
  if tg_op = 'DELETE' and audit_is_disposed(tg_table_name, to_jsonb(old)) then
    return null;
  end if;
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

-- Is a row, without the columns that its history lacks, something else than its newest
-- version says; gone without having been deleted, or there without a version?
create or replace function audit_differs(
  is_gone boolean, live jsonb, last_type text, told jsonb
) returns boolean
  language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $f$
begin
  if is_gone then
    return last_type <> '-';
  end if;
  return told is null or last_type = '-' or exists (
    select from jsonb_each(live) col where col.value is distinct from told->col.key);
end $f$;
