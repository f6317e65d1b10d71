"""The next opens."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

grant select (opens_next) on lockbox_site_user to lockbox_auditor;

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

revoke select (opens_next) on lockbox_site_user from lockbox_auditor;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('lockbox_site', '0003_the_next_opens_after_a_step')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
