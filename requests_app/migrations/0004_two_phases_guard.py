"""Two phases guard."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

drop trigger lockbox_only on requests_app_delivery;

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_delivery FOR EACH ROW EXECUTE FUNCTION lockbox_only('status', 'confirmed_by_id', 'confirmed_at', 'given_at', 'provider_reference', 'proof_id', 'accepted_at', 'signature', 'version');

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

drop trigger lockbox_only on requests_app_delivery;

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_delivery FOR EACH ROW EXECUTE FUNCTION lockbox_only('status', 'confirmed_by_id', 'confirmed_at', 'given_at', 'provider_reference', 'proof_id', 'version');

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_two_phases_and_signatures')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
