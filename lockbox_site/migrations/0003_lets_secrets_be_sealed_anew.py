"""Lets secrets be sealed anew."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

-- Each person registers and uses their own, and it is replaced, never taken away.
create or replace function lockbox_secondfactor_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
  if new.person_id::text is distinct from current_setting('lockbox.actor_id', true)
     or tg_op = 'UPDATE' and new.person_id <> old.person_id then
    raise exception 'a second factor is registered and used by the person alone'
      using errcode = 'integrity_constraint_violation';
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

CREATE OR REPLACE FUNCTION public.lockbox_secondfactor_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if new.person_id::text is distinct from current_setting('lockbox.actor_id', true)
     or tg_op = 'UPDATE' and new.person_id <> old.person_id then
    raise exception 'a second factor is registered and used by the person alone'
      using errcode = 'integrity_constraint_violation';
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
    dependencies = [('lockbox_site', '0002_guards'), ('requests_app', '0003_lets_secrets_be_sealed_anew')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
