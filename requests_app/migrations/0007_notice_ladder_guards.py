"""Notice ladder guards."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicalturntaken from lockbox_app;

revoke update on requests_app_historicalrequestladder from lockbox_app;

revoke update on requests_app_historicalpushdevice from lockbox_app;

revoke update on requests_app_historicalphonenumber from lockbox_app;

revoke update on requests_app_historicalnoticeladder from lockbox_app;

revoke delete on requests_app_historicalturntaken from lockbox_app;

revoke delete on requests_app_historicalrequestladder from lockbox_app;

revoke delete on requests_app_historicalpushdevice from lockbox_app;

revoke delete on requests_app_historicalphonenumber from lockbox_app;

revoke delete on requests_app_historicalnoticeladder from lockbox_app;

-- Which audited rows that belong to this request or these reviews are not what their
-- newest version says? Rows gone behind our back are found by their history. What is a
-- review's is its authority's: never found by the request alone. One plan for all cases:
-- each page would make thirty anew. A test holds that every such table is here.
create or replace function lockbox_altered(
  in_request bigint, in_reviews bigint[]
) returns table (object_type text, object_id bigint)
  language plpgsql stable
  set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $f$
declare
  decisions bigint[] := array(select id from requests_app_decision where review_id = any(in_reviews));
begin
  return query select 'requests_app_accessrequest', one.id from (
      select t.id from requests_app_accessrequest t where t.id = in_request) one
    left join requests_app_accessrequest live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalaccessrequest h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_secrecyreview', one.id from (
      select t.id from requests_app_secrecyreview t where t.id = any(in_reviews)) one
    left join requests_app_secrecyreview live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalsecrecyreview h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_accessgrant', one.id from (
      select t.id from requests_app_accessgrant t where t.access_request_id = in_request
      union select t.id from requests_app_historicalaccessgrant t where t.access_request_id = in_request) one
    left join requests_app_accessgrant live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalaccessgrant h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_requestladder', one.id from (
      select t.id from requests_app_requestladder t where t.access_request_id = in_request
      union select t.id from requests_app_historicalrequestladder t where t.access_request_id = in_request) one
    left join requests_app_requestladder live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalrequestladder h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_turntaken', one.id from (
      select t.id from requests_app_turntaken t where t.review_id = any(in_reviews)
        or t.review_id is null and t.access_request_id = in_request
      union select t.id from requests_app_historicalturntaken t where t.review_id = any(in_reviews)
        or t.review_id is null and t.access_request_id = in_request) one
    left join requests_app_turntaken live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalturntaken h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_assessmentanswer', one.id from (
      select t.id from requests_app_assessmentanswer t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalassessmentanswer t where t.review_id = any(in_reviews)) one
    left join requests_app_assessmentanswer live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalassessmentanswer h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_assignment', one.id from (
      select t.id from requests_app_assignment t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalassignment t where t.review_id = any(in_reviews)) one
    left join requests_app_assignment live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalassignment h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_attachment', one.id from (
      select t.id from requests_app_attachment t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalattachment t where t.review_id = any(in_reviews)) one
    left join requests_app_attachment live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalattachment h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_auditfinding', one.id from (
      select t.id from requests_app_auditfinding t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalauditfinding t where t.review_id = any(in_reviews)) one
    left join requests_app_auditfinding live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalauditfinding h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_condition', one.id from (
      select t.id from requests_app_condition t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalcondition t where t.review_id = any(in_reviews)) one
    left join requests_app_condition live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalcondition h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_conditionfollowup', one.id from (
      select t.id from requests_app_conditionfollowup t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalconditionfollowup t where t.review_id = any(in_reviews)) one
    left join requests_app_conditionfollowup live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalconditionfollowup h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_conflictdeclaration', one.id from (
      select t.id from requests_app_conflictdeclaration t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalconflictdeclaration t where t.review_id = any(in_reviews)) one
    left join requests_app_conflictdeclaration live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalconflictdeclaration h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_consent', one.id from (
      select t.id from requests_app_consent t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalconsent t where t.review_id = any(in_reviews)) one
    left join requests_app_consent live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalconsent h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_consultation', one.id from (
      select t.id from requests_app_consultation t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalconsultation t where t.review_id = any(in_reviews)) one
    left join requests_app_consultation live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalconsultation h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_correction', one.id from (
      select t.id from requests_app_correction t where t.decision_id = any(decisions)
      union select t.id from requests_app_historicalcorrection t where t.decision_id = any(decisions)) one
    left join requests_app_correction live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalcorrection h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_decision', one.id from (
      select t.id from requests_app_decision t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicaldecision t where t.review_id = any(in_reviews)) one
    left join requests_app_decision live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldecision h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_decisiondocument', one.id from (
      select t.id from requests_app_decisiondocument t where t.decision_id = any(decisions)
      union select t.id from requests_app_historicaldecisiondocument t where t.decision_id = any(decisions)) one
    left join requests_app_decisiondocument live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldecisiondocument h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_delivery', one.id from (
      select t.id from requests_app_delivery t where t.access_request_id = in_request
      union select t.id from requests_app_historicaldelivery t where t.access_request_id = in_request) one
    left join requests_app_delivery live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldelivery h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_deviation', one.id from (
      select t.id from requests_app_deviation t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)
      union select t.id from requests_app_historicaldeviation t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)) one
    left join requests_app_deviation live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldeviation h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_filenote', one.id from (
      select t.id from requests_app_filenote t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalfilenote t where t.review_id = any(in_reviews)) one
    left join requests_app_filenote live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalfilenote h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_harmtest', one.id from (
      select t.id from requests_app_harmtest t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalharmtest t where t.review_id = any(in_reviews)) one
    left join requests_app_harmtest live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalharmtest h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_incidentduty', one.id from (
      select t.id from requests_app_incidentduty t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalincidentduty t where t.review_id = any(in_reviews)) one
    left join requests_app_incidentduty live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalincidentduty h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_incomingappeal', one.id from (
      select t.id from requests_app_incomingappeal t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalincomingappeal t where t.review_id = any(in_reviews)) one
    left join requests_app_incomingappeal live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalincomingappeal h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_message', one.id from (
      select t.id from requests_app_message t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)
      union select t.id from requests_app_historicalmessage t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)) one
    left join requests_app_message live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalmessage h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_outsideanswer', one.id from (
      select t.id from requests_app_outsideanswer t where t.access_request_id = in_request
      union select t.id from requests_app_historicaloutsideanswer t where t.access_request_id = in_request) one
    left join requests_app_outsideanswer live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaloutsideanswer h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_proposal', one.id from (
      select t.id from requests_app_proposal t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalproposal t where t.review_id = any(in_reviews)) one
    left join requests_app_proposal live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalproposal h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_reporteddecision', one.id from (
      select t.id from requests_app_reporteddecision t where t.decision_id = any(decisions)
      union select t.id from requests_app_historicalreporteddecision t where t.decision_id = any(decisions)) one
    left join requests_app_reporteddecision live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalreporteddecision h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_requestedobject', one.id from (
      select t.id from requests_app_requestedobject t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)
      union select t.id from requests_app_historicalrequestedobject t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)) one
    left join requests_app_requestedobject live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalrequestedobject h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_reservation', one.id from (
      select t.id from requests_app_reservation t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalreservation t where t.review_id = any(in_reviews)) one
    left join requests_app_reservation live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalreservation h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_reviewuserpermission', one.id from (
      select t.id from requests_app_reviewuserpermission t where t.content_object_id = any(in_reviews)) one
    left join requests_app_reviewuserpermission live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalreviewuserpermission h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_revocation', one.id from (
      select t.id from requests_app_revocation t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalrevocation t where t.review_id = any(in_reviews)) one
    left join requests_app_revocation live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalrevocation h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_sampledcase', one.id from (
      select t.id from requests_app_sampledcase t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalsampledcase t where t.review_id = any(in_reviews)) one
    left join requests_app_sampledcase live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalsampledcase h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_seenrevision', one.id from (
      select t.id from requests_app_seenrevision t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalseenrevision t where t.review_id = any(in_reviews)) one
    left join requests_app_seenrevision live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalseenrevision h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_serviceofdecision', one.id from (
      select t.id from requests_app_serviceofdecision t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalserviceofdecision t where t.review_id = any(in_reviews)) one
    left join requests_app_serviceofdecision live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalserviceofdecision h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_standingreliance', one.id from (
      select t.id from requests_app_standingreliance t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalstandingreliance t where t.review_id = any(in_reviews)) one
    left join requests_app_standingreliance live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalstandingreliance h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
end $f$;

-- Only the sweep says that somebody has been told, and what it has sent stays sent.
create or replace function lockbox_laddernotice_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from lockbox_site_user u
       where u.id = audit_actor() and u.is_machine and u.username = 'sweep') then
    perform lockbox_refuse('a notice of a ladder is sent by the sweep');
  end if;
  if tg_op = 'UPDATE' and old.sent_at is not null then
    perform lockbox_refuse('a notice of a ladder is sent once');
  end if;
  if new.sent_at is not null and not lockbox_is_now(new.sent_at) then
    perform lockbox_refuse('a notice of a ladder is sent now');
  end if;
  return new;
end $f$;

-- A ladder ends with everybody who may, at all hours: else a request could lapse while
-- all who were told are asleep.
create or replace function lockbox_noticeladder_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if jsonb_typeof(new.rungs) <> 'array' or new.rungs->-1->>'whom' is distinct from 'everybody'
     or new.rungs->-1->>'hours' is distinct from 'any' then
    perform lockbox_refuse('the last rung of a ladder tells everybody who may, at all hours');
  end if;
  return new;
end $f$;

-- Devices are people's own; the sweep ends one whose service no longer knows it.
create or replace function lockbox_pushdevice_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if old.ended_at is not null then
    perform lockbox_refuse('a device has ended, and is added anew');
  end if;
  if audit_actor() <> old.person_id and not (
       new.ended_at is not null and new.name = old.name and exists (
         select from lockbox_site_user u
         where u.id = audit_actor() and u.is_machine and u.username = 'sweep')) then
    perform lockbox_refuse('a device is its person''s');
  end if;
  return new;
end $f$;

-- “I take it” is said now, of what nobody else has taken, and holds for a while only.
create or replace function lockbox_turntaken_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform 1 from requests_app_accessrequest where id = new.access_request_id for no key update;
  if not lockbox_is_now(new.taken_at) or new.held_until <= new.taken_at
     or new.held_until > new.taken_at + interval '1 day' then
    perform lockbox_refuse('a turn is taken now, for a while');
  end if;
  if exists (select from requests_app_turntaken t
             where t.item = new.item and t.act = new.act and t.held_until > new.taken_at) then
    perform lockbox_refuse('a turn is taken by one at a time');
  end if;
  return new;
end $f$;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalnoticeladder FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalphonenumber FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalpushdevice FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalrequestladder FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalturntaken FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalnoticeladder FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_noticeladder');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalphonenumber FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_phonenumber');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalpushdevice FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_pushdevice');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalrequestladder FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_requestladder');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalturntaken FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_turntaken');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_noticeladder DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalnoticeladder', '{}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_phonenumber DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalphonenumber', '{}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_pushdevice DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalpushdevice', '{address_sealed,keys_sealed}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_requestladder DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalrequestladder', '{}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_turntaken DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalturntaken', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_noticeladder FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_phonenumber FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_pushdevice FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{address_sealed,keys_sealed}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_requestladder FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_turntaken FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalnoticeladder FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalphonenumber FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalpushdevice FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalrequestladder FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalturntaken FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_laddernotice FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_outside AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_laddernotice FOR EACH ROW EXECUTE FUNCTION audit_ledger_outside('{}');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalnoticeladder FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_noticeladder');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalphonenumber FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_phonenumber');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalpushdevice FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_pushdevice');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalrequestladder FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_requestladder');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalturntaken FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_turntaken');

CREATE TRIGGER lockbox_guard BEFORE INSERT OR UPDATE ON public.requests_app_laddernotice FOR EACH ROW EXECUTE FUNCTION lockbox_laddernotice_guard();

CREATE TRIGGER lockbox_guard BEFORE INSERT OR UPDATE ON public.requests_app_noticeladder FOR EACH ROW EXECUTE FUNCTION lockbox_noticeladder_guard();

CREATE TRIGGER lockbox_guard BEFORE UPDATE ON public.requests_app_pushdevice FOR EACH ROW EXECUTE FUNCTION lockbox_pushdevice_guard();

CREATE TRIGGER lockbox_guard BEFORE INSERT ON public.requests_app_requestladder FOR EACH ROW EXECUTE FUNCTION lockbox_noticeladder_guard();

CREATE TRIGGER lockbox_guard BEFORE INSERT ON public.requests_app_turntaken FOR EACH ROW EXECUTE FUNCTION lockbox_turntaken_guard();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_laddernotice FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_noticeladder FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_phonenumber FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_pushdevice FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_requestladder FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_turntaken FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_laddernotice FOR EACH ROW EXECUTE FUNCTION lockbox_only('rung', 'begun_at', 'sent_at', 'failed_at', 'trouble', 'maybe_twice');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_phonenumber FOR EACH ROW EXECUTE FUNCTION lockbox_only('number');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_pushdevice FOR EACH ROW EXECUTE FUNCTION lockbox_only('name', 'ended_at', 'end_reason');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_requestladder FOR EACH ROW EXECUTE FUNCTION lockbox_only();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_turntaken FOR EACH ROW EXECUTE FUNCTION lockbox_only();

CREATE TRIGGER lockbox_own_name BEFORE INSERT OR UPDATE ON public.requests_app_phonenumber FOR EACH ROW EXECUTE FUNCTION lockbox_own_name('person_id');

CREATE TRIGGER lockbox_own_name BEFORE INSERT ON public.requests_app_pushdevice FOR EACH ROW EXECUTE FUNCTION lockbox_own_name('person_id');

CREATE TRIGGER lockbox_own_name BEFORE INSERT ON public.requests_app_turntaken FOR EACH ROW EXECUTE FUNCTION lockbox_own_name('person_id');

CREATE TRIGGER lockbox_two_persons_insert BEFORE INSERT ON public.requests_app_noticeladder FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{}');

CREATE TRIGGER lockbox_two_persons_update BEFORE UPDATE ON public.requests_app_noticeladder FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{authority_id,product_id,class_from,margin,rungs}');

revoke all on function lockbox_laddernotice_guard from public;

revoke all on function lockbox_noticeladder_guard from public;

revoke all on function lockbox_pushdevice_guard from public;

revoke all on function lockbox_turntaken_guard from public;

grant execute on function lockbox_laddernotice_guard to public;

grant execute on function lockbox_noticeladder_guard to public;

grant execute on function lockbox_pushdevice_guard to public;

grant execute on function lockbox_turntaken_guard to public;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""
BACK = r"""
set local check_function_bodies = off;

