"""Parts guards."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicalpart from lockbox_app;

revoke delete on requests_app_historicalpart from lockbox_app;

drop trigger lockbox_only on requests_app_secrecyreview;

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
      select t.id from requests_app_turntaken t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)
      union select t.id from requests_app_historicalturntaken t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)) one
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
  return query select 'requests_app_part', one.id from (
      select t.id from requests_app_part t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalpart t where t.review_id = any(in_reviews)) one
    left join requests_app_part live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalpart h
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

-- A decision is made now, by a person entitled to it, on what was proposed, as things
-- stand now.
create or replace function lockbox_decision_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  review requests_app_secrecyreview;
  request requests_app_accessrequest;
  product requests_app_providerproduct;
  rule requests_app_delegationrule;
  proposal requests_app_proposal;
  grants boolean := new.outcome in ('granted', 'granted_with_reservation', 'partially_granted');
  moment timestamptz;
begin
  if grants then
    perform lockbox_keep_freezes_out();
  end if;
  select * into review from requests_app_secrecyreview where id = new.review_id;
  select * into request from requests_app_accessrequest where id = review.access_request_id;
  select p.* into product from requests_app_providerproduct p
    join requests_app_connection c on c.product_id = p.id where c.id = request.connection_id;
  select * into rule from requests_app_delegationrule where id = new.delegation_rule_id;
  select * into proposal from requests_app_proposal where id = new.proposal_id;
  if not lockbox_is_now(new.decided_at) then
    perform lockbox_refuse('a decision is dated when it is made');
  end if;
  if not exists (select from lockbox_site_user
                 where id = new.decided_by_id and is_active and not is_machine) then
    perform lockbox_refuse('only a person decides');
  end if;
  if position(audit_name_of(new.decided_by_id) in new.decided_by_name) = 0
     or position(audit_name_of(new.rapporteur_id) in new.rapporteur_name) = 0 then
    perform lockbox_refuse('the names on the decision are not the people''s');
  end if;
  if rule.decision_type <> 'answer' or rule.authority_id <> review.authority_id
     or not (new.outcome = any(rule.outcomes)) or new.granted_minutes > rule.max_minutes
     or rule.product_id <> product.id then
    perform lockbox_refuse('the delegation rule does not cover this decision');
  end if;
  foreach moment in array array[new.decided_at, audit_now()] loop
    if not lockbox_rule_in_force(rule.id, lockbox_day(moment)) then
      perform lockbox_refuse('the delegation rule does not cover this decision');
    end if;
    if rule.person_id is distinct from new.decided_by_id and not lockbox_holds_role(
         new.decided_by_id, rule.role, review.authority_id, review.branch_id, moment) then
      perform lockbox_refuse('the decision-maker does not hold the delegated role');
    end if;
    if grants and lockbox_class(new.review_id, lockbox_day(moment)) = 4 then
      perform lockbox_refuse('an object holds information of class 4');
    end if;
    if grants and lockbox_class(new.review_id, lockbox_day(moment)) > rule.max_confidentiality then
      perform lockbox_refuse('the delegation rule does not cover this confidentiality');
    end if;
    if grants and review.matter <> 'documents' and lockbox_frozen(request.id, moment) then
      perform lockbox_refuse('approvals are stopped by a freeze');
    end if;
  end loop;
  if proposal.status <> 'open' then
    perform lockbox_refuse('only an open proposal is decided');
  end if;
  if proposal.review_id <> new.review_id or proposal.proposed_by_id <> new.rapporteur_id
     or (proposal.outcome, proposal.revision, proposal.object_ids, proposal.part_ids, proposal.granted_minutes, proposal.granted_scope,
         proposal.ground, proposal.motivation_internal_id, proposal.motivation_for_recipient_id)
        is distinct from
        (new.outcome, new.revision, new.object_ids, new.part_ids, new.granted_minutes, new.granted_scope,
         new.ground, new.motivation_internal_id, new.motivation_for_recipient_id) then
    perform lockbox_refuse('the decision is not what was proposed');
  end if;
  if new.answer <> lockbox_meaning(new.outcome, product.can_answer_partly) then
    perform lockbox_refuse('the decision means something else to the provider');
  end if;
  if new.regime <> (select regime from requests_app_authority where id = review.authority_id) then
    perform lockbox_refuse('the regime on the decision is not the authority''s');
  end if;
  if new.delegation_snapshot->>'item_no' is distinct from rule.item_no
     or new.delegation_snapshot->>'board_decision' is distinct from rule.board_decision then
    perform lockbox_refuse('the copy of the delegation is not the rule');
  end if;
  if new.security_protection <> review.security_protection then
    perform lockbox_refuse('security protection on the decision is not the review''s');
  end if;
  if new.object_ids <> array(
       select id from requests_app_requestedobject
       where review_id = new.review_id and removed_in_revision is null order by id) then
    perform lockbox_refuse('the review has got other objects since the proposal');
  end if;
  if request.id in (select lockbox_conflicts_of(new.decided_by_id))
     or not exists (select from requests_app_conflictdeclaration c
                    where c.review_id = new.review_id and c.stage = 'decision'
                      and c.person_id = new.decided_by_id and not c.has_conflict) then
    perform lockbox_refuse('the decision-maker has a conflict of interest, or has not declared');
  end if;
  if exists (select from requests_app_historicalharmtest
             where review_id = new.review_id and answered_by_id = new.decided_by_id)
     or exists (select from requests_app_historicalassessmentanswer
                where review_id = new.review_id and answered_by_id = new.decided_by_id)
     or exists (select from requests_app_proposal
                where review_id = new.review_id and proposed_by_id = new.decided_by_id) then
    perform lockbox_refuse('who assessed or proposed does not decide');
  end if;
  if new.supersedes_id is not null and not exists (
       select from requests_app_decision
       where id = new.supersedes_id and review_id = new.review_id) then
    perform lockbox_refuse('a decision supersedes one of its own review');
  end if;
  if new.revision <> request.revision then
    perform lockbox_refuse('the request has changed since the proposal');
  end if;
  return new;
end $f$;

-- Past each provision that gives secrecy, a decision leads a ground that the statute
-- lets break it; what that is stands with the provision (lifted_by). Where the tree
-- asks for one ground for all, the tests' own are empty.
create or replace function lockbox_decision_terms_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  reserved boolean := new.outcome = 'granted_with_reservation';
  demanded boolean := false;
  grounds text[] := '{}';
  settled boolean;
  is_demand boolean;
  test record;
begin
  if new.outcome not in ('granted', 'granted_with_reservation', 'partially_granted') then
    return new;
  end if;
  select a.tender_secrecy_yields, v.matter = 'foreign' into settled, is_demand
    from requests_app_secrecyreview v
    join requests_app_authority a on a.id = v.authority_id
    where v.id = new.review_id;
  for test in
    select t.outcome, t.provision_id, t.ground <> '' as is_own,
           coalesce(nullif(t.ground, ''), new.ground) as ground,
           case when not is_demand then p.lifted_by || case when settled then p.lifted_if_settled
                               else '{}'::varchar[] end
                when cardinality(p.lifted_by || p.lifted_if_settled) = 0 then '{}'
                when 'osl-12-2' = any(p.lifted_by) then '{osl-8-3,osl-12-2}'::varchar[]
                else '{osl-8-3}'::varchar[] end as lifted
    from lockbox_harm_tests(new.review_id, new.part_ids) t
    join requests_app_provision p on p.id = t.provision_id
    where t.outcome in ('applies', 'applies_unless_reserved')
  loop
    if test.ground = 'osl-10-14' then
      if not reserved or test.outcome <> 'applies_unless_reserved'
         or not (test.ground = any(test.lifted)) then
        perform lockbox_refuse('the risk of harm is not taken away');
      end if;
      demanded := true;
    elsif test.ground not in ('osl-10-2a', 'osl-10-2', 'osl-12-2', 'osl-8-3')
          or not (test.ground = any(test.lifted)) then
      perform lockbox_refuse('secrecy applies and the ground does not break it');
    elsif test.ground = 'osl-12-2' and test.is_own then
      if not exists (select from requests_app_consent c
                     where c.review_id = new.review_id and c.withdrawn_at is null
                       and c.provision_id = test.provision_id) then
        perform lockbox_refuse('no consent that stands is recorded');
      end if;
      demanded := demanded or exists (
        select from requests_app_consent c
        where c.review_id = new.review_id and c.withdrawn_at is null
          and c.provision_id = test.provision_id and c.reservation_id is not null)
        or exists (
        select from requests_app_assessmentanswer w
        where w.review_id = new.review_id and w.node = 'N7.12-2.reserved'
          and w.answer = 'yes');
    end if;
    if not (test.ground = any(grounds)) then
      grounds := grounds || test.ground::text;
    end if;
  end loop;
  if new.ground <> (case cardinality(grounds) when 0 then 'not_secret'
                                              when 1 then grounds[1]
                                              else 'several' end) then
    perform lockbox_refuse('the ground is not that of the assessment');
  end if;
  if reserved <> demanded or reserved <> exists (
       select from requests_app_reservation where proposal_id = new.proposal_id) then
    perform lockbox_refuse('granting with reservation needs a reservation, and only that does');
  end if;
  if ('osl-10-2a' = any(grounds) or not lockbox_asks_for_documents(new.review_id))
     and not exists (select from requests_app_standingreliance
                 where proposal_id = new.proposal_id)
     or exists (select from requests_app_standingreliance l
                join requests_app_standingassessment s on s.id = l.standing_assessment_id
                where l.proposal_id = new.proposal_id
                  and (s.confirmed_at is null or s.revoked_at is not null
                       or lockbox_day(new.decided_at) not between s.valid_from and s.review_due
                       or lockbox_day(audit_now()) not between s.valid_from and s.review_due)) then
    perform lockbox_refuse('the standing assessment relied on is not in force');
  end if;
  return new;
end $f$;

-- The harm tests that count for these parts of what a review is about, or for all of it
-- where it is tested as a whole: a part's own test takes the place of that of the whole.
create or replace function lockbox_harm_tests(
  review bigint, parts bigint[]
) returns setof requests_app_harmtest
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select t.* from requests_app_harmtest t
  where t.review_id = review and t.outcome <> 'as_whole'
    and (t.part_id = any(parts)
         or t.part_id is null and (cardinality(parts) = 0 or exists (
           select from unnest(parts) part where not exists (
             select from requests_app_harmtest own
             where own.review_id = review and own.provision_id = t.provision_id
               and own.part_id = part and own.outcome <> 'as_whole'))))
$f$;

-- Has something that the proposal relied on fallen by this time: a standing assessment
-- that is revoked or has run out, a consent that is taken back?
create or replace function lockbox_has_fallen(
  proposal bigint, at timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_standingreliance l
    join requests_app_standingassessment s on s.id = l.standing_assessment_id
    where l.proposal_id = proposal
      and (s.confirmed_at is null or s.revoked_at <= at
           or lockbox_day(at) not between s.valid_from and s.review_due))
  or exists (
    select from requests_app_proposal p
    join requests_app_consent c on c.review_id = p.review_id
    join lateral lockbox_harm_tests(p.review_id, p.part_ids) t
      on t.provision_id = c.provision_id
    where p.id = proposal and coalesce(nullif(t.ground, ''), p.ground) = 'osl-12-2'
      and c.recorded_at <= p.proposed_at
      and c.withdrawal_recorded_at > p.proposed_at and c.withdrawal_recorded_at <= at)
$f$;

-- A part lies in an object of its review.
create or replace function lockbox_part_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.requested_object_id is not null and not exists (
       select from requests_app_requestedobject
       where id = new.requested_object_id and review_id = new.review_id) then
    perform lockbox_refuse('a part lies in an object of its review');
  end if;
  return new;
end $f$;

-- What is tested in parts is granted by its parts: all of them, or some of them.
create or replace function lockbox_parts_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  standing bigint[] := array(select id from requests_app_part
    where review_id = new.review_id and ended_at is null order by id);
begin
  if new.outcome not in ('granted', 'granted_with_reservation', 'partially_granted') then
    if new.part_ids <> '{}' then
      perform lockbox_refuse('only a grant gives parts');
    end if;
  elsif not new.part_ids <@ standing
     or cardinality(new.part_ids) = 0 and cardinality(standing) > 0
     or new.outcome <> 'partially_granted' and new.part_ids <> standing then
    perform lockbox_refuse('the parts granted are not those of the assessment');
  end if;
  return new;
end $f$;

-- The test of a part is of a part of its review.
create or replace function lockbox_tested_part_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.part_id is not null and not exists (
       select from requests_app_part where id = new.part_id and review_id = new.review_id) then
    perform lockbox_refuse('the part belongs to another review');
  end if;
  return new;
end $f$;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalpart FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalpart FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_part');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_part DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalpart', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_part FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalpart FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalpart FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_part');

CREATE TRIGGER lockbox_guard BEFORE INSERT OR UPDATE ON public.requests_app_part FOR EACH ROW EXECUTE FUNCTION lockbox_assessment_guard();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_part FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_part FOR EACH ROW EXECUTE FUNCTION lockbox_only('ended_at');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_secrecyreview FOR EACH ROW EXECUTE FUNCTION lockbox_only('is_named_list', 'diary_number', 'diary_year', 'diary_sequence', 'registered_at', 'public_subject', 'protected_subject_id', 'case_officer_id', 'security_protection', 'status', 'closed_at', 'version', 'listed_by_id', 'list_confirmed_by_id', 'matter', 'treaty_ground', 'is_divided');

CREATE TRIGGER lockbox_own_name BEFORE INSERT ON public.requests_app_part FOR EACH ROW EXECUTE FUNCTION lockbox_own_name('named_by_id');

CREATE TRIGGER lockbox_part_guard BEFORE INSERT OR UPDATE ON public.requests_app_harmtest FOR EACH ROW EXECUTE FUNCTION lockbox_tested_part_guard();

CREATE TRIGGER lockbox_part_guard BEFORE INSERT OR UPDATE ON public.requests_app_part FOR EACH ROW EXECUTE FUNCTION lockbox_part_guard();

CREATE TRIGGER lockbox_parts_guard BEFORE INSERT ON public.requests_app_decision FOR EACH ROW EXECUTE FUNCTION lockbox_parts_guard();

revoke all on function lockbox_harm_tests from public;

revoke all on function lockbox_part_guard from public;

revoke all on function lockbox_parts_guard from public;

revoke all on function lockbox_tested_part_guard from public;

grant execute on function lockbox_harm_tests to public;

grant execute on function lockbox_part_guard to public;

grant execute on function lockbox_parts_guard to public;

grant execute on function lockbox_tested_part_guard to public;

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

revoke execute on function lockbox_tested_part_guard from public;

revoke execute on function lockbox_parts_guard from public;

revoke execute on function lockbox_part_guard from public;

revoke execute on function lockbox_harm_tests from public;

drop trigger lockbox_parts_guard on requests_app_decision;

drop trigger lockbox_part_guard on requests_app_part;

drop trigger lockbox_part_guard on requests_app_harmtest;

drop trigger lockbox_own_name on requests_app_part;

drop trigger lockbox_only on requests_app_secrecyreview;

drop trigger lockbox_only on requests_app_part;

drop trigger lockbox_kept on requests_app_part;

drop trigger lockbox_guard on requests_app_part;

drop trigger audit_stamp on requests_app_historicalpart;

drop trigger audit_no_truncate on requests_app_historicalpart;

drop trigger audit_ledger on requests_app_part;

drop trigger audit_history on requests_app_part;

drop trigger audit_change on requests_app_historicalpart;

drop trigger audit_append_only on requests_app_historicalpart;

drop function lockbox_tested_part_guard;

drop function lockbox_parts_guard;

drop function lockbox_part_guard;

drop function lockbox_harm_tests;

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
  return query select 'requests_app_requestladder', one.id from (
      select t.id from requests_app_requestladder t where t.access_request_id = in_request
      union select t.id from requests_app_historicalrequestladder t where t.access_request_id = in_request) one
    left join requests_app_requestladder live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalrequestladder h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_turntaken', one.id from (
      select t.id from requests_app_turntaken t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)
      union select t.id from requests_app_historicalturntaken t where (t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)) one
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
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_decision_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  review requests_app_secrecyreview;
  request requests_app_accessrequest;
  product requests_app_providerproduct;
  rule requests_app_delegationrule;
  proposal requests_app_proposal;
  grants boolean := new.outcome in ('granted', 'granted_with_reservation', 'partially_granted');
  moment timestamptz;
begin
  if grants then
    perform lockbox_keep_freezes_out();
  end if;
  select * into review from requests_app_secrecyreview where id = new.review_id;
  select * into request from requests_app_accessrequest where id = review.access_request_id;
  select p.* into product from requests_app_providerproduct p
    join requests_app_connection c on c.product_id = p.id where c.id = request.connection_id;
  select * into rule from requests_app_delegationrule where id = new.delegation_rule_id;
  select * into proposal from requests_app_proposal where id = new.proposal_id;
  if not lockbox_is_now(new.decided_at) then
    perform lockbox_refuse('a decision is dated when it is made');
  end if;
  if not exists (select from lockbox_site_user
                 where id = new.decided_by_id and is_active and not is_machine) then
    perform lockbox_refuse('only a person decides');
  end if;
  if position(audit_name_of(new.decided_by_id) in new.decided_by_name) = 0
     or position(audit_name_of(new.rapporteur_id) in new.rapporteur_name) = 0 then
    perform lockbox_refuse('the names on the decision are not the people''s');
  end if;
  if rule.decision_type <> 'answer' or rule.authority_id <> review.authority_id
     or not (new.outcome = any(rule.outcomes)) or new.granted_minutes > rule.max_minutes
     or rule.product_id <> product.id then
    perform lockbox_refuse('the delegation rule does not cover this decision');
  end if;
  foreach moment in array array[new.decided_at, audit_now()] loop
    if not lockbox_rule_in_force(rule.id, lockbox_day(moment)) then
      perform lockbox_refuse('the delegation rule does not cover this decision');
    end if;
    if rule.person_id is distinct from new.decided_by_id and not lockbox_holds_role(
         new.decided_by_id, rule.role, review.authority_id, review.branch_id, moment) then
      perform lockbox_refuse('the decision-maker does not hold the delegated role');
    end if;
    if grants and lockbox_class(new.review_id, lockbox_day(moment)) = 4 then
      perform lockbox_refuse('an object holds information of class 4');
    end if;
    if grants and lockbox_class(new.review_id, lockbox_day(moment)) > rule.max_confidentiality then
      perform lockbox_refuse('the delegation rule does not cover this confidentiality');
    end if;
    if grants and review.matter <> 'documents' and lockbox_frozen(request.id, moment) then
      perform lockbox_refuse('approvals are stopped by a freeze');
    end if;
  end loop;
  if proposal.status <> 'open' then
    perform lockbox_refuse('only an open proposal is decided');
  end if;
  if proposal.review_id <> new.review_id or proposal.proposed_by_id <> new.rapporteur_id
     or (proposal.outcome, proposal.revision, proposal.object_ids, proposal.granted_minutes, proposal.granted_scope,
         proposal.ground, proposal.motivation_internal_id, proposal.motivation_for_recipient_id)
        is distinct from
        (new.outcome, new.revision, new.object_ids, new.granted_minutes, new.granted_scope,
         new.ground, new.motivation_internal_id, new.motivation_for_recipient_id) then
    perform lockbox_refuse('the decision is not what was proposed');
  end if;
  if new.answer <> lockbox_meaning(new.outcome, product.can_answer_partly) then
    perform lockbox_refuse('the decision means something else to the provider');
  end if;
  if new.regime <> (select regime from requests_app_authority where id = review.authority_id) then
    perform lockbox_refuse('the regime on the decision is not the authority''s');
  end if;
  if new.delegation_snapshot->>'item_no' is distinct from rule.item_no
     or new.delegation_snapshot->>'board_decision' is distinct from rule.board_decision then
    perform lockbox_refuse('the copy of the delegation is not the rule');
  end if;
  if new.security_protection <> review.security_protection then
    perform lockbox_refuse('security protection on the decision is not the review''s');
  end if;
  if new.object_ids <> array(
       select id from requests_app_requestedobject
       where review_id = new.review_id and removed_in_revision is null order by id) then
    perform lockbox_refuse('the review has got other objects since the proposal');
  end if;
  if request.id in (select lockbox_conflicts_of(new.decided_by_id))
     or not exists (select from requests_app_conflictdeclaration c
                    where c.review_id = new.review_id and c.stage = 'decision'
                      and c.person_id = new.decided_by_id and not c.has_conflict) then
    perform lockbox_refuse('the decision-maker has a conflict of interest, or has not declared');
  end if;
  if exists (select from requests_app_historicalharmtest
             where review_id = new.review_id and answered_by_id = new.decided_by_id)
     or exists (select from requests_app_historicalassessmentanswer
                where review_id = new.review_id and answered_by_id = new.decided_by_id)
     or exists (select from requests_app_proposal
                where review_id = new.review_id and proposed_by_id = new.decided_by_id) then
    perform lockbox_refuse('who assessed or proposed does not decide');
  end if;
  if new.supersedes_id is not null and not exists (
       select from requests_app_decision
       where id = new.supersedes_id and review_id = new.review_id) then
    perform lockbox_refuse('a decision supersedes one of its own review');
  end if;
  if new.revision <> request.revision then
    perform lockbox_refuse('the request has changed since the proposal');
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_decision_terms_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  reserved boolean := new.outcome = 'granted_with_reservation';
  demanded boolean := false;
  grounds text[] := '{}';
  settled boolean;
  is_demand boolean;
  test record;
begin
  if new.outcome not in ('granted', 'granted_with_reservation', 'partially_granted') then
    return new;
  end if;
  select a.tender_secrecy_yields, v.matter = 'foreign' into settled, is_demand
    from requests_app_secrecyreview v
    join requests_app_authority a on a.id = v.authority_id
    where v.id = new.review_id;
  for test in
    select t.outcome, t.provision_id, t.ground <> '' as is_own,
           coalesce(nullif(t.ground, ''), new.ground) as ground,
           case when not is_demand then p.lifted_by || case when settled then p.lifted_if_settled
                               else '{}'::varchar[] end
                when cardinality(p.lifted_by || p.lifted_if_settled) = 0 then '{}'
                when 'osl-12-2' = any(p.lifted_by) then '{osl-8-3,osl-12-2}'::varchar[]
                else '{osl-8-3}'::varchar[] end as lifted
    from requests_app_harmtest t
    join requests_app_provision p on p.id = t.provision_id
    where t.review_id = new.review_id
      and t.outcome in ('applies', 'applies_unless_reserved')
  loop
    if test.ground = 'osl-10-14' then
      if not reserved or test.outcome <> 'applies_unless_reserved'
         or not (test.ground = any(test.lifted)) then
        perform lockbox_refuse('the risk of harm is not taken away');
      end if;
      demanded := true;
    elsif test.ground not in ('osl-10-2a', 'osl-10-2', 'osl-12-2', 'osl-8-3')
          or not (test.ground = any(test.lifted)) then
      perform lockbox_refuse('secrecy applies and the ground does not break it');
    elsif test.ground = 'osl-12-2' and test.is_own then
      if not exists (select from requests_app_consent c
                     where c.review_id = new.review_id and c.withdrawn_at is null
                       and c.provision_id = test.provision_id) then
        perform lockbox_refuse('no consent that stands is recorded');
      end if;
      demanded := demanded or exists (
        select from requests_app_consent c
        where c.review_id = new.review_id and c.withdrawn_at is null
          and c.provision_id = test.provision_id and c.reservation_id is not null)
        or exists (
        select from requests_app_assessmentanswer w
        where w.review_id = new.review_id and w.node = 'N7.12-2.reserved'
          and w.answer = 'yes');
    end if;
    if not (test.ground = any(grounds)) then
      grounds := grounds || test.ground::text;
    end if;
  end loop;
  if new.ground <> (case cardinality(grounds) when 0 then 'not_secret'
                                              when 1 then grounds[1]
                                              else 'several' end) then
    perform lockbox_refuse('the ground is not that of the assessment');
  end if;
  if reserved <> demanded or reserved <> exists (
       select from requests_app_reservation where proposal_id = new.proposal_id) then
    perform lockbox_refuse('granting with reservation needs a reservation, and only that does');
  end if;
  if ('osl-10-2a' = any(grounds) or not lockbox_asks_for_documents(new.review_id))
     and not exists (select from requests_app_standingreliance
                 where proposal_id = new.proposal_id)
     or exists (select from requests_app_standingreliance l
                join requests_app_standingassessment s on s.id = l.standing_assessment_id
                where l.proposal_id = new.proposal_id
                  and (s.confirmed_at is null or s.revoked_at is not null
                       or lockbox_day(new.decided_at) not between s.valid_from and s.review_due
                       or lockbox_day(audit_now()) not between s.valid_from and s.review_due)) then
    perform lockbox_refuse('the standing assessment relied on is not in force');
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_has_fallen(proposal bigint, at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select exists (
    select from requests_app_standingreliance l
    join requests_app_standingassessment s on s.id = l.standing_assessment_id
    where l.proposal_id = proposal
      and (s.confirmed_at is null or s.revoked_at <= at
           or lockbox_day(at) not between s.valid_from and s.review_due))
  or exists (
    select from requests_app_proposal p
    join requests_app_consent c on c.review_id = p.review_id
    join requests_app_harmtest t
      on t.review_id = p.review_id and t.provision_id = c.provision_id
    where p.id = proposal and coalesce(nullif(t.ground, ''), p.ground) = 'osl-12-2'
      and c.recorded_at <= p.proposed_at
      and c.withdrawal_recorded_at > p.proposed_at and c.withdrawal_recorded_at <= at)
$function$
;

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_secrecyreview FOR EACH ROW EXECUTE FUNCTION lockbox_only('is_named_list', 'diary_number', 'diary_year', 'diary_sequence', 'registered_at', 'public_subject', 'protected_subject_id', 'case_officer_id', 'security_protection', 'status', 'closed_at', 'version', 'listed_by_id', 'list_confirmed_by_id', 'matter', 'treaty_ground');

grant delete on requests_app_historicalpart to lockbox_app;

grant update on requests_app_historicalpart to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_parts')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
