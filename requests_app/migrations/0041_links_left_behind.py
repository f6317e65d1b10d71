"""What an object held for an authority that it has left goes away; history has it."""

from django.db import migrations

LEFT = r"""
-- A link between an object and a set stays, but where they have come to belong to
-- different authorities: then the object has moved, and the set has not.
create function lockbox_link_kept() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (
       select from requests_app_cloudobject o
       join requests_app_informationset s on s.authority_id = o.authority_id
       where o.id = old.cloud_object_id and s.id = old.information_set_id) then
    perform lockbox_refuse(tg_table_name || ' is kept');
  end if;
  return old;
end $f$;

drop trigger lockbox_kept on requests_app_cloudobjectinformationset;
create trigger lockbox_kept before delete on requests_app_cloudobjectinformationset
  for each row execute function lockbox_link_kept();
alter table requests_app_cloudobjectinformationset enable always trigger lockbox_kept;
"""

KEPT = r"""
drop trigger lockbox_kept on requests_app_cloudobjectinformationset;
create trigger lockbox_kept before delete on requests_app_cloudobjectinformationset
  for each row execute function lockbox_kept();
alter table requests_app_cloudobjectinformationset enable always trigger lockbox_kept;
drop function lockbox_link_kept;
"""


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0040_first_managers")]

    operations = [migrations.RunSQL(LEFT, KEPT)]
