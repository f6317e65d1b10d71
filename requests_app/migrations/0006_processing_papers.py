"""Processing papers."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicalprocessingpaper from lockbox_app;

revoke delete on requests_app_historicalprocessingpaper from lockbox_app;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalprocessingpaper FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalprocessingpaper FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_processingpaper');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_processingpaper DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalprocessingpaper', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_processingpaper FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalprocessingpaper FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalprocessingpaper FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_processingpaper');

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_processingpaper FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_two_persons_insert BEFORE INSERT ON public.requests_app_processingpaper FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{}');

CREATE TRIGGER lockbox_two_persons_update BEFORE UPDATE ON public.requests_app_processingpaper FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{authority_id,kind,diary_number,contact,officer,processor,contract,remarks,drawn_on,digest}');

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

drop trigger lockbox_two_persons_update on requests_app_processingpaper;

drop trigger lockbox_two_persons_insert on requests_app_processingpaper;

drop trigger lockbox_kept on requests_app_processingpaper;

drop trigger audit_stamp on requests_app_historicalprocessingpaper;

drop trigger audit_no_truncate on requests_app_historicalprocessingpaper;

drop trigger audit_ledger on requests_app_processingpaper;

drop trigger audit_history on requests_app_processingpaper;

drop trigger audit_change on requests_app_historicalprocessingpaper;

drop trigger audit_append_only on requests_app_historicalprocessingpaper;

grant delete on requests_app_historicalprocessingpaper to lockbox_app;

grant update on requests_app_historicalprocessingpaper to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0005_processing_papers')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