revoke execute on function lockbox_turntaken_guard from public;

revoke execute on function lockbox_pushdevice_guard from public;

revoke execute on function lockbox_noticeladder_guard from public;

revoke execute on function lockbox_laddernotice_guard from public;

drop trigger lockbox_two_persons_update on requests_app_noticeladder;

drop trigger lockbox_two_persons_insert on requests_app_noticeladder;

drop trigger lockbox_own_name on requests_app_turntaken;

drop trigger lockbox_own_name on requests_app_pushdevice;

drop trigger lockbox_own_name on requests_app_phonenumber;

drop trigger lockbox_only on requests_app_turntaken;

drop trigger lockbox_only on requests_app_requestladder;

drop trigger lockbox_only on requests_app_pushdevice;

drop trigger lockbox_only on requests_app_phonenumber;

drop trigger lockbox_only on requests_app_laddernotice;

drop trigger lockbox_kept on requests_app_turntaken;

drop trigger lockbox_kept on requests_app_requestladder;

drop trigger lockbox_kept on requests_app_pushdevice;

drop trigger lockbox_kept on requests_app_phonenumber;

drop trigger lockbox_kept on requests_app_noticeladder;

drop trigger lockbox_kept on requests_app_laddernotice;

drop trigger lockbox_guard on requests_app_turntaken;

