"""Folded lines and reading limits."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.audit_app_foldedline FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_outside AFTER INSERT OR DELETE OR UPDATE ON public.audit_app_foldedline FOR EACH ROW EXECUTE FUNCTION audit_ledger_outside('{}');

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

drop trigger audit_outside on audit_app_foldedline;

drop trigger audit_no_truncate on audit_app_foldedline;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('audit_app', '0004_folded_lines')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
