"""The rights of the database's roles, before any table is made: default privileges reach
what comes later."""

from django.db import migrations

ROLES = r"""
do $d$ begin
  if (select count(*) from pg_roles
      where rolname in ('lockbox_app', 'lockbox_auditor', 'lockbox_disposal')) < 3 then
    raise exception 'The database roles are missing: run the statements in docs/operations.md as a database administrator, then migrate again.';
  end if;
end $d$;

do $d$ begin
  execute format('revoke temporary on database %I from public', current_database());
end $d$;

grant usage on schema public to lockbox_app, lockbox_auditor, lockbox_disposal;

alter default privileges in schema public
  grant select, insert, update, delete on tables to lockbox_app;
alter default privileges in schema public
  grant usage, select on sequences to lockbox_app;
alter default privileges in schema public
  grant select on tables to lockbox_auditor;

-- What Django made before: the list of migrations.
grant select on all tables in schema public to lockbox_app, lockbox_auditor;
"""


class Migration(migrations.Migration):
    initial = True
    run_before = [("contenttypes", "0001_initial")]
    dependencies = []
    operations = [migrations.RunSQL(ROLES, migrations.RunSQL.noop)]
