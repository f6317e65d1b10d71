"""A decision with reservation is served on its party as well, under no reservation."""

from django.db import migrations


def guard(is_misplaced):
    return rf"""
create or replace function lockbox_service_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_decision
                 where id = new.decision_id and review_id = new.review_id
                   and decided_at <= new.served_at) then
    perform lockbox_refuse('a service is of the review''s own decision, once it is made');
  end if;
  if {is_misplaced}
     or new.reservation_id is not null and not exists (
       select from requests_app_reservation r
       join requests_app_decision d on d.proposal_id = r.proposal_id
       where r.id = new.reservation_id and d.id = new.decision_id and r.bound = new.recipient) then
    perform lockbox_refuse('a reservation is served, each on whom it binds');
  end if;
  return new;
end $f$;
"""


ON_WHOM_IT_BINDS = """new.reservation_id is null and exists (
       select from requests_app_reservation r
       join requests_app_decision d on d.proposal_id = r.proposal_id
       where d.id = new.decision_id and r.bound = new.recipient)"""
ON_NOBODY_ELSE = """(new.reservation_id is null) = exists (
       select from requests_app_decision
       where id = new.decision_id and outcome = 'granted_with_reservation')"""


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0073_time_tried_by_the_court")]
    operations = [migrations.RunSQL(guard(ON_WHOM_IT_BINDS), guard(ON_NOBODY_ELSE))]
