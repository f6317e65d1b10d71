"""An answer given before a stop, a freeze or a revocation is told as it was."""

from django.db import migrations

AT_THE_TIME = r"""
-- By what had been recorded at the moment: was the review decided, and nothing stopped?
create function lockbox_was_decided(review bigint, moment timestamptz) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce((
    select h.status = 'decided' and h.security_protection = 'no'
    from requests_app_historicalsecrecyreview h
    where h.id = review and h.history_date <= moment
    order by h.history_id desc limit 1), false)
$f$;

-- And was the answer still to be given? It is from when it was ordered, which is a
-- moment before that was recorded.
create function lockbox_was_open(delivery bigint, moment timestamptz) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce((
    select h.status = 'open'
    from requests_app_historicaldelivery h
    where h.id = delivery and h.history_date <= greatest(moment, (
      select min(first.history_date) from requests_app_historicaldelivery first
      where first.id = delivery))
    order by h.history_id desc limit 1), false)
$f$;
"""

APPROVALS = r"""
-- An Approve may wait, and may be given, only while every live review has granted it. One
-- that was given before that changed is told as it was.
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
         and ((review.security_protection <> 'no' or review.status <> 'decided')
                and not (new.status = 'confirmed'
                         and lockbox_was_decided(review.id, new.given_at))
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
                                  where later.supersedes_id = d.id
                                    and (new.status = 'open'
                                         or later.decided_at <= new.given_at))))) then
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

APPROVALS_BEFORE = r"""
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

ANSWERS = r"""
create or replace function lockbox_answer_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' then
    if old.status in ('confirmed', 'cancelled')
         and to_jsonb(new) - 'version' <> to_jsonb(old) - 'version'
         and not (old.status = 'cancelled' and new.status = 'confirmed'
                  and old.answer <> 'revoke' and lockbox_was_open(new.id, new.given_at))
       or new.status in ('open', 'blocked') and old.status not in ('open', new.status) then
      perform lockbox_refuse('an answer given or called back stays so');
    end if;
    if new.status = 'confirmed' and old.status <> 'confirmed'
       and (not lockbox_is_now(new.confirmed_at)
            or new.given_at not between new.created_at and audit_now() + interval '5 minutes') then
      perform lockbox_refuse('an answer is given after it was ordered');
    end if;
    return new;
  end if;
  if new.status <> 'open' or new.confirmed_by_id is not null or not lockbox_is_now(new.created_at) then
    perform lockbox_refuse('an answer is ordered before it is given');
  end if;
  if new.answer = 'revoke' then
    if not exists (select from requests_app_accessgrant
                   where access_request_id = new.access_request_id and status <> 'ended') then
      perform lockbox_refuse('no access runs that could be taken back');
    end if;
    return new;
  end if;
  if new.answer = 'deny'
     and not exists (select from lockbox_standing(new.access_request_id) d where d.answer = 'deny')
     -- Some have granted and some struck off: nobody has refused, but not all agree.
     and not (exists (select from lockbox_standing(new.access_request_id) d where d.answer = 'approve')
              and exists (select from lockbox_standing(new.access_request_id) d where d.answer = '')) then
    perform lockbox_refuse('no decision that stands refuses the request');
  end if;
  if new.text_id is null or exists (
       select from lockbox_standing(new.access_request_id) d
       join requests_app_content said on said.digest = d.motivation_for_recipient_id
       join requests_app_content told on told.digest = new.text_id
       where (new.answer = 'approve' or d.answer = 'deny') and position(lockbox_text(said.body) in lockbox_text(told.body)) = 0) then
    perform lockbox_refuse('the answer leaves out what a decision says');
  end if;
  return new;
end $f$;
"""