drop trigger lockbox_guard on requests_app_requestladder;

drop trigger lockbox_guard on requests_app_pushdevice;

drop trigger lockbox_guard on requests_app_noticeladder;

drop trigger lockbox_guard on requests_app_laddernotice;

drop trigger audit_stamp on requests_app_historicalturntaken;

drop trigger audit_stamp on requests_app_historicalrequestladder;

drop trigger audit_stamp on requests_app_historicalpushdevice;

drop trigger audit_stamp on requests_app_historicalphonenumber;

drop trigger audit_stamp on requests_app_historicalnoticeladder;

drop trigger audit_outside on requests_app_laddernotice;

drop trigger audit_no_truncate on requests_app_laddernotice;

drop trigger audit_no_truncate on requests_app_historicalturntaken;

drop trigger audit_no_truncate on requests_app_historicalrequestladder;

drop trigger audit_no_truncate on requests_app_historicalpushdevice;

drop trigger audit_no_truncate on requests_app_historicalphonenumber;

drop trigger audit_no_truncate on requests_app_historicalnoticeladder;

drop trigger audit_ledger on requests_app_turntaken;

drop trigger audit_ledger on requests_app_requestladder;

drop trigger audit_ledger on requests_app_pushdevice;

drop trigger audit_ledger on requests_app_phonenumber;

