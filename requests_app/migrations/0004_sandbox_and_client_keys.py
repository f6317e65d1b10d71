"""Sandbox and client keys."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

drop trigger lockbox_only on requests_app_contractclient;

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
       where l.id = new.client_id and r.id = new.access_request_id and l.ended_at is null
         and not l.is_sandbox)
       and not exists (
       select from requests_app_contractclient l
       join requests_app_sandboxrequest s on s.client_id = l.id
       where l.id = new.client_id and s.id = new.sandbox_request_id and l.ended_at is null)
     or new.question_id is not null and not exists (
       select from requests_app_message q
       where q.id = new.question_id and q.access_request_id = new.access_request_id
         and not q.from_provider) then
    perform lockbox_refuse('a message of the outbox tells of what there is');
  end if;
  return new;
end $f$;

-- What is tried in the sandbox is a client's of the sandbox, and never another's.
create or replace function lockbox_sandbox_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from requests_app_contractclient c where c.id = new.client_id and c.is_sandbox)
     or new.extends_id is not null and not exists (
       select from requests_app_sandboxrequest s
       where s.id = new.extends_id and s.client_id = new.client_id) then
    perform lockbox_refuse('the sandbox is for its own clients');
  end if;
  return new;
end $f$;

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_sandboxrequest FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_outside AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_sandboxrequest FOR EACH ROW EXECUTE FUNCTION audit_ledger_outside('{}');

CREATE TRIGGER lockbox_guard BEFORE INSERT OR UPDATE ON public.requests_app_sandboxrequest FOR EACH ROW EXECUTE FUNCTION lockbox_sandbox_guard();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_contractclient FOR EACH ROW EXECUTE FUNCTION lockbox_only('name', 'secret_made_at', 'ended_at', 'webhook_url', 'public_keys', 'changed_itself_at', 'version');

revoke all on function lockbox_sandbox_guard from public;

grant execute on function lockbox_sandbox_guard to public;

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

revoke execute on function lockbox_sandbox_guard from public;

drop trigger lockbox_only on requests_app_contractclient;

drop trigger lockbox_guard on requests_app_sandboxrequest;

drop trigger audit_outside on requests_app_sandboxrequest;

drop trigger audit_no_truncate on requests_app_sandboxrequest;

drop function lockbox_sandbox_guard;

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

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_contractclient FOR EACH ROW EXECUTE FUNCTION lockbox_only('name', 'secret_made_at', 'ended_at', 'webhook_url', 'version');

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_sandbox_and_client_keys')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
