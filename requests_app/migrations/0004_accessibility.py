"""Accessibility."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicalaccessibilitystatement from lockbox_app;

revoke update on requests_app_historicalaccessibilityfault from lockbox_app;

revoke delete on requests_app_historicalaccessibilitystatement from lockbox_app;

revoke delete on requests_app_historicalaccessibilityfault from lockbox_app;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalaccessibilityfault FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalaccessibilitystatement FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalaccessibilityfault FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_accessibilityfault');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalaccessibilitystatement FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_accessibilitystatement');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_accessibilityfault DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalaccessibilityfault', '{}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_accessibilitystatement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalaccessibilitystatement', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_accessibilityfault FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_accessibilitystatement t0 where t0.id = ($1->>''statement_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_accessibilitystatement FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalaccessibilityfault FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalaccessibilitystatement FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalaccessibilityfault FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_accessibilityfault');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalaccessibilitystatement FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_accessibilitystatement');

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_accessibilitystatement FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

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

drop trigger lockbox_kept on requests_app_accessibilitystatement;

drop trigger audit_stamp on requests_app_historicalaccessibilitystatement;

drop trigger audit_stamp on requests_app_historicalaccessibilityfault;

drop trigger audit_no_truncate on requests_app_historicalaccessibilitystatement;

drop trigger audit_no_truncate on requests_app_historicalaccessibilityfault;

drop trigger audit_ledger on requests_app_accessibilitystatement;

drop trigger audit_ledger on requests_app_accessibilityfault;

drop trigger audit_history on requests_app_accessibilitystatement;

drop trigger audit_history on requests_app_accessibilityfault;

drop trigger audit_change on requests_app_historicalaccessibilitystatement;

drop trigger audit_change on requests_app_historicalaccessibilityfault;

drop trigger audit_append_only on requests_app_historicalaccessibilitystatement;

drop trigger audit_append_only on requests_app_historicalaccessibilityfault;

grant delete on requests_app_historicalaccessibilityfault to lockbox_app;

grant delete on requests_app_historicalaccessibilitystatement to lockbox_app;

grant update on requests_app_historicalaccessibilityfault to lockbox_app;

grant update on requests_app_historicalaccessibilitystatement to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_accessibility')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
