"""What is too often written to have a line each time has one when it is written by
another login or role than the application's."""

from django.db import migrations

OUTSIDE = r"""
-- Argument: the columns to leave out. A row is known by '#' and its number, or by nothing
-- where its key is a secret: its lines tell of what was done outside alone, and so
-- nothing of how the row stands now.
create function audit_ledger_outside() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  before jsonb;
  after jsonb;
  detail jsonb;
begin
  -- Inside SECURITY DEFINER the setting still names the caller's role.
  if exists (
      select from (select login, db_role from audit_app_applicationlogin
                   order by since desc, id desc limit 1) application
      where application.login = session_user
        and application.db_role = current_setting('role')) then
    return null;
  end if;
  before := to_jsonb(old) - TG_ARGV[0]::text[];
  after := to_jsonb(new) - TG_ARGV[0]::text[];
  if TG_OP = 'UPDATE' then
    select jsonb_build_object('old', coalesce(jsonb_object_agg(col.key, before->col.key), '{}'),
                              'new', coalesce(jsonb_object_agg(col.key, col.value), '{}'))
      into detail from jsonb_each(after) col where before->col.key is distinct from col.value;
  else
    detail := jsonb_build_object(case TG_OP when 'INSERT' then 'new' else 'old' end, coalesce(after, before));
  end if;
  perform audit_ledger_add('change', lower(TG_OP), TG_TABLE_NAME,
    coalesce('#' || (coalesce(after, before)->>'id'), ''), null, detail,
    nullif(current_setting('lockbox.actor_id', true), '')::bigint,
    coalesce(current_setting('lockbox.actor_name', true), ''),
    coalesce(current_setting('lockbox.request_id', true), ''));
  return null;
end $f$;
revoke all on function audit_ledger_outside from public;

-- Whose changes are no changes outside is said by the function below, with a line; nobody
-- puts it in beside that.
create function audit_login_has_its_line() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
      select from audit_app_ledgerentry line
      where line.id > (select max(id) from audit_app_ledgerentry) - 1000
        and line.xid = pg_current_xact_id() and line.kind = 'event'
        and line.event = 'application.login_recorded') then
    raise exception 'a login is recorded by audit_application_login'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $f$;
revoke all on function audit_login_has_its_line from public;
create trigger audit_its_line before insert on audit_app_applicationlogin
  for each row execute function audit_login_has_its_line();
alter table audit_app_applicationlogin enable always trigger audit_its_line;

-- As 0009 made it, but that the ledger is told first.
create or replace function audit_application_login(in_login text, in_role text) returns timestamptz
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
  perform audit_ledger_add('event', 'application.login_recorded', '', '', null,
    jsonb_build_object('login', in_login, 'role', in_role), null, '', '');
  insert into audit_app_applicationlogin (login, db_role, since) values (in_login, in_role, begins);
  return clock_timestamp();
end $f$;
"""
BEFORE = r"""
drop trigger audit_its_line on audit_app_applicationlogin;
drop function audit_login_has_its_line;
drop function audit_ledger_outside;
"""


class Migration(migrations.Migration):

    dependencies = [("audit_app", "0013_disposed_details")]
    operations = [
        migrations.RunSQL(OUTSIDE, BEFORE),
    ]
