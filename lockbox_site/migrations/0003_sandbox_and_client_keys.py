"""Sandbox and client keys."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

drop trigger audit_ledger on allauth_idp_oidc_client;

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.allauth_idp_oidc_client FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{secret,data}', 'select null::bigint', '{}');

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

drop trigger audit_ledger on allauth_idp_oidc_client;

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.allauth_idp_oidc_client FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{secret}', 'select null::bigint', '{}');

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('lockbox_site', '0002_guards'), ('requests_app', '0004_sandbox_and_client_keys')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
