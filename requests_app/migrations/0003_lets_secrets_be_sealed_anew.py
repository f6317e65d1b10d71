"""Lets secrets be sealed anew."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

-- Does the owner of the tables seal what the row holds with another key, and no more?
create or replace function lockbox_is_sealed_anew(in_table oid, before jsonb, after jsonb)
  returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(lockbox_delivers()
    and before - lockbox_sealed_columns(in_table) = after - lockbox_sealed_columns(in_table), false)
$f$;

-- A notice channel is made by a manager of the authority in their own name, and ended by
-- one; nothing else of it changes.
create or replace function lockbox_noticechannel_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
  if not lockbox_holds_role(audit_actor(), 'it_manager', new.authority_id, null, clock_timestamp())
     and not lockbox_left_unconfirmed(tg_table_name, new.id) then
    perform lockbox_refuse('a notice channel is kept by a manager of its authority');
  end if;
  if tg_op = 'INSERT' then
    if lockbox_is_not_actor(new.made_by_id) or not lockbox_is_now(new.made_at) or new.ended_at is not null then
      perform lockbox_refuse('a notice channel is made now, in one''s own name');
    end if;
  elsif old.ended_at is not null or not lockbox_is_now(new.ended_at) then
    perform lockbox_refuse('a notice channel is ended once, and now');
  end if;
  return new;
end $f$;

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

-- Devices are people's own; the sweep ends one whose service no longer knows it.
create or replace function lockbox_pushdevice_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
  if old.ended_at is not null then
    perform lockbox_refuse('a device has ended, and is added anew');
  end if;
  if audit_actor() <> old.person_id and not (
       new.ended_at is not null and new.name = old.name and exists (
         select from lockbox_site_user u
         where u.id = audit_actor() and u.is_machine and u.username = 'sweep')) then
    perform lockbox_refuse('a device is its person''s');
  end if;
  return new;
end $f$;

-- Columns that hold sealed secrets (`SealedField`), by table.
create or replace function lockbox_sealed_columns(in_table oid) returns text[]
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case relname
    when 'requests_app_webhooksecret' then '{sealed}'::text[]
    when 'requests_app_noticechannel' then '{address_sealed,secret_sealed}'
    when 'requests_app_pushdevice' then '{address_sealed,keys_sealed}'
    when 'requests_app_rostergroup' then '{feed_sealed}'
    when 'lockbox_site_secondfactor' then '{secret}' end
  from pg_class where oid = in_table
$f$;

revoke all on function lockbox_is_sealed_anew from public;

revoke all on function lockbox_sealed_columns from public;

grant execute on function lockbox_is_sealed_anew to public;

grant execute on function lockbox_sealed_columns to public;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""
BACK = r"""
set local check_function_bodies = off;

revoke execute on function lockbox_sealed_columns from public;

revoke execute on function lockbox_is_sealed_anew from public;

drop function lockbox_sealed_columns;

drop function lockbox_is_sealed_anew;

CREATE OR REPLACE FUNCTION public.lockbox_noticechannel_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if not lockbox_holds_role(audit_actor(), 'it_manager', new.authority_id, null, clock_timestamp())
     and not lockbox_left_unconfirmed(tg_table_name, new.id) then
    perform lockbox_refuse('a notice channel is kept by a manager of its authority');
  end if;
  if tg_op = 'INSERT' then
    if lockbox_is_not_actor(new.made_by_id) or not lockbox_is_now(new.made_at) or new.ended_at is not null then
      perform lockbox_refuse('a notice channel is made now, in one''s own name');
    end if;
  elsif old.ended_at is not null or not lockbox_is_now(new.ended_at) then
    perform lockbox_refuse('a notice channel is ended once, and now');
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_only()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  later text[] := coalesce(tg_argv, '{}');
begin
  if to_jsonb(new) - later <> to_jsonb(old) - later then
    perform lockbox_refuse(tg_table_name || ' stays as it was written');
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_pushdevice_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if old.ended_at is not null then
    perform lockbox_refuse('a device has ended, and is added anew');
  end if;
  if audit_actor() <> old.person_id and not (
       new.ended_at is not null and new.name = old.name and exists (
         select from lockbox_site_user u
         where u.id = audit_actor() and u.is_machine and u.username = 'sweep')) then
    perform lockbox_refuse('a device is its person''s');
  end if;
  return new;
end $function$
;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0002_guards')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
