"""Data subject requests."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicaldatasubjectrequest from lockbox_app;

revoke delete on requests_app_historicaldatasubjectrequest from lockbox_app;

-- A request of a data subject is recorded once it has come, and answered once, by somebody who
-- decides there and is not the one who asks.
create or replace function lockbox_data_subject_request_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.extended_at is not null or new.identity <> ''
       or new.received_at > audit_now() + interval '5 minutes'
       or new.due_at > new.received_at + interval '1 month 15 days'
       or not lockbox_is_now(new.recorded_at)
       or not (lockbox_holds_role(audit_actor(), 'dpo', new.authority_id, null, clock_timestamp())
         or lockbox_holds_role(
           audit_actor(), 'registrar', new.authority_id, null, clock_timestamp())) then
      perform lockbox_refuse('a request of a data subject is recorded as it came, by registrar or data protection officer');
    end if;
    return new;
  end if;
  if old.status <> 'open' then
    perform lockbox_refuse('a request of a data subject that is answered stays so');
  end if;
  if new.due_at <> old.due_at or new.extended_at is distinct from old.extended_at then
    if old.extended_at is not null or new.extended_at is null
       or not lockbox_is_now(new.extended_at) or new.extended_at > old.due_at
       or new.due_at > old.received_at + interval '3 months 15 days' then
      perform lockbox_refuse('a request of a data subject is extended once, within its month');
    end if;
  end if;
  if audit_actor() is not distinct from new.account_id then
    perform lockbox_refuse('nobody handles their own request');
  end if;
  if new.status <> 'open' and (lockbox_is_not_actor(new.settled_by_id)
       or not lockbox_is_now(new.settled_at)
       or not lockbox_holds_role(
         audit_actor(), 'decision_maker', new.authority_id, null, clock_timestamp())) then
    perform lockbox_refuse('a request of a data subject is answered by who decides there');
  end if;
  return new;
end $f$;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicaldatasubjectrequest FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicaldatasubjectrequest FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_datasubjectrequest');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_datasubjectrequest DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicaldatasubjectrequest', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_datasubjectrequest FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicaldatasubjectrequest FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicaldatasubjectrequest FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_datasubjectrequest');

CREATE TRIGGER lockbox_guard BEFORE INSERT OR UPDATE ON public.requests_app_datasubjectrequest FOR EACH ROW EXECUTE FUNCTION lockbox_data_subject_request_guard();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_datasubjectrequest FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_datasubjectrequest FOR EACH ROW EXECUTE FUNCTION lockbox_only('due_at', 'identity', 'extended_at', 'extension_reason_id', 'status', 'reasons_id', 'answer_id', 'settled_by_id', 'settled_at', 'version');

CREATE TRIGGER lockbox_own_name BEFORE INSERT ON public.requests_app_datasubjectrequest FOR EACH ROW EXECUTE FUNCTION lockbox_own_name('recorded_by_id');

revoke all on function lockbox_data_subject_request_guard from public;

grant execute on function lockbox_data_subject_request_guard to public;

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

revoke execute on function lockbox_data_subject_request_guard from public;

drop trigger lockbox_own_name on requests_app_datasubjectrequest;

drop trigger lockbox_only on requests_app_datasubjectrequest;

drop trigger lockbox_kept on requests_app_datasubjectrequest;

drop trigger lockbox_guard on requests_app_datasubjectrequest;

drop trigger audit_stamp on requests_app_historicaldatasubjectrequest;

drop trigger audit_no_truncate on requests_app_historicaldatasubjectrequest;

drop trigger audit_ledger on requests_app_datasubjectrequest;

drop trigger audit_history on requests_app_datasubjectrequest;

drop trigger audit_change on requests_app_historicaldatasubjectrequest;

drop trigger audit_append_only on requests_app_historicaldatasubjectrequest;

drop function lockbox_data_subject_request_guard;

grant delete on requests_app_historicaldatasubjectrequest to lockbox_app;

grant update on requests_app_historicaldatasubjectrequest to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_data_subject_requests')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