ANSWERS_BEFORE = r"""
create or replace function lockbox_answer_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' then
    if old.status in ('confirmed', 'cancelled')
         and to_jsonb(new) - 'version' <> to_jsonb(old) - 'version'
       or new.status in ('open', 'blocked') and old.status not in ('open', new.status) then
      perform lockbox_refuse('an answer given or called back stays so');
    end if;
    if new.status = 'confirmed' and old.status <> 'confirmed'
       and (not lockbox_is_now(new.confirmed_at)
            or new.given_at not between new.created_at and audit_now() + interval '5 minutes') then
      perform lockbox_refuse('an answer is given after it was ordered');
    end if;
    return new;
  end if;
  if new.status <> 'open' or new.confirmed_by_id is not null or not lockbox_is_now(new.created_at) then
    perform lockbox_refuse('an answer is ordered before it is given');
  end if;
  if new.answer = 'revoke' then
    if not exists (select from requests_app_accessgrant
                   where access_request_id = new.access_request_id and status <> 'ended') then
      perform lockbox_refuse('no access runs that could be taken back');
    end if;
    return new;
  end if;
  if new.answer = 'deny'
     and not exists (select from lockbox_standing(new.access_request_id) d where d.answer = 'deny')
     -- Some have granted and some struck off: nobody has refused, but not all agree.
     and not (exists (select from lockbox_standing(new.access_request_id) d where d.answer = 'approve')
              and exists (select from lockbox_standing(new.access_request_id) d where d.answer = '')) then
    perform lockbox_refuse('no decision that stands refuses the request');
  end if;
  if new.text_id is null or exists (
       select from lockbox_standing(new.access_request_id) d
       join requests_app_content said on said.digest = d.motivation_for_recipient_id
       join requests_app_content told on told.digest = new.text_id
       where (new.answer = 'approve' or d.answer = 'deny') and position(lockbox_text(said.body) in lockbox_text(told.body)) = 0) then
    perform lockbox_refuse('the answer leaves out what a decision says');
  end if;
  return new;
end $f$;
"""

OPENED = r"""
-- Nothing is opened of an access that was revoked, nor approved; what the provider had
-- been told before is told as it was. Whoever revokes at the same time waits for us, or
-- we for them.
create or replace function lockbox_opened_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  -- When the provider was told; what waits is told at some later time.
  told timestamptz;
begin
  if tg_table_name = 'requests_app_accessgrant' then
    if new.status = 'ended' or tg_op = 'UPDATE' and old.status = new.status then
      return new;
    end if;
    if tg_op = 'INSERT' then
      select given_at into told from requests_app_delivery where id = new.delivery_id;
    end if;
  elsif new.answer <> 'approve' or new.status not in ('open', 'confirmed') then
    return new;
  elsif new.status = 'confirmed' then
    told := new.given_at;
  end if;
  perform from requests_app_accessrequest
    where id = any(array(select lockbox_extended(new.access_request_id)))
    order by id for share;
  if exists (select from requests_app_accessrequest
             where id = any(array(select lockbox_extended(new.access_request_id)))
               and revoked_at <= coalesce(told, 'infinity')) then
    perform lockbox_refuse('the access has been revoked: no more of it is opened');
  end if;
  return new;
end $f$;
"""

OPENED_BEFORE = r"""
-- Nothing is opened of an access that was revoked, nor approved. Whoever revokes at the
-- same time waits for us, or we for them.
create or replace function lockbox_opened_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_table_name = 'requests_app_accessgrant' then
    if new.status = 'ended' or tg_op = 'UPDATE' and old.status = new.status then
      return new;
    end if;
  elsif new.answer <> 'approve' or new.status not in ('open', 'confirmed') then
    return new;
  end if;
  perform from requests_app_accessrequest
    where id = any(array(select lockbox_extended(new.access_request_id)))
    order by id for share;
  if lockbox_is_revoked(new.access_request_id) then
    perform lockbox_refuse('the access has been revoked: no more of it is opened');
  end if;
  return new;
end $f$;
"""


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0033_whom_to_call")]

    operations = [
        migrations.RunSQL(
            AT_THE_TIME,
            "drop function lockbox_was_open; drop function lockbox_was_decided;",
        ),
        migrations.RunSQL(APPROVALS, APPROVALS_BEFORE),
        migrations.RunSQL(ANSWERS, ANSWERS_BEFORE),
        migrations.RunSQL(OPENED, OPENED_BEFORE),
    ]
