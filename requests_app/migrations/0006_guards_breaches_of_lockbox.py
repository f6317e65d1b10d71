"""Guards breaches of lockbox."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicalbreach from lockbox_app;

revoke update on requests_app_breach from lockbox_app;

revoke delete on requests_app_historicalbreach from lockbox_app;

revoke delete on requests_app_breach from lockbox_app;

drop trigger audit_ledger on requests_app_incidentduty;

-- A breach of Lockbox is recorded by those whose duties it starts, once it is known.
create or replace function lockbox_breach_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.known_at > audit_now() + interval '5 minutes' or not lockbox_is_now(new.recorded_at)
     or not (lockbox_holds_role(audit_actor(), 'dpo', new.authority_id, null, clock_timestamp())
       or lockbox_holds_role(
         audit_actor(), 'information_security', new.authority_id, null, clock_timestamp())) then
    perform lockbox_refuse('a breach is recorded by who guards data at the authority, once it is known');
  end if;
  return new;
end $f$;

-- A duty of an incident begins when it becomes known, and is settled once, by a person, in
-- their own name.
create or replace function lockbox_duty_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.known_at > audit_now() + interval '5 minutes'
       or new.deviation_id is not null and not exists (
         select from requests_app_deviation d
         where d.id = new.deviation_id and d.review_id = new.review_id
           and d.discovered_at = new.known_at)
       or new.breach_id is not null and not exists (
         select from requests_app_breach b
         where b.id = new.breach_id and b.known_at = new.known_at) then
      perform lockbox_refuse('a duty begins when its deviation is discovered');
    end if;
    return new;
  end if;
  if old.status <> 'open' then
    perform lockbox_refuse('a duty that is settled stays so');
  end if;
  if new.due_at is distinct from old.due_at and old.kind <> 'cyber8' then
    perform lockbox_refuse('the clock of a duty runs on');
  end if;
  if new.status <> 'open' and (lockbox_is_not_actor(new.settled_by_id)
       or not lockbox_is_now(new.settled_at)
       or new.reported_at not between old.known_at and audit_now() + interval '5 minutes'
       or not exists (select from lockbox_site_user
                      where id = new.settled_by_id and is_active and not is_machine)) then
    perform lockbox_refuse('a duty is settled by a person, in their own name');
  end if;
  return new;
end $f$;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_breach FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalbreach FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalbreach FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_breach');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_breach DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalbreach', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_breach FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_incidentduty FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select coalesce((select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint), (select t0.authority_id from requests_app_breach t0 where t0.id = ($1->>''breach_id'')::bigint))', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_breach FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalbreach FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalbreach FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_breach');

CREATE TRIGGER lockbox_guard BEFORE INSERT ON public.requests_app_breach FOR EACH ROW EXECUTE FUNCTION lockbox_breach_guard();

CREATE TRIGGER lockbox_own_name BEFORE INSERT ON public.requests_app_breach FOR EACH ROW EXECUTE FUNCTION lockbox_own_name('recorded_by_id');

revoke all on function lockbox_breach_guard from public;

grant execute on function lockbox_breach_guard to public;

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

revoke execute on function lockbox_breach_guard from public;

drop trigger lockbox_own_name on requests_app_breach;

drop trigger lockbox_guard on requests_app_breach;

drop trigger audit_stamp on requests_app_historicalbreach;

drop trigger audit_no_truncate on requests_app_historicalbreach;

drop trigger audit_no_truncate on requests_app_breach;

drop trigger audit_ledger on requests_app_incidentduty;

drop trigger audit_ledger on requests_app_breach;

drop trigger audit_history on requests_app_breach;

drop trigger audit_change on requests_app_historicalbreach;

drop trigger audit_append_only on requests_app_historicalbreach;

drop trigger audit_append_only on requests_app_breach;

drop function lockbox_breach_guard;

CREATE OR REPLACE FUNCTION public.lockbox_duty_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.known_at > audit_now() + interval '5 minutes'
       or new.deviation_id is not null and not exists (
         select from requests_app_deviation d
         where d.id = new.deviation_id and d.review_id = new.review_id
           and d.discovered_at = new.known_at) then
      perform lockbox_refuse('a duty begins when its deviation is discovered');
    end if;
    return new;
  end if;
  if old.status <> 'open' then
    perform lockbox_refuse('a duty that is settled stays so');
  end if;
  if new.due_at is distinct from old.due_at and old.kind <> 'cyber8' then
    perform lockbox_refuse('the clock of a duty runs on');
  end if;
  if new.status <> 'open' and (lockbox_is_not_actor(new.settled_by_id)
       or not lockbox_is_now(new.settled_at)
       or new.reported_at not between old.known_at and audit_now() + interval '5 minutes'
       or not exists (select from lockbox_site_user
                      where id = new.settled_by_id and is_active and not is_machine)) then
    perform lockbox_refuse('a duty is settled by a person, in their own name');
  end if;
  return new;
end $function$
;

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_incidentduty FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

grant delete on requests_app_breach to lockbox_app;

grant delete on requests_app_historicalbreach to lockbox_app;

grant update on requests_app_breach to lockbox_app;

grant update on requests_app_historicalbreach to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0005_knows_breaches_of_lockbox')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
