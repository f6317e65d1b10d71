"""Notice turn guards."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

-- “I take it” is said now, of what nobody else has taken, and holds for a while only.
create or replace function lockbox_turntaken_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform 1 from requests_app_accessrequest where id = new.access_request_id for no key update;
  if not lockbox_is_now(new.taken_at) or new.held_until <= new.taken_at
     or new.held_until > new.taken_at + interval '1 day' then
    perform lockbox_refuse('a turn is taken now, for a while');
  end if;
  if exists (select from requests_app_turntaken t
             where t.item = new.item and t.act = new.act and t.turn = new.turn
               and t.held_until > new.taken_at) then
    perform lockbox_refuse('a turn is taken by one at a time');
  end if;
  return new;
end $f$;

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

CREATE OR REPLACE FUNCTION public.lockbox_turntaken_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  perform 1 from requests_app_accessrequest where id = new.access_request_id for no key update;
  if not lockbox_is_now(new.taken_at) or new.held_until <= new.taken_at
     or new.held_until > new.taken_at + interval '1 day' then
    perform lockbox_refuse('a turn is taken now, for a while');
  end if;
  if exists (select from requests_app_turntaken t
             where t.item = new.item and t.act = new.act and t.held_until > new.taken_at) then
    perform lockbox_refuse('a turn is taken by one at a time');
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
    dependencies = [('requests_app', '0009_notice_turns')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
