"""A request typed on the wrong connection may be moved, until it is assessed."""

from django.db import migrations

MOVED = r"""
create function lockbox_moved_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.connection_id = old.connection_id then
    return new;
  end if;
  if old.received_by <> 'manual' or old.status <> 'in_review' or new.status <> 'in_review'
     or exists (select from requests_app_secrecyreview r
                where r.access_request_id = old.id
                  and (exists (select from requests_app_assessmentanswer a
                               where a.review_id = r.id)
                       or exists (select from requests_app_decision d
                                  where d.review_id = r.id)))
     or exists (select from requests_app_delivery where access_request_id = old.id) then
    perform lockbox_refuse('only what was typed is moved, until it is assessed');
  end if;
  return new;
end $f$;

create trigger lockbox_moved_guard before update on requests_app_accessrequest
  for each row execute function lockbox_moved_guard();
alter table requests_app_accessrequest enable always trigger lockbox_moved_guard;

drop trigger lockbox_only on requests_app_accessrequest;
create trigger lockbox_only before update on requests_app_accessrequest
  for each row execute function lockbox_only(
    'revision', 'provider_service', 'justification_id', 'duration_minutes', 'duration_text',
    'engineer_country', 'employer_entity', 'support_request', 'requested_at',
    'answer_deadline', 'provider_status', 'status', 'merged_into_id', 'narrows_id',
    'extends_id', 'version', 'revoked_at', 'external_id', 'received_at', 'connection_id');
alter table requests_app_accessrequest enable always trigger lockbox_only;
"""

MOVED_BEFORE = r"""
drop trigger lockbox_only on requests_app_accessrequest;
create trigger lockbox_only before update on requests_app_accessrequest
  for each row execute function lockbox_only(
    'revision', 'provider_service', 'justification_id', 'duration_minutes', 'duration_text',
    'engineer_country', 'employer_entity', 'support_request', 'requested_at',
    'answer_deadline', 'provider_status', 'status', 'merged_into_id', 'narrows_id',
    'extends_id', 'version', 'revoked_at', 'external_id', 'received_at');
alter table requests_app_accessrequest enable always trigger lockbox_only;
drop trigger lockbox_moved_guard on requests_app_accessrequest;
drop function lockbox_moved_guard;
"""


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0035_english_words_of_protective_security")]

    operations = [migrations.RunSQL(MOVED, MOVED_BEFORE)]
