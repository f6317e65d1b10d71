"""Notices by way."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

drop trigger lockbox_only on requests_app_noticechoice;

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_noticechoice FOR EACH ROW EXECUTE FUNCTION lockbox_only('switched_off', 'switched_on');

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

drop trigger lockbox_only on requests_app_noticechoice;

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_noticechoice FOR EACH ROW EXECUTE FUNCTION lockbox_only('off');

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0006_notices_by_way')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
