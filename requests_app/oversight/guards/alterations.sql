-- What was found altered is told and concluded in one's own name, and not rewritten.
create or replace function lockbox_alteration_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  conclusion text[] := '{outcome,conclusion,concluded_by_id,concluded_at}';
begin
  if tg_op = 'UPDATE' and (old.concluded_at is not null
       or to_jsonb(new) - conclusion <> to_jsonb(old) - conclusion) then
    perform lockbox_refuse('what was found is not rewritten');
  end if;
  if tg_op = 'INSERT' and (lockbox_is_not_actor(new.found_by_id) or new.concluded_at is not null) then
    perform lockbox_refuse('what was found is told in one''s own name, and not yet concluded');
  end if;
  if new.concluded_by_id is not null and lockbox_is_not_actor(new.concluded_by_id) then
    perform lockbox_refuse('a conclusion is drawn in one''s own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_alteration
  for each row execute function lockbox_alteration_guard();

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
  documents bigint[] := array(select id from requests_app_discloseddocument where review_id = any(in_reviews));
  masks bigint[] := array(select id from requests_app_textmask where review_id = any(in_reviews));
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
  return query select 'requests_app_sidedoor', one.id from (
      select t.id from requests_app_sidedoor t where t.access_request_id = in_request
      union select t.id from requests_app_historicalsidedoor t where t.access_request_id = in_request) one
    left join requests_app_sidedoor live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalsidedoor h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_requestladder', one.id from (
      select t.id from requests_app_requestladder t where t.access_request_id = in_request
      union select t.id from requests_app_historicalrequestladder t where t.access_request_id = in_request) one
    left join requests_app_requestladder live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalrequestladder h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_translation', one.id from (
      select t.id from requests_app_translation t where t.decision_id = any(decisions)
      union select t.id from requests_app_historicaltranslation t where t.decision_id = any(decisions)) one
    left join requests_app_translation live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaltranslation h
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
  return query select 'requests_app_disclosure', one.id from (
      select t.id from requests_app_disclosure t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicaldisclosure t where t.review_id = any(in_reviews)) one
    left join requests_app_disclosure live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldisclosure h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_diaryentry', one.id from (
      select t.id from requests_app_diaryentry t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicaldiaryentry t where t.review_id = any(in_reviews)) one
    left join requests_app_diaryentry live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldiaryentry h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_secrecymark', one.id from (
      select t.id from requests_app_secrecymark t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalsecrecymark t where t.review_id = any(in_reviews)) one
    left join requests_app_secrecymark live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalsecrecymark h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_discloseddocument', one.id from (
      select t.id from requests_app_discloseddocument t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicaldiscloseddocument t where t.review_id = any(in_reviews)) one
    left join requests_app_discloseddocument live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaldiscloseddocument h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_redaction', one.id from (
      select t.id from requests_app_redaction t where t.of_document_id = any(documents)
      union select t.id from requests_app_historicalredaction t where t.of_document_id = any(documents)) one
    left join requests_app_redaction live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalredaction h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_textmask', one.id from (
      select t.id from requests_app_textmask t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicaltextmask t where t.review_id = any(in_reviews)) one
    left join requests_app_textmask live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicaltextmask h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_maskedtext', one.id from (
      select t.id from requests_app_maskedtext t where t.mask_id = any(masks)
      union select t.id from requests_app_historicalmaskedtext t where t.mask_id = any(masks)) one
    left join requests_app_maskedtext live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalmaskedtext h
                       where h.id = one.id order by h.history_id desc limit 1) last on true
    where audit_differs(live.id is null, to_jsonb(live) - '{}'::text[], last.history_type, last.told);
  return query select 'requests_app_recipientnotice', one.id from (
      select t.id from requests_app_recipientnotice t where t.mask_id = any(masks)
      union select t.id from requests_app_historicalrecipientnotice t where t.mask_id = any(masks)) one
    left join requests_app_recipientnotice live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalrecipientnotice h
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
  return query select 'requests_app_requestforreasons', one.id from (
      select t.id from requests_app_requestforreasons t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalrequestforreasons t where t.review_id = any(in_reviews)) one
    left join requests_app_requestforreasons live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalrequestforreasons h
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
  return query select 'requests_app_returncomment', one.id from (
      select t.id from requests_app_returncomment t where t.review_id = any(in_reviews)
      union select t.id from requests_app_historicalreturncomment t where t.review_id = any(in_reviews)) one
    left join requests_app_returncomment live on live.id = one.id
    left join lateral (select h.history_type, to_jsonb(h) as told from requests_app_historicalreturncomment h
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
