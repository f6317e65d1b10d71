"""After the decision guards."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicalsubsequentreview from lockbox_app;

revoke update on requests_app_historicalrecertification from lockbox_app;

revoke update on requests_app_historicallapse from lockbox_app;

revoke delete on requests_app_historicalsubsequentreview from lockbox_app;

revoke delete on requests_app_historicalrecertification from lockbox_app;

revoke delete on requests_app_historicallapse from lockbox_app;

drop trigger lockbox_only on requests_app_noticechoice;

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
  return query select 'requests_app_lapse', one.id from (
      select t.id from requests_app_lapse t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicallapse t where t.review_id = any(in_reviews)) one
    left join requests_app_lapse live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicallapse h
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
  return query select 'requests_app_subsequentreview', one.id from (
      select t.id from requests_app_subsequentreview t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalsubsequentreview t where t.review_id = any(in_reviews)) one
    left join requests_app_subsequentreview live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalsubsequentreview h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
end $f$;

-- Does the sweep act?
create or replace function lockbox_is_sweep() returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from lockbox_site_user u
                 where u.id = audit_actor() and u.is_machine and u.username = 'sweep')
$f$;

-- A lapse is told when it has happened; its cause is given by a person.
create or replace function lockbox_lapse_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.cause <> '' or not lockbox_is_now(new.lapsed_at) or new.due_at <= new.lapsed_at then
      perform lockbox_refuse('a lapse is told when it happens, and its cause afterwards');
    end if;
    return new;
  end if;
  if new.cause = '' or not lockbox_is_now(new.given_at) or not exists (
       select from lockbox_site_user
       where id = new.given_by_id and is_active and not is_machine) then
    perform lockbox_refuse('the cause of a lapse is given by a person');
  end if;
  return new;
end $f$;

-- Is it the sweep that ends this row, since nobody has confirmed it anew?
create or replace function lockbox_left_unconfirmed(about text, id bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_is_sweep() and exists (
    select from requests_app_recertification c
    where c.row_table = about and c.row_id = $2 and c.outcome = 'ended'
      and c.settled_by_id = audit_actor())
$f$;

-- What was decided outside office hours is to be looked at; but of a case that is
-- stopped for protective security nobody reads the content.
create or replace function lockbox_night_is_looked_at() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_night_ends(new.decided_at) is not null
     and not exists (select from requests_app_subsequentreview s where s.decision_id = new.id)
     and not exists (select from requests_app_secrecyreview v
                     where v.id = new.review_id and v.status = 'stopped') then
    perform lockbox_refuse('what is decided at night is looked at by another');
  end if;
  return null;
end $f$;

-- A notice channel is made by a manager of the authority in their own name, and ended by
-- one; nothing else of it changes.
create or replace function lockbox_noticechannel_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_holds_role(audit_actor(), 'it_manager', new.authority_id, null, clock_timestamp())
     and not lockbox_left_unconfirmed(tg_table_name, new.id) then
    perform lockbox_refuse('a notice channel is kept by a manager of its authority');
  end if;
  if tg_op = 'INSERT' then
    if lockbox_is_not_actor(new.made_by_id) or not lockbox_is_now(new.made_at) or new.ended_at is not null then
      perform lockbox_refuse('a notice channel is made now, in one''s own name');
    end if;
  elsif old.ended_at is not null or not lockbox_is_now(new.ended_at) then
    perform lockbox_refuse('a notice channel is ended once, and now');
  end if;
  return new;
end $f$;

-- Power is confirmed anew by a person, and not by who has it; what nobody has confirmed
-- the sweep ends when its day is over, three days at least after a second reminder.
create or replace function lockbox_recertification_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.outcome <> '' or num_nonnulls(new.reminded_at, new.reminded_again_at) > 0
       or new.kept_because <> '' or not lockbox_is_now(new.opened_at) or not lockbox_is_sweep() then
      perform lockbox_refuse('a recertification is opened by the sweep');
    end if;
    return new;
  end if;
  if old.outcome <> '' then
    perform lockbox_refuse('a recertification is settled once');
  end if;
  if ((new.reminded_at, new.reminded_again_at, new.kept_because)
      is distinct from (old.reminded_at, old.reminded_again_at, old.kept_because))
     and (not lockbox_is_sweep()
          or new.reminded_at is distinct from old.reminded_at
             and (old.reminded_at is not null or not lockbox_is_now(new.reminded_at))
          or new.reminded_again_at is distinct from old.reminded_again_at
             and (old.reminded_again_at is not null or new.reminded_at is null
                  or not lockbox_is_now(new.reminded_again_at))) then
    perform lockbox_refuse('the sweep reminds, and each time once');
  end if;
  if new.outcome = '' then
    return new;
  end if;
  if lockbox_is_not_actor(new.settled_by_id) or not lockbox_is_now(new.settled_at) then
    perform lockbox_refuse('a recertification is settled in one''s own name');
  end if;
  if new.outcome = 'gone' and not lockbox_is_sweep() then
    perform lockbox_refuse('the sweep says what had ended already');
  end if;
  if new.outcome <> 'gone'
     and exists (select from lockbox_site_user where id = new.settled_by_id and is_machine) and (
       new.outcome <> 'ended' or not lockbox_is_sweep()
       or new.due_on >= lockbox_day(audit_now())
       or coalesce(new.reminded_again_at, 'infinity') > audit_now() - interval '3 days') then
    perform lockbox_refuse('only what nobody confirms after two reminders ends by itself');
  end if;
  return new;
end $f$;

-- A manager gives a role, another confirms it, and any but the person stops it; each in
-- their own name. What is given is not rewritten: it is ended, and another given.
create or replace function lockbox_roleassignment_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor bigint := nullif(current_setting('lockbox.actor_id', true), '')::bigint;
  soon timestamptz := greatest(clock_timestamp(), audit_now()) + interval '5 minutes';
  steps text[] := '{confirmed_by_id,confirmed_at,refused_by_id,refused_at,suspended_by_id,suspended_at,'
    'ended_by_id,ended_at,stop_reason,usable_until,valid_to,version}';
  maker bigint := (select made_by_id from lockbox_site_user where id = new.person_id);
begin
  if lockbox_delivers() then
    return new;
  end if;
  if greatest(new.given_at, new.confirmed_at, new.refused_at, new.suspended_at, new.ended_at) > soon then
    perform lockbox_refuse('nothing of a role lies in the future but its days');
  end if;
  if tg_op = 'INSERT' then
    if new.given_by_id is distinct from actor or new.person_id = actor then
      perform lockbox_refuse('a role is given in one''s own name, and to somebody else');
    end if;
    if not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id, maker]) then
      perform lockbox_refuse('a role is given by a manager who did not make the account');
    end if;
    if new.role = 'it_manager' and lockbox_never_managed(new.authority_id)
       and not lockbox_waits_as_first(new.authority_id, new.person_id, actor) then
      perform lockbox_refuse('the first managers of an authority are proposed, both at once');
    end if;
    if num_nonnulls(new.confirmed_at, new.refused_at, new.suspended_at, new.ended_at) > 0 then
      perform lockbox_refuse('a role is confirmed after it has been given');
    end if;
    if new.usable_until is not null and (
         new.role in ('it_manager', 'system_administrator')
         or new.usable_until is distinct from lockbox_night_ends(new.given_at)
         or exists (select from requests_app_roleassignment r
                    where r.person_id = new.person_id and r.authority_id = new.authority_id
                      and num_nonnulls(r.ended_at, r.suspended_at) > 0)
         or not exists (select from requests_app_roleassignment r
                        where r.person_id = new.person_id and r.authority_id = new.authority_id
                          and r.confirmed_at is not null and r.refused_at is null)) then
      perform lockbox_refuse('only at night, and by somebody known, is a role used unconfirmed');
    end if;
    return new;
  end if;
  if to_jsonb(new) - steps <> to_jsonb(old) - steps
     or new.valid_to is distinct from old.valid_to
        and (new.valid_to is null or new.valid_to > old.valid_to)
     or new.usable_until is not null and new.usable_until is distinct from old.usable_until then
    perform lockbox_refuse('a role is not rewritten: it is ended, and another given');
  end if;
  if (new.confirmed_by_id, new.confirmed_at) is distinct from (old.confirmed_by_id, old.confirmed_at)
     and new.confirmed_at is not null and (
       old.confirmed_at is not null or num_nonnulls(new.refused_at, new.ended_at) > 0
       or new.confirmed_by_id is distinct from actor or new.confirmed_at < new.given_at
       or new.role = 'it_manager' and lockbox_waits_as_first(new.authority_id, new.person_id, null)
       or not (lockbox_manages(actor, new.authority_id, new.branch_id,
                               array[new.person_id, new.given_by_id, maker])
               or new.role = 'it_manager'
                  and lockbox_confirms_as_first(new.authority_id, new.person_id, new.confirmed_at))) then
    perform lockbox_refuse('a role is confirmed by a second manager, who did not make the account');
  end if;
  if (new.refused_by_id, new.refused_at) is distinct from (old.refused_by_id, old.refused_at)
       and (old.refused_at is not null or old.confirmed_at is not null
            or new.refused_by_id is distinct from actor)
     or (new.ended_by_id, new.ended_at) is distinct from (old.ended_by_id, old.ended_at)
       and (old.ended_at is not null or new.ended_by_id is distinct from actor)
     or (new.suspended_by_id, new.suspended_at) is distinct from (old.suspended_by_id, old.suspended_at)
       and new.suspended_at is not null
       and (old.suspended_at is not null or new.suspended_by_id is distinct from actor) then
    perform lockbox_refuse('a role is stopped once, in one''s own name');
  end if;
  if (new.valid_to, new.refused_at, new.ended_at) is distinct from (old.valid_to, old.refused_at, old.ended_at)
     or new.suspended_at is not null and old.suspended_at is null then
    if not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id])
       and not lockbox_left_unconfirmed(tg_table_name, new.id) then
      perform lockbox_refuse('a role is stopped by a manager, and not by who has it');
    end if;
  end if;
  if new.suspended_at is null and old.suspended_at is not null
     and not lockbox_manages(actor, new.authority_id, new.branch_id,
                             array[new.person_id, old.suspended_by_id]) then
    perform lockbox_refuse('a suspension is lifted by another manager');
  end if;
  return new;
end $f$;

-- A decision is looked at afterwards by another than made it, proposed it or works the
-- case: once, and in their own name.
create or replace function lockbox_subsequentreview_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.conclusion <> '' or not exists (
         select from requests_app_decision d
         where d.id = new.decision_id and d.review_id = new.review_id
           and new.due_at > d.decided_at) then
      perform lockbox_refuse('a subsequent review is ordered with its decision');
    end if;
    return new;
  end if;
  if old.conclusion <> '' then
    perform lockbox_refuse('a subsequent review is concluded once');
  end if;
  if new.conclusion = '' then
    return new;
  end if;
  if lockbox_is_not_actor(new.concluded_by_id) or not lockbox_is_now(new.concluded_at) then
    perform lockbox_refuse('a subsequent review is concluded in one''s own name');
  end if;
  if new.conclusion <> 'stopped' and (
       not exists (select from lockbox_site_user
                   where id = new.concluded_by_id and is_active and not is_machine)
       or exists (select from requests_app_decision d
                  where d.id = new.decision_id
                    and new.concluded_by_id in (d.decided_by_id, d.rapporteur_id))
       or exists (select from requests_app_assignment a
                  where a.review_id = new.review_id and a.person_id = new.concluded_by_id)) then
    perform lockbox_refuse('a decision is looked at by another than made or prepared it');
  end if;
  return new;
end $f$;

-- Nobody alone changes these columns of a row of a guarded register. Argument: the
-- columns.
create or replace function lockbox_two_persons() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  guarded text[] := tg_argv[0]::text[];
  before jsonb := to_jsonb(old);
  after jsonb := to_jsonb(new);
  was jsonb;
  becomes jsonb;
begin
  if tg_op = 'INSERT' then
    if not lockbox_confirmed(tg_table_name, null, 'add', '{}', after - 'id') then
      perform lockbox_refuse('a row of ' || tg_table_name || ' is added by two persons');
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if not lockbox_confirmed(tg_table_name, old.id, 'remove', before - 'id', '{}')
       and not lockbox_left_unconfirmed(tg_table_name, old.id) then
      perform lockbox_refuse('a row of ' || tg_table_name || ' is removed by two persons');
    end if;
    return old;
  end if;
  select jsonb_object_agg(col, before->col), jsonb_object_agg(col, after->col)
    into was, becomes
    from unnest(guarded) col where before->col is distinct from after->col;
  if was is not null
     and not lockbox_confirmed(tg_table_name, old.id, 'change', was, becomes) then
    perform lockbox_refuse(tg_table_name || ' is changed by two persons');
  end if;
  return new;
end $f$;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicallapse FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalrecertification FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalsubsequentreview FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicallapse FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_lapse');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalrecertification FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_recertification');

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalsubsequentreview FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_subsequentreview');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_lapse DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicallapse', '{}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_recertification DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalrecertification', '{}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_subsequentreview DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalsubsequentreview', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_lapse FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_recertification FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_subsequentreview FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicallapse FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalrecertification FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalsubsequentreview FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicallapse FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_lapse');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalrecertification FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_recertification');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalsubsequentreview FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_subsequentreview');

CREATE TRIGGER lockbox_guard BEFORE INSERT OR UPDATE ON public.requests_app_lapse FOR EACH ROW EXECUTE FUNCTION lockbox_lapse_guard();

CREATE TRIGGER lockbox_guard BEFORE INSERT OR UPDATE ON public.requests_app_recertification FOR EACH ROW EXECUTE FUNCTION lockbox_recertification_guard();

CREATE TRIGGER lockbox_guard BEFORE INSERT OR UPDATE ON public.requests_app_subsequentreview FOR EACH ROW EXECUTE FUNCTION lockbox_subsequentreview_guard();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_lapse FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_recertification FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_subsequentreview FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE CONSTRAINT TRIGGER lockbox_night_is_looked_at AFTER INSERT ON public.requests_app_decision DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lockbox_night_is_looked_at();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_lapse FOR EACH ROW EXECUTE FUNCTION lockbox_only('cause', 'text', 'given_by_id', 'given_at', 'version');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_noticechoice FOR EACH ROW EXECUTE FUNCTION lockbox_only('off');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_recertification FOR EACH ROW EXECUTE FUNCTION lockbox_only('reminded_at', 'reminded_again_at', 'kept_because', 'outcome', 'settled_by_id', 'settled_at', 'version');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_subsequentreview FOR EACH ROW EXECUTE FUNCTION lockbox_only('conclusion', 'note_id', 'concluded_by_id', 'concluded_at', 'version');

CREATE TRIGGER lockbox_own_name BEFORE INSERT OR UPDATE ON public.requests_app_lapse FOR EACH ROW EXECUTE FUNCTION lockbox_own_name('given_by_id');

revoke all on function lockbox_is_sweep from public;

revoke all on function lockbox_lapse_guard from public;

revoke all on function lockbox_left_unconfirmed from public;

revoke all on function lockbox_night_is_looked_at from public;

revoke all on function lockbox_recertification_guard from public;

revoke all on function lockbox_subsequentreview_guard from public;

grant execute on function lockbox_is_sweep to public;

grant execute on function lockbox_lapse_guard to public;

grant execute on function lockbox_left_unconfirmed to public;

grant execute on function lockbox_night_is_looked_at to public;

grant execute on function lockbox_recertification_guard to public;

grant execute on function lockbox_subsequentreview_guard to public;

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

revoke execute on function lockbox_subsequentreview_guard from public;

revoke execute on function lockbox_recertification_guard from public;

revoke execute on function lockbox_night_is_looked_at from public;

revoke execute on function lockbox_left_unconfirmed from public;

revoke execute on function lockbox_lapse_guard from public;

revoke execute on function lockbox_is_sweep from public;

drop trigger lockbox_own_name on requests_app_lapse;

drop trigger lockbox_only on requests_app_subsequentreview;

drop trigger lockbox_only on requests_app_recertification;

drop trigger lockbox_only on requests_app_noticechoice;

drop trigger lockbox_only on requests_app_lapse;

drop trigger lockbox_night_is_looked_at on requests_app_decision;

drop trigger lockbox_kept on requests_app_subsequentreview;

drop trigger lockbox_kept on requests_app_recertification;

drop trigger lockbox_kept on requests_app_lapse;

drop trigger lockbox_guard on requests_app_subsequentreview;

drop trigger lockbox_guard on requests_app_recertification;

drop trigger lockbox_guard on requests_app_lapse;

drop trigger audit_stamp on requests_app_historicalsubsequentreview;

drop trigger audit_stamp on requests_app_historicalrecertification;

drop trigger audit_stamp on requests_app_historicallapse;

drop trigger audit_no_truncate on requests_app_historicalsubsequentreview;

drop trigger audit_no_truncate on requests_app_historicalrecertification;

drop trigger audit_no_truncate on requests_app_historicallapse;

drop trigger audit_ledger on requests_app_subsequentreview;

drop trigger audit_ledger on requests_app_recertification;

drop trigger audit_ledger on requests_app_lapse;

drop trigger audit_history on requests_app_subsequentreview;

drop trigger audit_history on requests_app_recertification;

drop trigger audit_history on requests_app_lapse;

drop trigger audit_change on requests_app_historicalsubsequentreview;

drop trigger audit_change on requests_app_historicalrecertification;

drop trigger audit_change on requests_app_historicallapse;

drop trigger audit_append_only on requests_app_historicalsubsequentreview;

drop trigger audit_append_only on requests_app_historicalrecertification;

drop trigger audit_append_only on requests_app_historicallapse;

drop function lockbox_subsequentreview_guard;

drop function lockbox_recertification_guard;

drop function lockbox_night_is_looked_at;

drop function lockbox_left_unconfirmed;

drop function lockbox_lapse_guard;

drop function lockbox_is_sweep;

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

CREATE OR REPLACE FUNCTION public.lockbox_noticechannel_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if not lockbox_holds_role(audit_actor(), 'it_manager', new.authority_id, null, clock_timestamp()) then
    perform lockbox_refuse('a notice channel is kept by a manager of its authority');
  end if;
  if tg_op = 'INSERT' then
    if lockbox_is_not_actor(new.made_by_id) or not lockbox_is_now(new.made_at) or new.ended_at is not null then
      perform lockbox_refuse('a notice channel is made now, in one''s own name');
    end if;
  elsif old.ended_at is not null or not lockbox_is_now(new.ended_at) then
    perform lockbox_refuse('a notice channel is ended once, and now');
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_roleassignment_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  actor bigint := nullif(current_setting('lockbox.actor_id', true), '')::bigint;
  soon timestamptz := greatest(clock_timestamp(), audit_now()) + interval '5 minutes';
  steps text[] := '{confirmed_by_id,confirmed_at,refused_by_id,refused_at,suspended_by_id,suspended_at,'
    'ended_by_id,ended_at,stop_reason,usable_until,valid_to,version}';
  maker bigint := (select made_by_id from lockbox_site_user where id = new.person_id);
begin
  if lockbox_delivers() then
    return new;
  end if;
  if greatest(new.given_at, new.confirmed_at, new.refused_at, new.suspended_at, new.ended_at) > soon then
    perform lockbox_refuse('nothing of a role lies in the future but its days');
  end if;
  if tg_op = 'INSERT' then
    if new.given_by_id is distinct from actor or new.person_id = actor then
      perform lockbox_refuse('a role is given in one''s own name, and to somebody else');
    end if;
    if not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id, maker]) then
      perform lockbox_refuse('a role is given by a manager who did not make the account');
    end if;
    if new.role = 'it_manager' and lockbox_never_managed(new.authority_id)
       and not lockbox_waits_as_first(new.authority_id, new.person_id, actor) then
      perform lockbox_refuse('the first managers of an authority are proposed, both at once');
    end if;
    if num_nonnulls(new.confirmed_at, new.refused_at, new.suspended_at, new.ended_at) > 0 then
      perform lockbox_refuse('a role is confirmed after it has been given');
    end if;
    if new.usable_until is not null and (
         new.role in ('it_manager', 'system_administrator')
         or new.usable_until is distinct from lockbox_night_ends(new.given_at)
         or exists (select from requests_app_roleassignment r
                    where r.person_id = new.person_id and r.authority_id = new.authority_id
                      and num_nonnulls(r.ended_at, r.suspended_at) > 0)
         or not exists (select from requests_app_roleassignment r
                        where r.person_id = new.person_id and r.authority_id = new.authority_id
                          and r.confirmed_at is not null and r.refused_at is null)) then
      perform lockbox_refuse('only at night, and by somebody known, is a role used unconfirmed');
    end if;
    return new;
  end if;
  if to_jsonb(new) - steps <> to_jsonb(old) - steps
     or new.valid_to is distinct from old.valid_to
        and (new.valid_to is null or new.valid_to > old.valid_to)
     or new.usable_until is not null and new.usable_until is distinct from old.usable_until then
    perform lockbox_refuse('a role is not rewritten: it is ended, and another given');
  end if;
  if (new.confirmed_by_id, new.confirmed_at) is distinct from (old.confirmed_by_id, old.confirmed_at)
     and new.confirmed_at is not null and (
       old.confirmed_at is not null or num_nonnulls(new.refused_at, new.ended_at) > 0
       or new.confirmed_by_id is distinct from actor or new.confirmed_at < new.given_at
       or new.role = 'it_manager' and lockbox_waits_as_first(new.authority_id, new.person_id, null)
       or not (lockbox_manages(actor, new.authority_id, new.branch_id,
                               array[new.person_id, new.given_by_id, maker])
               or new.role = 'it_manager'
                  and lockbox_confirms_as_first(new.authority_id, new.person_id, new.confirmed_at))) then
    perform lockbox_refuse('a role is confirmed by a second manager, who did not make the account');
  end if;
  if (new.refused_by_id, new.refused_at) is distinct from (old.refused_by_id, old.refused_at)
       and (old.refused_at is not null or old.confirmed_at is not null
            or new.refused_by_id is distinct from actor)
     or (new.ended_by_id, new.ended_at) is distinct from (old.ended_by_id, old.ended_at)
       and (old.ended_at is not null or new.ended_by_id is distinct from actor)
     or (new.suspended_by_id, new.suspended_at) is distinct from (old.suspended_by_id, old.suspended_at)
       and new.suspended_at is not null
       and (old.suspended_at is not null or new.suspended_by_id is distinct from actor) then
    perform lockbox_refuse('a role is stopped once, in one''s own name');
  end if;
  if (new.valid_to, new.refused_at, new.ended_at) is distinct from (old.valid_to, old.refused_at, old.ended_at)
     or new.suspended_at is not null and old.suspended_at is null then
    if not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id]) then
      perform lockbox_refuse('a role is stopped by a manager, and not by who has it');
    end if;
  end if;
  if new.suspended_at is null and old.suspended_at is not null
     and not lockbox_manages(actor, new.authority_id, new.branch_id,
                             array[new.person_id, old.suspended_by_id]) then
    perform lockbox_refuse('a suspension is lifted by another manager');
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_two_persons()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  guarded text[] := tg_argv[0]::text[];
  before jsonb := to_jsonb(old);
  after jsonb := to_jsonb(new);
  was jsonb;
  becomes jsonb;
begin
  if tg_op = 'INSERT' then
    if not lockbox_confirmed(tg_table_name, null, 'add', '{}', after - 'id') then
      perform lockbox_refuse('a row of ' || tg_table_name || ' is added by two persons');
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if not lockbox_confirmed(tg_table_name, old.id, 'remove', before - 'id', '{}') then
      perform lockbox_refuse('a row of ' || tg_table_name || ' is removed by two persons');
    end if;
    return old;
  end if;
  select jsonb_object_agg(col, before->col), jsonb_object_agg(col, after->col)
    into was, becomes
    from unnest(guarded) col where before->col is distinct from after->col;
  if was is not null
     and not lockbox_confirmed(tg_table_name, old.id, 'change', was, becomes) then
    perform lockbox_refuse(tg_table_name || ' is changed by two persons');
  end if;
  return new;
end $function$
;

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_noticechoice FOR EACH ROW EXECUTE FUNCTION lockbox_only('wants');

grant delete on requests_app_historicallapse to lockbox_app;

grant delete on requests_app_historicalrecertification to lockbox_app;

grant delete on requests_app_historicalsubsequentreview to lockbox_app;

grant update on requests_app_historicallapse to lockbox_app;

grant update on requests_app_historicalrecertification to lockbox_app;

grant update on requests_app_historicalsubsequentreview to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_after_the_decision')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
