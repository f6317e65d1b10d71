"""Auditor reads names."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

grant select (host) on requests_app_noticechannel to lockbox_auditor;

grant select (id) on requests_app_noticechannel to lockbox_auditor;

grant select (id) on requests_app_rostergroup to lockbox_auditor;

grant select (name) on requests_app_rostergroup to lockbox_auditor;

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

revoke select (name) on requests_app_rostergroup from lockbox_auditor;

revoke select (id) on requests_app_rostergroup from lockbox_auditor;

revoke select (id) on requests_app_noticechannel from lockbox_auditor;

revoke select (host) on requests_app_noticechannel from lockbox_auditor;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0002_guards')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
