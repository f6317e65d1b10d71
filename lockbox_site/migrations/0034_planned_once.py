"""Each row of an import asks what its transaction has changed: planned once a session."""

from django.db import migrations

PLANNED_ONCE = r"""
create or replace function audit_changes_now(in_table text, in_id text, out number bigint, out last text)
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  select count(*), (array_agg(event order by id desc))[1] into number, last
  from audit_app_ledgerentry
  where object_type = in_table and object_id = in_id and kind = 'change'
    and xid = pg_current_xact_id();
end $f$;
"""

PLANNED_EACH_TIME = r"""
create or replace function audit_changes_now(in_table text, in_id text, out number bigint, out last text)
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select count(*), (array_agg(event order by id desc))[1]
  from audit_app_ledgerentry
  where object_type = in_table and object_id = in_id and kind = 'change'
    and xid = pg_current_xact_id()
$f$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("lockbox_site", "0033_provisioned_people"),
        ("audit_app", "0003_history_not_invented"),
    ]

    operations = [migrations.RunSQL(PLANNED_ONCE, PLANNED_EACH_TIME)]
