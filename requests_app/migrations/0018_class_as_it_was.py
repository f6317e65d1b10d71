"""What was classified after an approval had been clicked does not undo the click."""

from django.db import migrations

KNOWN = r"""
-- As lockbox_class, by what had been recorded at the moment: what somebody did before
-- the class was raised is told as it was, and taken back.
create function lockbox_class_known(review bigint, moment timestamptz) returns integer
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(max(coalesce((
      select c.confidentiality from (
        select distinct on (h.id) h.id, h.valid_from, h.confidentiality, h.history_type
        from requests_app_historicalsecurityclassification h
        where h.information_set_id = l.information_set_id and h.history_date <= moment
        order by h.id, h.history_id desc) c
      where c.history_type <> '-' and c.valid_from <= lockbox_day(moment)
      order by c.valid_from desc, c.id desc limit 1), 3)), 3)::integer
  from requests_app_requestedobject o
  left join requests_app_cloudobjectinformationset l on l.cloud_object_id = o.cloud_object_id
  where o.review_id = review and o.removed_in_revision is null
$f$;
"""

DELIVERY = r"""
-- An Approve may wait, and may be given, only while every live review has granted it.
create or replace function lockbox_delivery_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  request requests_app_accessrequest;
  moment timestamptz := case new.status when 'confirmed' then new.given_at else new.created_at end;
begin
  if new.answer <> 'approve' or new.status not in ('open', 'confirmed') then
    return new;
  end if;
  perform lockbox_keep_freezes_out();
  select * into request from requests_app_accessrequest where id = new.access_request_id;
  -- A machine may have given the answer before it heard of the change; that is told
  -- as it was. Nobody orders an answer on terms that have changed.
  if new.status = 'open' and new.revision <> request.revision then
    perform lockbox_refuse('the request has changed since the decision');
  end if;
  -- At the time of what happens, and now where it happens now.
  if lockbox_frozen(new.access_request_id, moment)
     or tg_op = 'INSERT' and lockbox_frozen(new.access_request_id, audit_now()) then
    perform lockbox_refuse('approvals are stopped by a freeze');
  end if;
  if new.status = 'confirmed' and new.given_at > request.answer_deadline then
    perform lockbox_refuse('the time to answer had run out');
  end if;
  if exists (select from requests_app_requestedobject
             where access_request_id = new.access_request_id
               and review_id is null and removed_in_revision is null) then
    perform lockbox_refuse('an object of the request has no review');
  end if;
  if not exists (select from requests_app_secrecyreview
                 where access_request_id = new.access_request_id
                   and status not in ('rerouted', 'merged', 'dropped'))
     or exists (
       select from requests_app_secrecyreview review
       where review.access_request_id = new.access_request_id
         and review.status not in ('rerouted', 'merged', 'dropped')
         and (review.security_protection <> 'no' or review.status <> 'decided'
              or not exists (
                select from requests_app_decision d
                where d.review_id = review.id and d.answer = 'approve'
                  and d.revision = new.revision
                  and new.minutes <= d.granted_minutes
                  and (new.status <> 'open' or d.object_ids = array(
                         select id from requests_app_requestedobject
                         where review_id = review.id and removed_in_revision is null
                         order by id))
                  and not exists (select from requests_app_decision later
                                  where later.supersedes_id = d.id)))) then
    perform lockbox_refuse('not every authority concerned has granted the request');
  end if;
  if (tg_op = 'INSERT' or new.status <> old.status) and exists (
       select from requests_app_secrecyreview review
       where review.access_request_id = new.access_request_id
         and review.status not in ('rerouted', 'merged', 'dropped')
         and lockbox_class_known(review.id, moment) = 4) then
    perform lockbox_refuse('an object holds information of class 4');
  end if;
  return new;
end $f$;
"""

DELIVERY_BEFORE = r"""
-- An Approve may wait, and may be given, only while every live review has granted it.
create or replace function lockbox_delivery_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  request requests_app_accessrequest;
  moment timestamptz := case new.status when 'confirmed' then new.given_at else new.created_at end;
begin
  if new.answer <> 'approve' or new.status not in ('open', 'confirmed') then
    return new;
  end if;
  perform lockbox_keep_freezes_out();
  select * into request from requests_app_accessrequest where id = new.access_request_id;
  -- A machine may have given the answer before it heard of the change; that is told
  -- as it was. Nobody orders an answer on terms that have changed.
  if new.status = 'open' and new.revision <> request.revision then
    perform lockbox_refuse('the request has changed since the decision');
  end if;
  -- At the time of what happens, and now where it happens now.
  if lockbox_frozen(new.access_request_id, moment)
     or tg_op = 'INSERT' and lockbox_frozen(new.access_request_id, audit_now()) then
    perform lockbox_refuse('approvals are stopped by a freeze');
  end if;
  if new.status = 'confirmed' and new.given_at > request.answer_deadline then
    perform lockbox_refuse('the time to answer had run out');
  end if;
  if exists (select from requests_app_requestedobject
             where access_request_id = new.access_request_id
               and review_id is null and removed_in_revision is null) then
    perform lockbox_refuse('an object of the request has no review');
  end if;
  if not exists (select from requests_app_secrecyreview
                 where access_request_id = new.access_request_id
                   and status not in ('rerouted', 'merged', 'dropped'))
     or exists (
       select from requests_app_secrecyreview review
       where review.access_request_id = new.access_request_id
         and review.status not in ('rerouted', 'merged', 'dropped')
         and (review.security_protection <> 'no' or review.status <> 'decided'
              or not exists (
                select from requests_app_decision d
                where d.review_id = review.id and d.answer = 'approve'
                  and d.revision = new.revision
                  and new.minutes <= d.granted_minutes
                  and (new.status <> 'open' or d.object_ids = array(
                         select id from requests_app_requestedobject
                         where review_id = review.id and removed_in_revision is null
                         order by id))
                  and not exists (select from requests_app_decision later
                                  where later.supersedes_id = d.id)))) then
    perform lockbox_refuse('not every authority concerned has granted the request');
  end if;
  if (tg_op = 'INSERT' or new.status <> old.status) and exists (
       select from requests_app_secrecyreview review
       where review.access_request_id = new.access_request_id
         and review.status not in ('rerouted', 'merged', 'dropped')
         and lockbox_class(review.id, lockbox_day(moment)) = 4) then
    perform lockbox_refuse('an object holds information of class 4');
  end if;
  return new;
end $f$;
"""


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0017_law_replay")]

    operations = [
        migrations.RunSQL(KNOWN, "drop function lockbox_class_known;"),
        migrations.RunSQL(DELIVERY, DELIVERY_BEFORE),
    ]
