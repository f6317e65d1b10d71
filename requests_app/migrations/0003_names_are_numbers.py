"""Names are numbers."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

grant execute on function audit_ledger_record to lockbox_app;

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

revoke execute on function audit_ledger_record from lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0002_guards'), ('audit_app', '0004_names_are_numbers')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
