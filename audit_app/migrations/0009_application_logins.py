"""Which logins have been the application's, and who changed what, by login and role."""

from django.db import migrations, models

LOGINS = r"""
create table audit_app_applicationlogin (
  id bigint generated always as identity primary key,
  login text not null,
  db_role text not null,
  since timestamptz not null
);
create trigger audit_append_only before update or delete on audit_app_applicationlogin
  for each row execute function audit_append_only();
alter table audit_app_applicationlogin enable always trigger audit_append_only;
create trigger audit_no_truncate before truncate on audit_app_applicationlogin
  for each statement execute function audit_append_only();
alter table audit_app_applicationlogin enable always trigger audit_no_truncate;
revoke insert, update, delete, truncate on audit_app_applicationlogin from lockbox_app;

-- Who is the application from now on, and with the first of them from ever; the ledger
-- is told. Returns since when, or nothing where it is known. The owner's alone.
create function audit_application_login(in_login text, in_role text) returns timestamptz
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  last audit_app_applicationlogin;
  begins timestamptz;
begin
  select * into last from audit_app_applicationlogin order by since desc, id desc limit 1;
  -- Where there is one login for all it is the owner's: it takes no other's place.
  if (last.login, last.db_role) is not distinct from (in_login, in_role)
     or last.id is not null and in_login = session_user then
    return null;
  end if;
  begins := case when last.id is null then '-infinity' else clock_timestamp() end;
  insert into audit_app_applicationlogin (login, db_role, since) values (in_login, in_role, begins);
  perform audit_ledger_add('event', 'application.login_recorded', '', '', null,
    jsonb_build_object('login', in_login, 'role', in_role), null, '', '');
  return clock_timestamp();
end $f$;
revoke all on function audit_application_login from public;
"""


class Migration(migrations.Migration):

    dependencies = [("audit_app", "0008_time_stamps")]
    operations = [
        migrations.RunSQL(
            LOGINS,
            """
            drop function audit_application_login;
            drop table audit_app_applicationlogin;
            """,
        ),
        migrations.RemoveIndex(model_name='ledgerentry', name='ledger_outside'),
        migrations.RemoveIndex(model_name='ledgerentry', name='ledger_login'),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('kind', 'change')), fields=['session_user_name', 'db_role', '-at', '-id'], name='ledger_writer'),
        ),
    ]
