"""Doors and support guards."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicalsupportticket from lockbox_app;

revoke delete on requests_app_historicalsupportticket from lockbox_app;

drop trigger lockbox_two_persons_update on requests_app_providerproduct;

-- A message names what to tell of, once; what is sent is read from there. Only how far
-- it has come changes, and it is delivered only by a try.
create or replace function lockbox_outbox_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  progress text[] := '{attempts,next_attempt_at,lease_until,uncertain,finished_at,result,trouble}';
begin
  if tg_op = 'UPDATE' then
    if old.finished_at is not null or to_jsonb(new) - progress <> to_jsonb(old) - progress then
      perform lockbox_refuse('a message of the outbox is not rewritten');
    end if;
    if new.result = 'delivered' and not exists (
         select from requests_app_outboxattempt where message_id = new.id) then
      perform lockbox_refuse('nothing was sent');
    end if;
    return new;
  end if;
  if new.attempts <> 0 or new.uncertain or new.finished_at is not null and (new.topic = 'answer' or new.result <> 'cancelled')
     or new.topic = 'answer' and not exists (
       select from requests_app_delivery d
       where d.id = new.delivery_id and d.access_request_id = new.access_request_id
         and d.status = 'open')
     or new.topic = 'webhook' and new.event not in ('webhook.test', 'service.restored') and not exists (
       select from requests_app_contractclient l
       join requests_app_accessrequest r on r.connection_id = l.connection_id
       where l.id = new.client_id and r.id = new.access_request_id and l.ended_at is null)
     or new.question_id is not null and not exists (
       select from requests_app_message q
       where q.id = new.question_id and q.access_request_id = new.access_request_id
         and not q.from_provider)
     or new.topic = 'consent' and not exists (
       select from requests_app_supportticket t
       where t.id = new.ticket_id and t.withdrawn_at is not null) then
    perform lockbox_refuse('a message of the outbox tells of what there is');
  end if;
  return new;
end $f$;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalsupportticket FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalsupportticket FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_supportticket');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_supportticket DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalsupportticket', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_supportticket FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_connection t0 where t0.id = ($1->>''connection_id'')::bigint', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalsupportticket FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_readiness FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_outside AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_readiness FOR EACH ROW EXECUTE FUNCTION audit_ledger_outside('{}');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalsupportticket FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_supportticket');

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_supportticket FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_supportticket FOR EACH ROW EXECUTE FUNCTION lockbox_only('number', 'status', 'advanced_diagnostics', 'other_consents', 'withdrawn_at', 'withdrawn_by_id', 'version');

CREATE TRIGGER lockbox_own_name BEFORE INSERT OR UPDATE ON public.requests_app_supportticket FOR EACH ROW EXECUTE FUNCTION lockbox_own_name_once_set('withdrawn_by_id');

CREATE TRIGGER lockbox_two_persons_update BEFORE UPDATE ON public.requests_app_providerproduct FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{provider_id,name,channel,answer_minutes,access_minutes,access_is_fixed,can_answer_partly,revocation,can_extend,portal,approve_label,deny_label,promise,promise_source,promise_read_on}');

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

drop trigger lockbox_two_persons_update on requests_app_providerproduct;

drop trigger lockbox_own_name on requests_app_supportticket;

drop trigger lockbox_only on requests_app_supportticket;

drop trigger lockbox_kept on requests_app_supportticket;

drop trigger audit_stamp on requests_app_historicalsupportticket;

drop trigger audit_outside on requests_app_readiness;

drop trigger audit_no_truncate on requests_app_readiness;

drop trigger audit_no_truncate on requests_app_historicalsupportticket;

drop trigger audit_ledger on requests_app_supportticket;

drop trigger audit_history on requests_app_supportticket;

drop trigger audit_change on requests_app_historicalsupportticket;

drop trigger audit_append_only on requests_app_historicalsupportticket;

CREATE OR REPLACE FUNCTION public.lockbox_outbox_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  progress text[] := '{attempts,next_attempt_at,lease_until,uncertain,finished_at,result,trouble}';
begin
  if tg_op = 'UPDATE' then
    if old.finished_at is not null or to_jsonb(new) - progress <> to_jsonb(old) - progress then
      perform lockbox_refuse('a message of the outbox is not rewritten');
    end if;
    if new.result = 'delivered' and not exists (
         select from requests_app_outboxattempt where message_id = new.id) then
      perform lockbox_refuse('nothing was sent');
    end if;
    return new;
  end if;
  if new.attempts <> 0 or new.uncertain or new.finished_at is not null and (new.topic = 'answer' or new.result <> 'cancelled')
     or new.topic = 'answer' and not exists (
       select from requests_app_delivery d
       where d.id = new.delivery_id and d.access_request_id = new.access_request_id
         and d.status = 'open')
     or new.topic = 'webhook' and new.event not in ('webhook.test', 'service.restored') and not exists (
       select from requests_app_contractclient l
       join requests_app_accessrequest r on r.connection_id = l.connection_id
       where l.id = new.client_id and r.id = new.access_request_id and l.ended_at is null)
     or new.question_id is not null and not exists (
       select from requests_app_message q
       where q.id = new.question_id and q.access_request_id = new.access_request_id
         and not q.from_provider) then
    perform lockbox_refuse('a message of the outbox tells of what there is');
  end if;
  return new;
end $function$
;

CREATE TRIGGER lockbox_two_persons_update BEFORE UPDATE ON public.requests_app_providerproduct FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{provider_id,name,channel,answer_minutes,access_minutes,access_is_fixed,can_answer_partly,revocation,can_extend,portal,approve_label,deny_label}');

grant delete on requests_app_historicalsupportticket to lockbox_app;

grant update on requests_app_historicalsupportticket to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_doors_and_support')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
