"""Mail."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_receivedmail from lockbox_app;

revoke update on requests_app_historicalmailrule from lockbox_app;

revoke delete on requests_app_receivedmail from lockbox_app;

revoke delete on requests_app_historicalmailrule from lockbox_app;

drop trigger lockbox_only on requests_app_accessrequest;

CREATE INDEX accessrequest_audit_id_parts ON public.requests_app_accessrequest USING gin (upper((audit_id)::text) gin_trgm_ops);

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalmailrule FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_receivedmail FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalmailrule FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_mailrule');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_mailrule DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalmailrule', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_mailrule FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_connection t0 where t0.id = ($1->>''connection_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_receivedmail FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalmailrule FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_mailboxposition FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_receivedmail FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_outside AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_mailboxposition FOR EACH ROW EXECUTE FUNCTION audit_ledger_outside('{}');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalmailrule FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_mailrule');

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_mailrule FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_accessrequest FOR EACH ROW EXECUTE FUNCTION lockbox_only('external_id', 'justification_id', 'duration_minutes', 'duration_text', 'engineer_country', 'employer_entity', 'service', 'support_case', 'audit_id', 'requested_at', 'answer_deadline', 'revision', 'received_at', 'connection_id', 'provider_status', 'status', 'version', 'merged_into_id', 'narrows_id', 'extends_id', 'revoked_at');

CREATE TRIGGER lockbox_two_persons_insert BEFORE INSERT ON public.requests_app_mailrule FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{}');

CREATE TRIGGER lockbox_two_persons_update BEFORE UPDATE ON public.requests_app_mailrule FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{connection_id,name,sender,signed_by,sealed_by,subject_pattern,number_pattern,case_pattern,tenant,is_active}');

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

drop trigger lockbox_two_persons_update on requests_app_mailrule;

drop trigger lockbox_two_persons_insert on requests_app_mailrule;

drop trigger lockbox_only on requests_app_accessrequest;

drop trigger lockbox_kept on requests_app_mailrule;

drop trigger audit_stamp on requests_app_historicalmailrule;

drop trigger audit_outside on requests_app_mailboxposition;

drop trigger audit_no_truncate on requests_app_receivedmail;

drop trigger audit_no_truncate on requests_app_mailboxposition;

drop trigger audit_no_truncate on requests_app_historicalmailrule;

drop trigger audit_ledger on requests_app_receivedmail;

drop trigger audit_ledger on requests_app_mailrule;

drop trigger audit_history on requests_app_mailrule;

drop trigger audit_change on requests_app_historicalmailrule;

drop trigger audit_append_only on requests_app_receivedmail;

drop trigger audit_append_only on requests_app_historicalmailrule;

drop index accessrequest_audit_id_parts;

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_accessrequest FOR EACH ROW EXECUTE FUNCTION lockbox_only('external_id', 'justification_id', 'duration_minutes', 'duration_text', 'engineer_country', 'employer_entity', 'service', 'support_case', 'requested_at', 'answer_deadline', 'revision', 'received_at', 'connection_id', 'provider_status', 'status', 'version', 'merged_into_id', 'narrows_id', 'extends_id', 'revoked_at');

grant delete on requests_app_historicalmailrule to lockbox_app;

grant delete on requests_app_receivedmail to lockbox_app;

grant update on requests_app_historicalmailrule to lockbox_app;

grant update on requests_app_receivedmail to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_mail')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
