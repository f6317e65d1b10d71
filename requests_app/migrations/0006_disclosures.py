"""Disclosures."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicaldisclosure from lockbox_app;

revoke update on requests_app_disclosure from lockbox_app;

revoke delete on requests_app_historicaldisclosure from lockbox_app;

revoke delete on requests_app_disclosure from lockbox_app;

-- What is given of a case is tested while the request is open and it is known who asks, by
-- somebody else, of the authority that was asked.
create or replace function lockbox_disclosure_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_now(new.tested_at) or not exists (
       select from requests_app_datasubjectrequest r
       where r.id = new.request_id and r.status = 'open' and r.identity <> ''
         and r.kind = 'access' and r.account_id is distinct from audit_actor()
         and (new.review_id is null or exists (
           select from requests_app_secrecyreview s
           where s.id = new.review_id and s.authority_id = r.authority_id))) then
    perform lockbox_refuse('what a data subject is given is tested before the answer, of the authority asked');
  end if;
  return new;
end $f$;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_disclosure FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicaldisclosure FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicaldisclosure FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_disclosure');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_disclosure DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicaldisclosure', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_disclosure FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_datasubjectrequest t0 where t0.id = ($1->>''request_id'')::bigint', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_disclosure FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicaldisclosure FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicaldisclosure FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_disclosure');

CREATE TRIGGER lockbox_guard BEFORE INSERT ON public.requests_app_disclosure FOR EACH ROW EXECUTE FUNCTION lockbox_disclosure_guard();

CREATE TRIGGER lockbox_own_name BEFORE INSERT ON public.requests_app_disclosure FOR EACH ROW EXECUTE FUNCTION lockbox_own_name('tested_by_id');

revoke all on function lockbox_disclosure_guard from public;

grant execute on function lockbox_disclosure_guard to public;

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

revoke execute on function lockbox_disclosure_guard from public;

drop trigger lockbox_own_name on requests_app_disclosure;

drop trigger lockbox_guard on requests_app_disclosure;

drop trigger audit_stamp on requests_app_historicaldisclosure;

drop trigger audit_no_truncate on requests_app_historicaldisclosure;

drop trigger audit_no_truncate on requests_app_disclosure;

drop trigger audit_ledger on requests_app_disclosure;

drop trigger audit_history on requests_app_disclosure;

drop trigger audit_change on requests_app_historicaldisclosure;

drop trigger audit_append_only on requests_app_historicaldisclosure;

drop trigger audit_append_only on requests_app_disclosure;

drop function lockbox_disclosure_guard;

grant delete on requests_app_disclosure to lockbox_app;

grant delete on requests_app_historicaldisclosure to lockbox_app;

grant update on requests_app_disclosure to lockbox_app;

grant update on requests_app_historicaldisclosure to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0005_disclosures')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
