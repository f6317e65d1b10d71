"""Guards of expiry."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

-- Disposes of the details of lines whose time is out, and records it line by line.
-- Returns how many there were. Only a function that knows the rule calls it.
create or replace function audit_details_expire(
  in_entries bigint[], in_basis jsonb, in_actor_id bigint
) returns bigint
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  gone bigint;
begin
  if exists (select from audit_app_ledgerentry line
             where line.id = any (in_entries) and not audit_may_expire(line.kind, line.event)) then
    raise exception 'what was changed or done does not run out'
      using errcode = 'insufficient_privilege';
  end if;
  perform audit_ledger_add('event', 'detail.expired', 'audit_app_ledgerdetail', line.id::text,
    line.authority_id, in_basis || case when exists (select from audit_app_setclock)
      then jsonb_build_object('clock', audit_now()) else '{}' end, in_actor_id, '')
  from audit_app_ledgerentry line join audit_app_ledgerdetail on entry_id = line.id
  where line.id = any (in_entries) order by line.id;
  delete from audit_app_ledgerdetail where entry_id = any (in_entries);
  get diagnostics gone = row_count;
  return gone;
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

CREATE OR REPLACE FUNCTION public.audit_details_expire(in_entries bigint[], in_basis jsonb, in_actor_id bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  gone bigint;
begin
  if exists (select from audit_app_ledgerentry line
             where line.id = any (in_entries) and not audit_may_expire(line.kind, line.event)) then
    raise exception 'what was changed or done does not run out'
      using errcode = 'insufficient_privilege';
  end if;
  perform audit_ledger_add('event', 'detail.expired', 'audit_app_ledgerdetail', line.id::text,
    line.authority_id, in_basis, in_actor_id, '', '')
  from audit_app_ledgerentry line join audit_app_ledgerdetail on entry_id = line.id
  where line.id = any (in_entries) order by line.id;
  delete from audit_app_ledgerdetail where entry_id = any (in_entries);
  get diagnostics gone = row_count;
  return gone;
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
    dependencies = [('audit_app', '0003_guards')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
