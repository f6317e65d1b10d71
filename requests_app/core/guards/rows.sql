-- Refuses a write, in a sentence, as a broken constraint.
create or replace function lockbox_refuse(what text) returns void
  language plpgsql as $f$
begin
  raise exception '%', what using errcode = 'integrity_constraint_violation';
end $f$;

-- Is it anybody but the one who acts? Machines act in their own name too.
create or replace function lockbox_is_not_actor(person bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select person is not null and person is distinct from audit_actor()
$f$;

-- Is it about now? What takes effect by its time is not dated otherwise.
create or replace function lockbox_is_now(moment timestamptz) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select moment between audit_now() - interval '1 hour' and audit_now() + interval '5 minutes'
$f$;

-- The Swedish day of a moment.
create or replace function lockbox_day(moment timestamptz) returns date
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select (moment at time zone 'Europe/Stockholm')::date
$f$;

-- A row is never deleted, but with its case when that is disposed of. For before delete.
create or replace function lockbox_kept() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if audit_is_disposed(tg_table_name, to_jsonb(old)) then
    return old;
  end if;
  perform lockbox_refuse(tg_table_name || ' is kept');
  return null;
end $f$;

-- Columns that hold sealed secrets (`SealedField`), by table.
create or replace function lockbox_sealed_columns(in_table oid) returns text[]
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case relname
    when 'requests_app_webhooksecret' then '{sealed}'::text[]
    when 'requests_app_noticechannel' then '{address_sealed,secret_sealed}'
    when 'requests_app_pushdevice' then '{address_sealed,keys_sealed}'
    when 'requests_app_phonenumber' then '{number_sealed}'
    when 'requests_app_rostergroup' then '{feed_sealed}'
    when 'lockbox_site_secondfactor' then '{secret}' end
  from pg_class where oid = in_table
$f$;

-- Does the owner of the tables seal what the row holds with another key, and no more?
create or replace function lockbox_is_sealed_anew(in_table oid, before jsonb, after jsonb)
  returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(lockbox_delivers()
    and before - lockbox_sealed_columns(in_table) = after - lockbox_sealed_columns(in_table), false)
$f$;

-- Only the columns named as arguments may change after a row is written.
create or replace function lockbox_only() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  later text[] := coalesce(tg_argv, '{}');
begin
  if to_jsonb(new) - later <> to_jsonb(old) - later
     and not lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    perform lockbox_refuse(tg_table_name || ' stays as it was written');
  end if;
  return new;
end $f$;

-- Who did it is who acts. Argument: the column that names them.
create or replace function lockbox_own_name() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
  if lockbox_is_not_actor((to_jsonb(new)->>tg_argv[0])::bigint) then
    perform lockbox_refuse(tg_table_name || ' is written in one''s own name');
  end if;
  return new;
end $f$;

-- Who did it is who acts, when a column that is written later than its row gets its
-- value. Argument: that column.
create or replace function lockbox_own_name_once_set() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  person bigint := (to_jsonb(new)->>tg_argv[0])::bigint;
begin
  if tg_op = 'UPDATE' and person is not distinct from (to_jsonb(old)->>tg_argv[0])::bigint then
    return new;
  end if;
  if lockbox_is_not_actor(person) then
    perform lockbox_refuse(tg_table_name || ' is written in one''s own name');
  end if;
  return new;
end $f$;
