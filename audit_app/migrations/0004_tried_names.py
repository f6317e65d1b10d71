"""Tried names."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

-- The application's way to add a line: of anything but changes, which triggers record,
-- and disposals.
create or replace function audit_ledger_record(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority
  bigint, in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_kind not in ('change', 'event', 'read', 'refusal', 'auth', 'export') then
    raise exception 'there is no kind of line called %', in_kind
      using errcode = 'check_violation';
  end if;
  if in_kind = 'change' then
    raise exception 'changes are recorded by the database' using errcode = 'insufficient_privilege';
  end if;
  if in_event in ('detail.disposed', 'disposal.proposed', 'ledger.signed',
                  'application.login_recorded') then
    raise exception '% is recorded by a function of its own', in_event
      using errcode = 'insufficient_privilege';
  end if;
  -- A name that is no account's may be a password that was typed in the wrong box.
  if in_detail ? 'username' and not exists (
      select from lockbox_site_user where username = in_detail->>'username') then
    raise exception 'a line names accounts only' using errcode = 'check_violation';
  end if;
  if in_detail ? 'tried' and (
      in_detail->'tried'->>'digest' ~ '^[0-9a-f]{16}$'
      and in_detail->'tried'->>'first' ~ '^[[:alnum:]]?$'
      and (in_detail->'tried') - '{digest,first}'::text[] = '{}') is not true then
    raise exception 'of a name that was tried a line tells a letter and a digest'
      using errcode = 'check_violation';
  end if;
  return audit_ledger_add(in_kind, in_event, in_object_type, in_object_id, in_authority,
    in_detail, in_actor_id, in_actor_name, in_request_id);
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

CREATE OR REPLACE FUNCTION public.audit_ledger_record(in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint, in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if in_kind not in ('change', 'event', 'read', 'refusal', 'auth', 'export') then
    raise exception 'there is no kind of line called %', in_kind
      using errcode = 'check_violation';
  end if;
  if in_kind = 'change' then
    raise exception 'changes are recorded by the database' using errcode = 'insufficient_privilege';
  end if;
  if in_event in ('detail.disposed', 'disposal.proposed', 'ledger.signed',
                  'application.login_recorded') then
    raise exception '% is recorded by a function of its own', in_event
      using errcode = 'insufficient_privilege';
  end if;
  return audit_ledger_add(in_kind, in_event, in_object_type, in_object_id, in_authority,
    in_detail, in_actor_id, in_actor_name, in_request_id);
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
