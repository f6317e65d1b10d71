"""No object that a request names lies in a review that has no say any more: an approval
counts the reviews that have one."""

from django.db import migrations

GUARD = r"""
create function lockbox_object_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.removed_in_revision is null and exists (
       select from requests_app_secrecyreview review
       where review.id = new.review_id and review.status = 'dropped') then
    perform lockbox_refuse('an object that the request names has no review');
  end if;
  return new;
end $f$;
create trigger lockbox_object_guard before insert or update on requests_app_requestedobject
  for each row execute function lockbox_object_guard();
alter table requests_app_requestedobject enable always trigger lockbox_object_guard;

create function lockbox_dropped_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (select from requests_app_requestedobject object
             where object.review_id = new.id and object.removed_in_revision is null) then
    perform lockbox_refuse('an object that the request names has no review');
  end if;
  return new;
end $f$;
create trigger lockbox_dropped_guard before update on requests_app_secrecyreview
  for each row when (new.status = 'dropped' and old.status <> 'dropped')
  execute function lockbox_dropped_guard();
alter table requests_app_secrecyreview enable always trigger lockbox_dropped_guard;
"""
GUARD_BEFORE = r"""
drop trigger lockbox_dropped_guard on requests_app_secrecyreview;
drop function lockbox_dropped_guard;
drop trigger lockbox_object_guard on requests_app_requestedobject;
drop function lockbox_object_guard;
"""


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0067_rare_states")]
    operations = [migrations.RunSQL(GUARD, GUARD_BEFORE)]