drop trigger audit_ledger on requests_app_noticeladder;

drop trigger audit_history on requests_app_turntaken;

drop trigger audit_history on requests_app_requestladder;

drop trigger audit_history on requests_app_pushdevice;

drop trigger audit_history on requests_app_phonenumber;

drop trigger audit_history on requests_app_noticeladder;

drop trigger audit_change on requests_app_historicalturntaken;

drop trigger audit_change on requests_app_historicalrequestladder;

drop trigger audit_change on requests_app_historicalpushdevice;

drop trigger audit_change on requests_app_historicalphonenumber;

drop trigger audit_change on requests_app_historicalnoticeladder;

drop trigger audit_append_only on requests_app_historicalturntaken;

drop trigger audit_append_only on requests_app_historicalrequestladder;

drop trigger audit_append_only on requests_app_historicalpushdevice;

drop trigger audit_append_only on requests_app_historicalphonenumber;

drop trigger audit_append_only on requests_app_historicalnoticeladder;

drop function lockbox_turntaken_guard;

drop function lockbox_pushdevice_guard;

drop function lockbox_noticeladder_guard;

drop function lockbox_laddernotice_guard;

CREATE OR REPLACE FUNCTION public.lockbox_altered(in_request bigint, in_reviews bigint[])
 RETURNS TABLE(object_type text, object_id bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  decisions bigint[] := array(select id from requests_app_decision where review_id = any(in_reviews));
begin
  return query select 'requests_app_accessrequest', one.id from (
      select t.id from requests_app_accessrequest t where t.id = in_request) one
    left join requests_app_accessrequest live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalaccessrequest h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_secrecyreview', one.id from (
      select t.id from requests_app_secrecyreview t where t.id = any(in_reviews)) one
    left join requests_app_secrecyreview live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalsecrecyreview h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_accessgrant', one.id from (
      select t.id from requests_app_accessgrant t where t.access_request_id = in_request
      union select t.id from requests_app_historicalaccessgrant t where t.access_request_id = in_request) one
    left join requests_app_accessgrant live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalaccessgrant h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_assessmentanswer', one.id from (
      select t.id from requests_app_assessmentanswer t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalassessmentanswer t where t.review_id = any(in_reviews)) one
    left join requests_app_assessmentanswer live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalassessmentanswer h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_assignment', one.id from (
      select t.id from requests_app_assignment t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalassignment t where t.review_id = any(in_reviews)) one
    left join requests_app_assignment live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalassignment h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_attachment', one.id from (
      select t.id from requests_app_attachment t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalattachment t where t.review_id = any(in_reviews)) one
    left join requests_app_attachment live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalattachment h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_auditfinding', one.id from (
      select t.id from requests_app_auditfinding t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalauditfinding t where t.review_id = any(in_reviews)) one
    left join requests_app_auditfinding live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalauditfinding h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_condition', one.id from (
      select t.id from requests_app_condition t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalcondition t where t.review_id = any(in_reviews)) one
    left join requests_app_condition live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalcondition h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_conditionfollowup', one.id from (
      select t.id from requests_app_conditionfollowup t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalconditionfollowup t where t.review_id = any(in_reviews)) one
    left join requests_app_conditionfollowup live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalconditionfollowup h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_conflictdeclaration', one.id from (
      select t.id from requests_app_conflictdeclaration t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalconflictdeclaration t where t.review_id = any(in_reviews)) one
    left join requests_app_conflictdeclaration live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalconflictdeclaration h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_consent', one.id from (
      select t.id from requests_app_consent t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalconsent t where t.review_id = any(in_reviews)) one
    left join requests_app_consent live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalconsent h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_consultation', one.id from (
      select t.id from requests_app_consultation t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalconsultation t where t.review_id = any(in_reviews)) one
    left join requests_app_consultation live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalconsultation h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_correction', one.id from (
      select t.id from requests_app_correction t where t.decision_id = any(decisions)
      union select t.id from requests_app_historicalcorrection t where t.decision_id = any(decisions)) one
    left join requests_app_correction live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalcorrection h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_decision', one.id from (
      select t.id from requests_app_decision t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicaldecision t where t.review_id = any(in_reviews)) one
    left join requests_app_decision live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldecision h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_decisiondocument', one.id from (
      select t.id from requests_app_decisiondocument t where t.decision_id = any(decisions)
      union select t.id from requests_app_historicaldecisiondocument t where t.decision_id = any(decisions)) one
    left join requests_app_decisiondocument live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldecisiondocument h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_delivery', one.id from (
      select t.id from requests_app_delivery t where t.access_request_id = in_request
      union select t.id from requests_app_historicaldelivery t where t.access_request_id = in_request) one
    left join requests_app_delivery live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldelivery h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_deviation', one.id from (
      select t.id from requests_app_deviation t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)
      union select t.id from requests_app_historicaldeviation t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)) one
    left join requests_app_deviation live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldeviation h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_filenote', one.id from (
      select t.id from requests_app_filenote t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalfilenote t where t.review_id = any(in_reviews)) one
    left join requests_app_filenote live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalfilenote h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_harmtest', one.id from (
      select t.id from requests_app_harmtest t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalharmtest t where t.review_id = any(in_reviews)) one
    left join requests_app_harmtest live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalharmtest h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_incidentduty', one.id from (
      select t.id from requests_app_incidentduty t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalincidentduty t where t.review_id = any(in_reviews)) one
    left join requests_app_incidentduty live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalincidentduty h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_incomingappeal', one.id from (
      select t.id from requests_app_incomingappeal t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalincomingappeal t where t.review_id = any(in_reviews)) one
    left join requests_app_incomingappeal live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalincomingappeal h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_message', one.id from (
      select t.id from requests_app_message t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)
      union select t.id from requests_app_historicalmessage t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)) one
    left join requests_app_message live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalmessage h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_outsideanswer', one.id from (
      select t.id from requests_app_outsideanswer t where t.access_request_id = in_request
      union select t.id from requests_app_historicaloutsideanswer t where t.access_request_id = in_request) one
    left join requests_app_outsideanswer live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaloutsideanswer h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_proposal', one.id from (
      select t.id from requests_app_proposal t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalproposal t where t.review_id = any(in_reviews)) one
    left join requests_app_proposal live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalproposal h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_reporteddecision', one.id from (
      select t.id from requests_app_reporteddecision t where t.decision_id = any(decisions)
      union select t.id from requests_app_historicalreporteddecision t where t.decision_id = any(decisions)) one
    left join requests_app_reporteddecision live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalreporteddecision h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_requestedobject', one.id from (
      select t.id from requests_app_requestedobject t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)
      union select t.id from requests_app_historicalrequestedobject t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)) one
    left join requests_app_requestedobject live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalrequestedobject h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_reservation', one.id from (
      select t.id from requests_app_reservation t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalreservation t where t.review_id = any(in_reviews)) one
    left join requests_app_reservation live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalreservation h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_reviewuserpermission', one.id from (
      select t.id from requests_app_reviewuserpermission t where t.content_object_id = any(in_reviews)) one
    left join requests_app_reviewuserpermission live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalreviewuserpermission h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_revocation', one.id from (
      select t.id from requests_app_revocation t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalrevocation t where t.review_id = any(in_reviews)) one
    left join requests_app_revocation live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalrevocation h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_sampledcase', one.id from (
      select t.id from requests_app_sampledcase t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalsampledcase t where t.review_id = any(in_reviews)) one
    left join requests_app_sampledcase live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalsampledcase h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_seenrevision', one.id from (
      select t.id from requests_app_seenrevision t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalseenrevision t where t.review_id = any(in_reviews)) one
    left join requests_app_seenrevision live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalseenrevision h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_serviceofdecision', one.id from (
      select t.id from requests_app_serviceofdecision t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalserviceofdecision t where t.review_id = any(in_reviews)) one
    left join requests_app_serviceofdecision live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalserviceofdecision h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_standingreliance', one.id from (
      select t.id from requests_app_standingreliance t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalstandingreliance t where t.review_id = any(in_reviews)) one
    left join requests_app_standingreliance live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalstandingreliance h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
end $function$
;

grant delete on requests_app_historicalnoticeladder to lockbox_app;

grant delete on requests_app_historicalphonenumber to lockbox_app;

grant delete on requests_app_historicalpushdevice to lockbox_app;

grant delete on requests_app_historicalrequestladder to lockbox_app;

grant delete on requests_app_historicalturntaken to lockbox_app;

grant update on requests_app_historicalnoticeladder to lockbox_app;

grant update on requests_app_historicalphonenumber to lockbox_app;

grant update on requests_app_historicalpushdevice to lockbox_app;

grant update on requests_app_historicalrequestladder to lockbox_app;

grant update on requests_app_historicalturntaken to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0006_notice_ladders')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
