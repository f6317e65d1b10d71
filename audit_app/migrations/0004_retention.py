"""Retention."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

-- A detail of a line is never changed, and goes only in the transaction that records
-- its disposal.
create or replace function audit_detail_stays() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  -- The setting names the caller's role, inside SECURITY DEFINER too.
  if TG_OP = 'DELETE' and exists (
      select from audit_app_ledgerentry line
      where line.object_type = TG_TABLE_NAME and line.object_id = old.entry_id::text
        and line.kind = 'event' and line.xid = pg_current_xact_id()
        and (line.event = 'detail.expired'
             or line.event = 'detail.disposed' and line.db_role = 'lockbox_disposal'
                and current_setting('role') = 'lockbox_disposal')) then
    return old;
  end if;
  raise exception '% is append-only', TG_TABLE_NAME using errcode = 'insufficient_privilege';
end $f$;

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
    line.authority_id, in_basis, in_actor_id, '', '')
  from audit_app_ledgerentry line join audit_app_ledgerdetail on entry_id = line.id
  where line.id = any (in_entries) order by line.id;
  delete from audit_app_ledgerdetail where entry_id = any (in_entries);
  get diagnostics gone = row_count;
  return gone;
end $f$;

-- Refuses a disposal of what is told nowhere else, or without a basis.
create or replace function audit_disposal_guard(
  in_entries bigint[], in_basis text
) returns void
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if current_setting('role') <> 'lockbox_disposal' then
    raise exception 'only lockbox_disposal disposes of details'
      using errcode = 'insufficient_privilege';
  end if;
  if btrim(coalesce(in_basis, '')) = '' then
    raise exception 'what is disposed of has a basis' using errcode = 'check_violation';
  end if;
  if exists (select from audit_app_ledgerentry line
             where line.id = any (in_entries) and line.event in ('detail.disposed',
               'detail.expired', 'disposal.proposed', 'ledger.signed', 'application.login_recorded')) then
    raise exception 'what the ledger tells of itself stays' using errcode = 'insufficient_privilege';
  end if;
  if exists (select from audit_ledger_standing(in_entries)) then
    raise exception 'line % tells of what stands: it is not disposed of',
      (select min(line) from audit_ledger_standing(in_entries) line)
      using errcode = 'integrity_constraint_violation';
  end if;
end $f$;

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
  if in_event in ('detail.disposed', 'detail.expired', 'disposal.proposed', 'ledger.signed',
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

-- May the detail of such a line run out by a rule? What was changed, and what was done in
-- a case, may not; `verifying.disposals` says the same.
create or replace function audit_may_expire(in_kind text, in_event text) returns boolean
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select in_kind in ('read', 'refusal', 'auth', 'export')
    or in_kind = 'event' and in_event in ('notice.sent', 'notice.told')
$f$;

revoke all on function audit_details_expire from public;

revoke all on function audit_may_expire from public;

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

drop function audit_may_expire;

drop function audit_details_expire;

CREATE OR REPLACE FUNCTION public.audit_detail_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  -- The setting names the caller's role, inside SECURITY DEFINER too.
  if TG_OP = 'DELETE' and current_setting('role') = 'lockbox_disposal' and exists (
      select from audit_app_ledgerentry line
      where line.object_type = TG_TABLE_NAME and line.object_id = old.entry_id::text
        and line.kind = 'event' and line.event = 'detail.disposed'
        and line.db_role = 'lockbox_disposal' and line.xid = pg_current_xact_id()) then
    return old;
  end if;
  raise exception '% is append-only', TG_TABLE_NAME using errcode = 'insufficient_privilege';
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_disposal_guard(in_entries bigint[], in_basis text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if current_setting('role') <> 'lockbox_disposal' then
    raise exception 'only lockbox_disposal disposes of details'
      using errcode = 'insufficient_privilege';
  end if;
  if btrim(coalesce(in_basis, '')) = '' then
    raise exception 'what is disposed of has a basis' using errcode = 'check_violation';
  end if;
  if exists (select from audit_app_ledgerentry line
             where line.id = any (in_entries) and line.event in ('detail.disposed',
               'disposal.proposed', 'ledger.signed', 'application.login_recorded')) then
    raise exception 'what the ledger tells of itself stays' using errcode = 'insufficient_privilege';
  end if;
  if exists (select from audit_ledger_standing(in_entries)) then
    raise exception 'line % tells of what stands: it is not disposed of',
      (select min(line) from audit_ledger_standing(in_entries) line)
      using errcode = 'integrity_constraint_violation';
  end if;
end $function$
;

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
