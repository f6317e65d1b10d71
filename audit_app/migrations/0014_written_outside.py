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
  before jsonb := to_jsonb(old) - TG_ARGV[0]::text[];
  after jsonb := to_jsonb(new) - TG_ARGV[0]::text[];
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
"""


class Migration(migrations.Migration):

    dependencies = [("audit_app", "0013_disposed_details")]
    operations = [
        migrations.RunSQL(OUTSIDE, "drop function audit_ledger_outside;"),
    ]
