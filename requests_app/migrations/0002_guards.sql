-- As requests_app/guards says it and why.
set local check_function_bodies = off;
create or replace function lockbox_rows_of_case(
  in_review bigint, in_request bigint, in_whole boolean
) returns table (name text, key text)
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select 'requests_app_accessevent', t.id::text from requests_app_accessevent t where t.access_request_id = in_request and in_whole
  union select 'requests_app_accessgrant', t.id::text from requests_app_accessgrant t where t.access_request_id = in_request and in_whole
  union select 'requests_app_accessgrant', t.id::text from requests_app_historicalaccessgrant t where t.access_request_id = in_request and in_whole and not exists (select from requests_app_accessgrant live where live.id = t.id)
  union select 'requests_app_accessrequest', in_request::text where in_whole
  union select 'requests_app_accessuse', t.id::text from requests_app_accessuse t where t.access_request_id = in_request and in_whole
  union select 'requests_app_alteration', t.id::text from requests_app_alteration t where t.access_request_id = in_request and in_whole
  union select 'requests_app_alteration', t.id::text from requests_app_historicalalteration t where t.access_request_id = in_request and in_whole and not exists (select from requests_app_alteration live where live.id = t.id)
  union select 'requests_app_arrival', t.id::text from requests_app_arrival t where t.access_request_id = in_request and in_whole
  union select 'requests_app_arrivalhandled', t.id::text from requests_app_arrivalhandled t join requests_app_arrival t1 on t1.id = t.arrival_id where t1.access_request_id = in_request and in_whole
  union select 'requests_app_arrivalhandled', t.id::text from requests_app_historicalarrivalhandled t join requests_app_arrival t1 on t1.id = t.arrival_id where t1.access_request_id = in_request and in_whole and not exists (select from requests_app_arrivalhandled live where live.id = t.id)
  union select 'requests_app_assessmentanswer', t.id::text from requests_app_assessmentanswer t where t.review_id = in_review
  union select 'requests_app_assessmentanswer', t.id::text from requests_app_historicalassessmentanswer t where t.review_id = in_review and not exists (select from requests_app_assessmentanswer live where live.id = t.id)
  union select 'requests_app_assignment', t.id::text from requests_app_assignment t where t.review_id = in_review
  union select 'requests_app_assignment', t.id::text from requests_app_historicalassignment t where t.review_id = in_review and not exists (select from requests_app_assignment live where live.id = t.id)
  union select 'requests_app_attachment', t.id::text from requests_app_attachment t where t.review_id = in_review
  union select 'requests_app_attachment', t.id::text from requests_app_historicalattachment t where t.review_id = in_review and not exists (select from requests_app_attachment live where live.id = t.id)
  union select 'requests_app_auditfinding', t.id::text from requests_app_auditfinding t where t.review_id = in_review
  union select 'requests_app_auditfinding', t.id::text from requests_app_historicalauditfinding t where t.review_id = in_review and not exists (select from requests_app_auditfinding live where live.id = t.id)
  union select 'requests_app_condition', t.id::text from requests_app_condition t where t.review_id = in_review
  union select 'requests_app_condition', t.id::text from requests_app_historicalcondition t where t.review_id = in_review and not exists (select from requests_app_condition live where live.id = t.id)
  union select 'requests_app_conditionfollowup', t.id::text from requests_app_conditionfollowup t where t.review_id = in_review
  union select 'requests_app_conditionfollowup', t.id::text from requests_app_historicalconditionfollowup t where t.review_id = in_review and not exists (select from requests_app_conditionfollowup live where live.id = t.id)
  union select 'requests_app_conflictdeclaration', t.id::text from requests_app_conflictdeclaration t where t.review_id = in_review
  union select 'requests_app_conflictdeclaration', t.id::text from requests_app_historicalconflictdeclaration t where t.review_id = in_review and not exists (select from requests_app_conflictdeclaration live where live.id = t.id)
  union select 'requests_app_consent', t.id::text from requests_app_consent t where t.review_id = in_review
  union select 'requests_app_consent', t.id::text from requests_app_historicalconsent t where t.review_id = in_review and not exists (select from requests_app_consent live where live.id = t.id)
  union select 'requests_app_consultation', t.id::text from requests_app_consultation t where t.review_id = in_review
  union select 'requests_app_consultation', t.id::text from requests_app_historicalconsultation t where t.review_id = in_review and not exists (select from requests_app_consultation live where live.id = t.id)
  union select 'requests_app_correction', t.id::text from requests_app_correction t join requests_app_decision t1 on t1.id = t.decision_id where t1.review_id = in_review
  union select 'requests_app_correction', t.id::text from requests_app_historicalcorrection t join requests_app_decision t1 on t1.id = t.decision_id where t1.review_id = in_review and not exists (select from requests_app_correction live where live.id = t.id)
  union select 'requests_app_decision', t.id::text from requests_app_decision t where t.review_id = in_review
  union select 'requests_app_decision', t.id::text from requests_app_historicaldecision t where t.review_id = in_review and not exists (select from requests_app_decision live where live.id = t.id)
  union select 'requests_app_decisiondocument', t.id::text from requests_app_decisiondocument t join requests_app_decision t1 on t1.id = t.decision_id where t1.review_id = in_review
  union select 'requests_app_decisiondocument', t.id::text from requests_app_historicaldecisiondocument t join requests_app_decision t1 on t1.id = t.decision_id where t1.review_id = in_review and not exists (select from requests_app_decisiondocument live where live.id = t.id)
  union select 'requests_app_delivery', t.id::text from requests_app_delivery t where t.access_request_id = in_request and in_whole
  union select 'requests_app_delivery', t.id::text from requests_app_historicaldelivery t where t.access_request_id = in_request and in_whole and not exists (select from requests_app_delivery live where live.id = t.id)
  union select 'requests_app_deviation', t.id::text from requests_app_deviation t where t.review_id = in_review
  union select 'requests_app_deviation', t.id::text from requests_app_historicaldeviation t where t.review_id = in_review and not exists (select from requests_app_deviation live where live.id = t.id)
  union select 'requests_app_deviation', t.id::text from requests_app_deviation t where t.access_request_id = in_request and in_whole
  union select 'requests_app_deviation', t.id::text from requests_app_historicaldeviation t where t.access_request_id = in_request and in_whole and not exists (select from requests_app_deviation live where live.id = t.id)
  union select 'requests_app_deviationevent', t.id::text from requests_app_deviationevent t join requests_app_deviation t1 on t1.id = t.deviation_id where t1.review_id = in_review
  union select 'requests_app_deviationevent', t.id::text from requests_app_deviationevent t join requests_app_deviation t1 on t1.id = t.deviation_id where t1.access_request_id = in_request and in_whole
  union select 'requests_app_diaryentry', t.id::text from requests_app_diaryentry t where t.review_id = in_review
  union select 'requests_app_diaryentry', t.id::text from requests_app_historicaldiaryentry t where t.review_id = in_review and not exists (select from requests_app_diaryentry live where live.id = t.id)
  union select 'requests_app_discloseddocument', t.id::text from requests_app_discloseddocument t where t.review_id = in_review
  union select 'requests_app_discloseddocument', t.id::text from requests_app_historicaldiscloseddocument t where t.review_id = in_review and not exists (select from requests_app_discloseddocument live where live.id = t.id)
  union select 'requests_app_disclosure', t.id::text from requests_app_disclosure t where t.review_id = in_review
  union select 'requests_app_disclosure', t.id::text from requests_app_historicaldisclosure t where t.review_id = in_review and not exists (select from requests_app_disclosure live where live.id = t.id)
  union select 'requests_app_disposaldate', t.id::text from requests_app_disposaldate t where t.review_id = in_review
  union select 'requests_app_eventoutcome', t.id::text from requests_app_eventoutcome t where t.access_request_id = in_request and in_whole
  union select 'requests_app_filenote', t.id::text from requests_app_filenote t where t.review_id = in_review
  union select 'requests_app_filenote', t.id::text from requests_app_historicalfilenote t where t.review_id = in_review and not exists (select from requests_app_filenote live where live.id = t.id)
  union select 'requests_app_harmtest', t.id::text from requests_app_harmtest t where t.review_id = in_review
  union select 'requests_app_harmtest', t.id::text from requests_app_historicalharmtest t where t.review_id = in_review and not exists (select from requests_app_harmtest live where live.id = t.id)
  union select 'requests_app_incidentduty', t.id::text from requests_app_incidentduty t where t.review_id = in_review
  union select 'requests_app_incidentduty', t.id::text from requests_app_historicalincidentduty t where t.review_id = in_review and not exists (select from requests_app_incidentduty live where live.id = t.id)
  union select 'requests_app_incomingappeal', t.id::text from requests_app_incomingappeal t where t.review_id = in_review
  union select 'requests_app_incomingappeal', t.id::text from requests_app_historicalincomingappeal t where t.review_id = in_review and not exists (select from requests_app_incomingappeal live where live.id = t.id)
  union select 'requests_app_laddernotice', t.id::text from requests_app_laddernotice t join requests_app_turntaken t1 on t1.id = t.taken_id where t1.review_id = in_review
  union select 'requests_app_laddernotice', t.id::text from requests_app_laddernotice t where t.access_request_id = in_request and in_whole
  union select 'requests_app_lapse', t.id::text from requests_app_lapse t where t.review_id = in_review
  union select 'requests_app_lapse', t.id::text from requests_app_historicallapse t where t.review_id = in_review and not exists (select from requests_app_lapse live where live.id = t.id)
  union select 'requests_app_maskedtext', t.id::text from requests_app_maskedtext t join requests_app_textmask t1 on t1.id = t.mask_id where t1.review_id = in_review
  union select 'requests_app_maskedtext', t.id::text from requests_app_historicalmaskedtext t join requests_app_textmask t1 on t1.id = t.mask_id where t1.review_id = in_review and not exists (select from requests_app_maskedtext live where live.id = t.id)
  union select 'requests_app_message', t.id::text from requests_app_message t where t.review_id = in_review
  union select 'requests_app_message', t.id::text from requests_app_historicalmessage t where t.review_id = in_review and not exists (select from requests_app_message live where live.id = t.id)
  union select 'requests_app_message', t.id::text from requests_app_message t where t.access_request_id = in_request and in_whole
  union select 'requests_app_message', t.id::text from requests_app_historicalmessage t where t.access_request_id = in_request and in_whole and not exists (select from requests_app_message live where live.id = t.id)
  union select 'requests_app_outboxattempt', t.id::text from requests_app_outboxattempt t join requests_app_outboxmessage t1 on t1.id = t.message_id join requests_app_message t2 on t2.id = t1.question_id where t2.review_id = in_review
  union select 'requests_app_outboxattempt', t.id::text from requests_app_outboxattempt t join requests_app_outboxmessage t1 on t1.id = t.message_id where t1.access_request_id = in_request and in_whole
  union select 'requests_app_outboxmessage', t.id::text from requests_app_outboxmessage t join requests_app_message t1 on t1.id = t.question_id where t1.review_id = in_review
  union select 'requests_app_outboxmessage', t.id::text from requests_app_outboxmessage t where t.access_request_id = in_request and in_whole
  union select 'requests_app_outsideanswer', t.id::text from requests_app_outsideanswer t where t.access_request_id = in_request and in_whole
  union select 'requests_app_outsideanswer', t.id::text from requests_app_historicaloutsideanswer t where t.access_request_id = in_request and in_whole and not exists (select from requests_app_outsideanswer live where live.id = t.id)
  union select 'requests_app_part', t.id::text from requests_app_part t where t.review_id = in_review
  union select 'requests_app_part', t.id::text from requests_app_historicalpart t where t.review_id = in_review and not exists (select from requests_app_part live where live.id = t.id)
  union select 'requests_app_proposal', t.id::text from requests_app_proposal t where t.review_id = in_review
  union select 'requests_app_proposal', t.id::text from requests_app_historicalproposal t where t.review_id = in_review and not exists (select from requests_app_proposal live where live.id = t.id)
  union select 'requests_app_receivedmail', t.id::text from requests_app_receivedmail t join requests_app_arrival t1 on t1.id = t.arrival_id where t1.access_request_id = in_request and in_whole
  union select 'requests_app_recipientnotice', t.id::text from requests_app_recipientnotice t join requests_app_textmask t1 on t1.id = t.mask_id where t1.review_id = in_review
  union select 'requests_app_recipientnotice', t.id::text from requests_app_historicalrecipientnotice t join requests_app_textmask t1 on t1.id = t.mask_id where t1.review_id = in_review and not exists (select from requests_app_recipientnotice live where live.id = t.id)
  union select 'requests_app_redaction', t.id::text from requests_app_redaction t join requests_app_discloseddocument t1 on t1.id = t.of_document_id where t1.review_id = in_review
  union select 'requests_app_redaction', t.id::text from requests_app_historicalredaction t join requests_app_discloseddocument t1 on t1.id = t.of_document_id where t1.review_id = in_review and not exists (select from requests_app_redaction live where live.id = t.id)
  union select 'requests_app_replayedcase', t.id::text from requests_app_replayedcase t where t.review_id = in_review
  union select 'requests_app_reporteddecision', t.id::text from requests_app_reporteddecision t join requests_app_decision t1 on t1.id = t.decision_id where t1.review_id = in_review
  union select 'requests_app_reporteddecision', t.id::text from requests_app_historicalreporteddecision t join requests_app_decision t1 on t1.id = t.decision_id where t1.review_id = in_review and not exists (select from requests_app_reporteddecision live where live.id = t.id)
  union select 'requests_app_requestedobject', t.id::text from requests_app_requestedobject t where t.review_id = in_review
  union select 'requests_app_requestedobject', t.id::text from requests_app_historicalrequestedobject t where t.review_id = in_review and not exists (select from requests_app_requestedobject live where live.id = t.id)
  union select 'requests_app_requestedobject', t.id::text from requests_app_requestedobject t where t.access_request_id = in_request and in_whole
  union select 'requests_app_requestedobject', t.id::text from requests_app_historicalrequestedobject t where t.access_request_id = in_request and in_whole and not exists (select from requests_app_requestedobject live where live.id = t.id)
  union select 'requests_app_requestforreasons', t.id::text from requests_app_requestforreasons t where t.review_id = in_review
  union select 'requests_app_requestforreasons', t.id::text from requests_app_historicalrequestforreasons t where t.review_id = in_review and not exists (select from requests_app_requestforreasons live where live.id = t.id)
  union select 'requests_app_requestladder', t.id::text from requests_app_requestladder t where t.access_request_id = in_request and in_whole
  union select 'requests_app_requestladder', t.id::text from requests_app_historicalrequestladder t where t.access_request_id = in_request and in_whole and not exists (select from requests_app_requestladder live where live.id = t.id)
  union select 'requests_app_reservation', t.id::text from requests_app_reservation t where t.review_id = in_review
  union select 'requests_app_reservation', t.id::text from requests_app_historicalreservation t where t.review_id = in_review and not exists (select from requests_app_reservation live where live.id = t.id)
  union select 'requests_app_returncomment', t.id::text from requests_app_returncomment t where t.review_id = in_review
  union select 'requests_app_returncomment', t.id::text from requests_app_historicalreturncomment t where t.review_id = in_review and not exists (select from requests_app_returncomment live where live.id = t.id)
  union select 'requests_app_reviewuserpermission', t.id::text from requests_app_reviewuserpermission t where t.content_object_id = in_review
  union select 'requests_app_reviewuserpermission', t.id::text from requests_app_historicalreviewuserpermission t where t.content_object_id = in_review and not exists (select from requests_app_reviewuserpermission live where live.id = t.id)
  union select 'requests_app_revocation', t.id::text from requests_app_revocation t where t.review_id = in_review
  union select 'requests_app_revocation', t.id::text from requests_app_historicalrevocation t where t.review_id = in_review and not exists (select from requests_app_revocation live where live.id = t.id)
  union select 'requests_app_sampledcase', t.id::text from requests_app_sampledcase t where t.review_id = in_review
  union select 'requests_app_sampledcase', t.id::text from requests_app_historicalsampledcase t where t.review_id = in_review and not exists (select from requests_app_sampledcase live where live.id = t.id)
  union select 'requests_app_secrecymark', t.id::text from requests_app_secrecymark t where t.review_id = in_review
  union select 'requests_app_secrecymark', t.id::text from requests_app_historicalsecrecymark t where t.review_id = in_review and not exists (select from requests_app_secrecymark live where live.id = t.id)
  union select 'requests_app_secrecyreview', in_review::text
  union select 'requests_app_seenrevision', t.id::text from requests_app_seenrevision t where t.review_id = in_review
  union select 'requests_app_seenrevision', t.id::text from requests_app_historicalseenrevision t where t.review_id = in_review and not exists (select from requests_app_seenrevision live where live.id = t.id)
  union select 'requests_app_serviceofdecision', t.id::text from requests_app_serviceofdecision t where t.review_id = in_review
  union select 'requests_app_serviceofdecision', t.id::text from requests_app_historicalserviceofdecision t where t.review_id = in_review and not exists (select from requests_app_serviceofdecision live where live.id = t.id)
  union select 'requests_app_sidedoor', t.id::text from requests_app_sidedoor t where t.access_request_id = in_request and in_whole
  union select 'requests_app_sidedoor', t.id::text from requests_app_historicalsidedoor t where t.access_request_id = in_request and in_whole and not exists (select from requests_app_sidedoor live where live.id = t.id)
  union select 'requests_app_standingreliance', t.id::text from requests_app_standingreliance t where t.review_id = in_review
  union select 'requests_app_standingreliance', t.id::text from requests_app_historicalstandingreliance t where t.review_id = in_review and not exists (select from requests_app_standingreliance live where live.id = t.id)
  union select 'requests_app_subsequentreview', t.id::text from requests_app_subsequentreview t where t.review_id = in_review
  union select 'requests_app_subsequentreview', t.id::text from requests_app_historicalsubsequentreview t where t.review_id = in_review and not exists (select from requests_app_subsequentreview live where live.id = t.id)
  union select 'requests_app_textmask', t.id::text from requests_app_textmask t where t.review_id = in_review
  union select 'requests_app_textmask', t.id::text from requests_app_historicaltextmask t where t.review_id = in_review and not exists (select from requests_app_textmask live where live.id = t.id)
  union select 'requests_app_translation', t.id::text from requests_app_translation t join requests_app_decision t1 on t1.id = t.decision_id where t1.review_id = in_review
  union select 'requests_app_translation', t.id::text from requests_app_historicaltranslation t join requests_app_decision t1 on t1.id = t.decision_id where t1.review_id = in_review and not exists (select from requests_app_translation live where live.id = t.id)
  union select 'requests_app_turntaken', t.id::text from requests_app_turntaken t where t.review_id = in_review
  union select 'requests_app_turntaken', t.id::text from requests_app_historicalturntaken t where t.review_id = in_review and not exists (select from requests_app_turntaken live where live.id = t.id)
  union select 'requests_app_turntaken', t.id::text from requests_app_turntaken t where t.access_request_id = in_request and in_whole
  union select 'requests_app_turntaken', t.id::text from requests_app_historicalturntaken t where t.access_request_id = in_request and in_whole and not exists (select from requests_app_turntaken live where live.id = t.id)
  union select 'requests_app_draft', id::text from requests_app_draft
  where path like '/requests\_app/secrecyreview/' || in_review || '/%'
    or in_whole and path like '/requests\_app/accessrequest/' || in_request || '/%'
$f$;
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
create or replace function lockbox_idempotencykey_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status is not null or new.body <> '' then
      perform lockbox_refuse('a call is answered when it has been made');
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    -- An hour less than the sweep: clocks differ.
    if old.made_at > audit_now() - interval '71 hours' then
      perform lockbox_refuse('an answer is kept for 72 hours');
    end if;
    return old;
  end if;
  if old.status is not null
     or to_jsonb(new) - '{status,body}'::text[] <> to_jsonb(old) - '{status,body}'::text[] then
    perform lockbox_refuse('an answer stays as it was given');
  end if;
  return new;
end $f$;
create or replace function lockbox_savedaudit_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' and new.ended_at is not null
     or tg_op = 'UPDATE' and old.ended_at is not null then
    perform lockbox_refuse('an audit that has ended stays as it is');
  end if;
  if tg_op = 'UPDATE' and lockbox_is_not_actor(new.ended_by_id) then
    perform lockbox_refuse('an audit is ended in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_sample_drawn() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  made requests_app_savedaudit;
  numbers text[];
  wanted text;
  sampled text;
begin
  select * into made from requests_app_savedaudit where id = new.id;
  select string_to_array(convert_from(body, 'UTF8'), E'\n') into numbers
    from requests_app_content where digest = made.population_id;
  select string_agg(number, E'\n' order by place) into wanted from (
    select number, row_number() over (order by sha256(convert_to(made.seed || number, 'UTF8'))) as place
      from unnest(numbers) number) drawn where place <= made.size;
  select string_agg(review.diary_number, E'\n' order by position) into sampled
    from requests_app_sampledcase one
    join requests_app_secrecyreview review on review.id = one.review_id
   where one.audit_id = made.id and review.authority_id = made.authority_id;
  if (select count(distinct number) from unnest(numbers) number) <> made.population_size
     or cardinality(numbers) <> made.population_size
     or sampled is distinct from wanted then
    perform lockbox_refuse('a sample is what its seed draws');
  end if;
  return null;
end $f$;
create or replace function lockbox_sampledcase_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.position not between 1 and (select size from requests_app_savedaudit
                                      where id = new.audit_id) then
    perform lockbox_refuse('a sample has its size');
  end if;
  return new;
end $f$;
create or replace function lockbox_auditfinding_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  -- Whoever ends it waits for us, or we for them.
  perform from requests_app_savedaudit where id = new.audit_id and ended_at is null
    for share;
  if not found then
    perform lockbox_refuse('an audit that has ended stays as it is');
  end if;
  if not exists (select from requests_app_sampledcase
                  where audit_id = new.audit_id and review_id = new.review_id) then
    perform lockbox_refuse('a finding is of a case of the sample');
  end if;
  return new;
end $f$;
create or replace function lockbox_disposal_rule(
  in_authority bigint, in_matter text, in_day date
) returns bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select id from requests_app_disposalrule
  where authority_id = in_authority and matter = in_matter and valid_from <= in_day
  order by valid_from desc limit 1
$f$;
create or replace function lockbox_is_over(in_status text) returns boolean
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select in_status in ('closed', 'rerouted', 'merged', 'dropped')
$f$;
create or replace function lockbox_closed_on(in_review bigint) returns date
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_day(coalesce(review.closed_at, (
      select max(version.history_date) from requests_app_historicalsecrecyreview version
      where version.id = review.id and version.status = review.status
        and not exists (
          select from requests_app_historicalsecrecyreview before
          where before.id = version.id and before.status = version.status
            and before.history_id < version.history_id)), audit_now()))
  from requests_app_secrecyreview review where review.id = in_review
$f$;
create or replace function lockbox_last_decided(in_review bigint) returns date
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select max(day) from (
    select lockbox_day(decided_at) from requests_app_decision where review_id = in_review
    union all
    select lockbox_day(served_at) from requests_app_serviceofdecision where review_id = in_review
    union all
    select lockbox_day(greatest(decided_at, served_at)) from requests_app_revocation
    where review_id = in_review
    union all
    select coalesce(decided_on, lockbox_day(received_at)) from requests_app_incomingappeal
    where review_id = in_review) told(day)
$f$;
create or replace function lockbox_disposal_since(in_review bigint, in_event text) returns date
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case in_event
    when 'final' then greatest(lockbox_closed_on(in_review), lockbox_last_decided(in_review) + 28)
    when 'access' then (
      select case when bool_or(given.ended_at is null) then null
        else coalesce(max(lockbox_day(given.ended_at)), lockbox_closed_on(in_review)) end
      from requests_app_accessgrant given join requests_app_secrecyreview review
        on review.access_request_id = given.access_request_id
      where review.id = in_review)
    else lockbox_closed_on(in_review) end
$f$;
create or replace function lockbox_disposal_reckon(in_reviews bigint[]) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  changed bigint;
begin
  with known as (
    select review.id, rule.id as rule_id, make_date(
        extract(year from lockbox_disposal_since(review.id, rule.counts_from))::integer
          + rule.years + 1, 1, 1) as day, (
      select max(answer.until) from requests_app_disposalanswer answer
      join requests_app_disposalitem item on item.id = answer.item_id
      where item.case_key = review.id and answer.answer = 'retain') as until
    from requests_app_secrecyreview review
    left join requests_app_disposalrule rule on rule.id = lockbox_disposal_rule(
      review.authority_id, review.matter, lockbox_day(audit_now()))
    where review.id = any (in_reviews) and lockbox_is_over(review.status)
  )
  insert into requests_app_disposaldate as told (review_id, rule_id, due_on, reckoned_at)
  select id, rule_id, case when day is not null then greatest(day, until) end, audit_now()
  from known order by id
  on conflict (review_id) do update set rule_id = excluded.rule_id, due_on = excluded.due_on,
    reckoned_at = excluded.reckoned_at,
    was_due_on = case when told.due_on is distinct from excluded.due_on then told.due_on
      else told.was_due_on end
  where (told.rule_id, told.due_on) is distinct from (excluded.rule_id, excluded.due_on);
  get diagnostics changed = row_count;
  return changed;
end $f$;
create or replace function lockbox_cases_over(
  in_authority bigint, in_after bigint, in_most integer
) returns bigint[]
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select array(
    select id from requests_app_secrecyreview
    where id > in_after and (in_authority is null or authority_id = in_authority)
      and lockbox_is_over(status)
    order by id limit in_most)
$f$;
create or replace function lockbox_disposal_dated() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_is_over(new.status) then
    perform lockbox_disposal_reckon(array[new.id]);
  else
    delete from requests_app_disposaldate where review_id = new.id;
  end if;
  return null;
end $f$;
create or replace function lockbox_disposal_ruled() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform lockbox_disposal_reckon(lockbox_cases_over(new.authority_id, 0, 1000));
  return null;
end $f$;
create or replace function lockbox_case_hold(in_review bigint) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(nullif(lockbox_reviews_hold(array[in_review]), ''), case
    when lockbox_last_decided(in_review) + 60 > lockbox_day(audit_now()) then 'appealable'
    end, nullif(lockbox_authority_holds(review.authority_id), ''), case
    when exists (select from requests_app_datasubjectrequest
                 where authority_id = review.authority_id and status = 'open') then 'data_subject'
    when request.status not in ('closed', 'merged', 'answered', 'access_ended', 'lapsed',
                                'withdrawn', 'elsewhere') then 'request'
    when exists (select from requests_app_sampledcase sampled join requests_app_savedaudit audit
                   on audit.id = sampled.audit_id
                 where sampled.review_id = in_review and audit.ended_at is null) then 'audit'
    when review.is_named_list then 'listed'
    else '' end)
  from requests_app_secrecyreview review
  join requests_app_accessrequest request on request.id = review.access_request_id
  where review.id = in_review
$f$;
create or replace function lockbox_disposal_outdated(in_disposal bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
      select from requests_app_historicaldisposalrule rule
      join requests_app_disposal list on list.authority_id = rule.authority_id
      where list.id = in_disposal and rule.history_date > list.drawn_at)
    or exists (
      select from requests_app_disposalitem item
      join requests_app_disposaldate dated on dated.review_id = item.case_key
      where item.disposal_id = in_disposal and dated.rule_id is distinct from item.rule_id)
$f$;
create or replace function lockbox_item_obstacle(in_item bigint) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(case
    when exists (select from requests_app_disposalanswer
                 where item_id = in_item and answer = 'retain') then 'retain'
    when dated.id is null then 'open'
    when dated.due_on is null or dated.due_on > lockbox_day(audit_now()) then 'not_due'
    end, nullif(lockbox_case_hold(item.case_key), ''), case
    when last.answer is null then 'no_answer'
    when last.answer = 'transfer' and item.receipt = '' then 'no_receipt'
    else '' end)
  from requests_app_disposalitem item
  left join requests_app_disposaldate dated on dated.review_id = item.case_key
  left join lateral (select answer from requests_app_disposalanswer
                     where item_id = item.id order by id desc limit 1) last on true
  where item.id = in_item
$f$;
create or replace function lockbox_disposes(in_person bigint, in_authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from unnest('{registrar,legal_reviewer,decision_maker}'::text[]) role
    where lockbox_holds_role(in_person, role, in_authority, null, clock_timestamp()))
$f$;
create or replace function lockbox_disposal_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'drawn_up' or lockbox_is_not_actor(new.drawn_by_id)
       or num_nonnulls(new.proposed_by_id, new.confirmed_by_id, new.ended_at) > 0
       or not lockbox_is_now(new.drawn_at)
       or not lockbox_disposes(new.drawn_by_id, new.authority_id) then
      perform lockbox_refuse('a list to dispose of begins with nothing proposed');
    end if;
    return new;
  end if;
  if old.status in ('ended', 'withdrawn')
     or (old.status, new.status) not in (('drawn_up', 'proposed'), ('proposed', 'confirmed'),
       ('confirmed', 'ended')) and new.status not in (old.status, 'withdrawn')
     or (new.proposed_by_id, new.proposed_at) is distinct from (old.proposed_by_id, old.proposed_at)
       and (old.status, new.status) <> ('drawn_up', 'proposed')
     or (new.confirmed_by_id, new.confirmed_at) is distinct from (old.confirmed_by_id, old.confirmed_at)
       and (old.status, new.status) <> ('proposed', 'confirmed') then
    perform lockbox_refuse('a list to dispose of goes from step to step');
  end if;
  if new.status = old.status then
    return new;
  end if;
  if new.status = 'proposed' and (
       lockbox_is_not_actor(new.proposed_by_id)
       or not lockbox_disposes(new.proposed_by_id, new.authority_id)
       or not exists (select from requests_app_disposalitem where disposal_id = new.id)
       or exists (select from requests_app_disposalitem item where item.disposal_id = new.id
                  and not exists (select from requests_app_disposalanswer where item_id = item.id))) then
    perform lockbox_refuse('a list to dispose of is proposed when each case is answered');
  end if;
  if new.status = 'confirmed' and (
       lockbox_is_not_actor(new.confirmed_by_id) or new.confirmed_by_id = old.proposed_by_id
       or not lockbox_disposes(new.confirmed_by_id, new.authority_id)) then
    perform lockbox_refuse('a list to dispose of is confirmed by another than proposed it');
  end if;
  if new.status = 'confirmed' and lockbox_disposal_outdated(new.id) then
    perform lockbox_refuse('a rule has changed since: the list is drawn up anew');
  end if;
  if new.status = 'withdrawn' and exists (
       select from requests_app_disposedcase gone join requests_app_disposalitem item
         on item.id = gone.item_id where item.disposal_id = new.id) then
    perform lockbox_refuse('what is carried out in part is not withdrawn');
  end if;
  return new;
end $f$;
create or replace function lockbox_disposalitem_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  list requests_app_disposal;
begin
  select * into list from requests_app_disposal where id = new.disposal_id for share;
  if tg_op = 'INSERT' then
    if list.status <> 'drawn_up' or new.receipt <> '' or new.kept_because <> ''
       or not exists (
         select from requests_app_disposaldate dated
         join requests_app_secrecyreview review on review.id = dated.review_id
         where dated.review_id = new.case_key and review.authority_id = list.authority_id
           and (review.diary_number, dated.rule_id, dated.due_on, lockbox_closed_on(review.id))
             = (new.diary_number, new.rule_id, new.due_on, new.closed_on)
           and not review.is_named_list
           and dated.due_on <= lockbox_day(audit_now())) then
      perform lockbox_refuse('a case comes on a list as it stands, when its day has come');
    end if;
    return new;
  end if;
  if list.status in ('ended', 'withdrawn') or exists (
       select from requests_app_disposedcase where item_id = new.id) then
    perform lockbox_refuse('what has been carried out stays so');
  end if;
  if new.receipt <> old.receipt and (old.receipt <> '' or not exists (
       select from requests_app_disposalanswer where item_id = new.id and answer = 'transfer')) then
    perform lockbox_refuse('what is transferred has one receipt');
  end if;
  return new;
end $f$;
create or replace function lockbox_disposalanswer_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  item requests_app_disposalitem;
  list requests_app_disposal;
begin
  select * into item from requests_app_disposalitem where id = new.item_id for share;
  select * into list from requests_app_disposal where id = item.disposal_id for share;
  if not lockbox_is_now(new.answered_at)
     or not lockbox_disposes(new.answered_by_id, list.authority_id)
        and (new.answer <> 'retain' or not lockbox_holds_role(
          new.answered_by_id, 'dpo', list.authority_id, null, clock_timestamp())) then
    perform lockbox_refuse('who works with disposal answers what becomes of a case');
  end if;
  if exists (select from requests_app_disposedcase where item_id = new.item_id) then
    perform lockbox_refuse('the case has been disposed of');
  end if;
  if new.answer = 'retain' then
    if list.status in ('ended', 'withdrawn') or new.until <= lockbox_day(audit_now()) then
      perform lockbox_refuse('a case is retained until a day to come, by a list that stands');
    end if;
    return new;
  end if;
  if list.status <> 'drawn_up' or lockbox_case_hold(item.case_key) <> '' or exists (
       select from requests_app_disposalanswer where item_id = new.item_id and answer = 'retain') then
    perform lockbox_refuse('a case that is held or retained is not destroyed');
  end if;
  return new;
end $f$;
create or replace function lockbox_disposal_retained() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform lockbox_disposal_reckon(array(
    select case_key from requests_app_disposalitem where id = new.item_id));
  return null;
end $f$;
create or replace function lockbox_contents_of(in_tables text[], in_keys text[]) returns text[]
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  place record;
  more text[];
  digests text[] := '{}';
begin
  for place in
    select live.oid::regclass as live, audit_history_of(row.name) as history, col.attname as col,
      array_agg(row.key) as keys
    from unnest(in_tables, in_keys) row(name, key)
    join pg_class live on live.relname = row.name and live.relnamespace = 'public'::regnamespace
    join pg_constraint leads on leads.conrelid = live.oid and leads.contype = 'f'
      and leads.confrelid = 'requests_app_content'::regclass
    join pg_attribute col on col.attrelid = live.oid and col.attnum = leads.conkey[1]
    group by 1, 2, 3
  loop
    execute format('select array_agg(%1$I) from %2$s where id = any ($1::bigint[]) and %1$I is not null',
      place.col, place.live) into more using place.keys;
    digests := digests || more;
    if place.history is not null then
      execute format('select array_agg(%1$I) from %2$s where id = any ($1::bigint[]) and %1$I is not null',
        place.col, place.history) into more using place.keys;
      digests := digests || more;
    end if;
  end loop;
  return array(
    select one from unnest(digests) one
    union select reads_as_id from requests_app_content
    where digest = any (digests) and reads_as_id is not null);
end $f$;
create or replace function lockbox_contents_in_use(in_digests text[]) returns text[]
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  place record;
  more text[];
  digests text[] := '{}';
begin
  for place in
    select part.relation, col.attname as col
    from pg_constraint leads
    join pg_class live on live.oid = leads.conrelid
    join pg_attribute col on col.attrelid = live.oid and col.attnum = leads.conkey[1]
    cross join lateral (
      select live.oid::regclass union select audit_history_of(live.relname)) part(relation)
    where leads.contype = 'f' and leads.confrelid = 'requests_app_content'::regclass
      and part.relation is not null
  loop
    execute format('select array_agg(distinct %1$I) from %2$s where %1$I = any ($1)%3$s',
      place.col, place.relation,
      case when place.relation = 'requests_app_content'::regclass
        then ' and digest <> all ($1)' else '' end) into more using in_digests;
    digests := digests || more;
  end loop;
  return digests;
end $f$;
create or replace function lockbox_rows_of_hand_outs(in_review bigint) returns table (name text, key text)
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  with asked as (
    select request_id as id from requests_app_discloseddocument
    group by request_id having bool_and(review_id = in_review))
  select 'requests_app_disclosurerequest', id::text from asked
  union select 'requests_app_disclosuredecision', made.id::text
  from requests_app_disclosuredecision made join asked on asked.id = made.request_id
  union select 'requests_app_draft', draft.id::text
  from requests_app_draft draft join asked
    on draft.path like '/requests\_app/disclosurerequest/' || asked.id || '/%'
  union select 'requests_app_draft', draft.id::text
  from requests_app_draft draft join requests_app_discloseddocument document
    on document.review_id = in_review
    and draft.path like '/requests\_app/discloseddocument/' || document.id || '/%'
$f$;
create or replace function lockbox_case_dispose(
  in_item bigint, in_basis jsonb, out obstacle text, out contents text[]
)
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  item requests_app_disposalitem;
  review requests_app_secrecyreview;
  closed_on date;
  whole boolean;
  names text[];
  keys text[];
  gone record;
begin
  select * into item from requests_app_disposalitem where id = in_item for update;
  perform from requests_app_accessrequest where id = (
    select access_request_id from requests_app_secrecyreview where id = item.case_key) for update;
  select * into review from requests_app_secrecyreview where id = item.case_key for update;
  -- Asked anew, now that nobody else writes.
  obstacle := lockbox_item_obstacle(in_item);
  if obstacle <> '' then
    return;
  end if;
  closed_on := lockbox_closed_on(review.id);
  whole := not exists (select from requests_app_secrecyreview other
                       where other.access_request_id = review.access_request_id
                         and other.id <> review.id);
  select array_agg(row.name), array_agg(row.key) into names, keys
    from (select * from lockbox_rows_of_case(review.id, review.access_request_id, whole)
          union select * from lockbox_rows_of_hand_outs(review.id)) row;
  contents := lockbox_contents_of(names, keys);
  gone := audit_rows_dispose(names, keys, review.authority_id, in_basis, audit_actor());
  insert into requests_app_disposedcase (authority_id, item_id, case_key, diary_number,
    registered_on, closed_on, rule_id, disposal_decision, rows, versions, details, disposed_at)
  select review.authority_id, item.id, review.id, review.diary_number,
    lockbox_day(review.registered_at), closed_on, rule.id, rule.disposal_decision,
    cardinality(keys), gone.versions, gone.details, audit_now()
  from requests_app_disposalrule rule where rule.id = item.rule_id;
  set constraints all immediate;
  set constraints all deferred;
end $f$;
create or replace function lockbox_cases_dispose(
  in_disposal bigint, in_after bigint, in_most integer
) returns table (item_id bigint, obstacle text)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
#variable_conflict use_column
declare
  list requests_app_disposal;
  basis jsonb := jsonb_build_object('disposal', in_disposal);
  item bigint;
  why text;
  more text[];
  contents text[] := '{}';
  shared text[];
begin
  select * into list from requests_app_disposal where id = in_disposal for update;
  if current_setting('role') <> 'lockbox_disposal' or list.status is distinct from 'confirmed'
     or list.confirmed_by_id is not distinct from list.proposed_by_id then
    perform lockbox_refuse('a list is carried out once two persons have stood for it');
  end if;
  if lockbox_disposal_outdated(in_disposal) then
    perform lockbox_refuse('a rule of disposal has changed since the list was drawn up: it is to be drawn up anew');
  end if;
  perform set_config('lockbox.actor_id', list.confirmed_by_id::text, true);
  for item in
    select one.id from requests_app_disposalitem one
    where one.disposal_id = in_disposal and one.id > in_after
      and not exists (select from requests_app_disposedcase gone where gone.item_id = one.id)
    order by one.id limit in_most
  loop
    begin
      select told.obstacle, told.contents into why, more
        from lockbox_case_dispose(item, basis) told;
      contents := contents || more;
    exception when foreign_key_violation then
      why := 'referred';
    end;
    return query select item, why;
  end loop;
  shared := lockbox_contents_in_use(contents);
  select array_agg(digest) into contents from requests_app_content
    where digest = any (contents) and digest <> all (shared);
  if cardinality(contents) > 0 then
    perform audit_rows_dispose(
      array_fill('requests_app_content'::text, array[cardinality(contents)]), contents,
      list.authority_id, basis, audit_actor());
  end if;
end $f$;
create or replace function lockbox_answer_by(request requests_app_accessrequest) returns timestamptz
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select request.answer_deadline
$f$;
create or replace function lockbox_night_ends(at timestamptz) returns timestamptz
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  ends timestamptz;
begin
  if exists (select from requests_app_workingday where opens_at <= at and closes_at > at
             and day = lockbox_day(at)) then
    return null;
  end if;
  select night_ends_at into ends from requests_app_workingday
    where opens_at > at order by opens_at limit 1;
  if ends is null then
    perform lockbox_refuse('the calendar of working days ends before that');
  end if;
  return ends;
end $f$;
create or replace function lockbox_data_subject_request_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.extended_at is not null or new.identity <> ''
       or new.received_at > audit_now() + interval '5 minutes'
       or new.due_at > new.received_at + interval '1 month 15 days'
       or not lockbox_is_now(new.recorded_at)
       or not (lockbox_holds_role(audit_actor(), 'dpo', new.authority_id, null, clock_timestamp())
         or lockbox_holds_role(
           audit_actor(), 'registrar', new.authority_id, null, clock_timestamp())) then
      perform lockbox_refuse('a request of a data subject is recorded as it came, by registrar or data protection officer');
    end if;
    return new;
  end if;
  if old.status <> 'open' then
    perform lockbox_refuse('a request of a data subject that is answered stays so');
  end if;
  if new.due_at <> old.due_at or new.extended_at is distinct from old.extended_at then
    if old.extended_at is not null or new.extended_at is null
       or not lockbox_is_now(new.extended_at) or new.extended_at > old.due_at
       or new.due_at > old.received_at + interval '3 months 15 days' then
      perform lockbox_refuse('a request of a data subject is extended once, within its month');
    end if;
  end if;
  if audit_actor() is not distinct from new.account_id then
    perform lockbox_refuse('nobody handles their own request');
  end if;
  if new.status <> 'open' and (lockbox_is_not_actor(new.settled_by_id)
       or not lockbox_is_now(new.settled_at)
       or not lockbox_holds_role(
         audit_actor(), 'decision_maker', new.authority_id, null, clock_timestamp())) then
    perform lockbox_refuse('a request of a data subject is answered by who decides there');
  end if;
  return new;
end $f$;
create or replace function lockbox_disclosure_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_now(new.tested_at) or not exists (
       select from requests_app_datasubjectrequest r
       where r.id = new.request_id and r.status = 'open' and r.identity <> ''
         and r.kind = 'access' and r.account_id is distinct from audit_actor()
         and (new.review_id is null or exists (
           select from requests_app_secrecyreview s
           where s.id = new.review_id and s.authority_id = r.authority_id))) then
    perform lockbox_refuse('what a data subject is given is tested before the answer, of the authority asked');
  end if;
  return new;
end $f$;
create or replace function lockbox_meaning(outcome text, partly boolean) returns text
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select case when outcome = 'struck_off' then ''
    when outcome in ('granted', 'granted_with_reservation') then 'approve'
    when outcome = 'partially_granted' and partly then 'approve'
    else 'deny' end
$f$;
create or replace function lockbox_standing(
  request bigint
) returns setof requests_app_decision
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select d.* from requests_app_decision d
  join requests_app_secrecyreview v on v.id = d.review_id
  where v.access_request_id = request and v.status in ('decided', 'closed')
    and not exists (select from requests_app_decision later where later.supersedes_id = d.id)
$f$;
create or replace function lockbox_was_decided(
  review bigint, moment timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce((
    select h.status = 'decided' and h.security_protection = 'no'
    from requests_app_historicalsecrecyreview h
    where h.id = review and h.history_date <= moment
    order by h.history_id desc limit 1), false)
$f$;
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
create or replace function lockbox_minutes_beside(request bigint) returns integer
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(sum(minutes), 0)::integer from (
    select min(d.granted_minutes) as minutes
    from requests_app_decision d
    join requests_app_secrecyreview v on v.id = d.review_id
    where v.access_request_id = any(array(select lockbox_matters(array[request])))
      and v.access_request_id <> request
      and v.status not in ('rerouted', 'merged', 'dropped')
      and d.answer = 'approve'
      and not exists (select from requests_app_decision later where later.supersedes_id = d.id)
    group by v.access_request_id) granted
$f$;
create or replace function lockbox_proposal_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.status = 'decided' and not exists (
       select from requests_app_decision where proposal_id = new.id) then
    perform lockbox_refuse('a proposal is decided by its decision');
  end if;
  if tg_op = 'INSERT' then
    return new;
  end if;
  if to_jsonb(new) - '{status,returned_comment_id}'::text[]
       <> to_jsonb(old) - '{status,returned_comment_id}'::text[]
     or (old.status <> 'open' and new.status <> old.status) then
    perform lockbox_refuse('a proposal is not rewritten');
  end if;
  return new;
end $f$;
create or replace function lockbox_return_comment_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' and (new.settled_at is not null or not exists (
       select from requests_app_proposal p
       join requests_app_historicalproposal h on h.id = p.id and h.status = 'returned'
       where p.id = new.proposal_id and p.review_id = new.review_id
         and p.status = 'returned' and h.history_xid = pg_current_xact_id())) then
    perform lockbox_refuse('a comment is written while its proposal is returned');
  end if;
  if tg_op = 'UPDATE' and (old.settled_at is not null
       or lockbox_is_not_actor(new.settled_by_id)) then
    perform lockbox_refuse('a comment is ticked off once, in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_terms_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_proposal p
                 join requests_app_historicalproposal h on h.id = p.id
                 where p.id = new.proposal_id and p.review_id = new.review_id
                   and p.status = 'open' and h.history_type = '+'
                   and h.history_xid = pg_current_xact_id()) then
    perform lockbox_refuse('terms are written together with an open proposal');
  end if;
  return new;
end $f$;
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
  if (rule.elected_as <> '') <> (new.urgent_because_id is not null) then
    perform lockbox_refuse('who decides in the board''s place says why it could not wait');
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
    if not lockbox_is_delegated(
         new.decided_by_id, rule.person_id, rule.role, review.authority_id, review.branch_id, moment) then
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
         proposal.ground, proposal.motivation_internal_id, proposal.motivation_for_recipient_id,
         proposal.left_out_for, proposal.left_out_because_id, proposal.left_out_weight_id,
         proposal.told_instead_id, proposal.named_codes, proposal.named_because_id)
        is distinct from
        (new.outcome, new.revision, new.object_ids, new.part_ids, new.granted_minutes, new.granted_scope,
         new.ground, new.motivation_internal_id, new.motivation_for_recipient_id,
         new.left_out_for, new.left_out_because_id, new.left_out_weight_id,
         new.told_instead_id, new.named_codes, new.named_because_id) then
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
    elsif test.ground not in ('osl-10-2a', 'osl-10-2', 'osl-12-2', 'osl-8-3', 'osl-24-8')
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
create or replace function lockbox_reasons_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.left_out_for = '' and new.motivation_for_recipient_id <> new.motivation_internal_id then
    perform lockbox_refuse('reasons are left out of the recipient''s copy untried');
  end if;
  if new.outcome in ('dismissed', 'struck_off') then
    return new;
  end if;
  if exists (
       select from requests_app_harmtest t
       join requests_app_provision p on p.id = t.provision_id
       where t.review_id = new.review_id
         and t.outcome in ('applies', 'applies_unless_reserved')
         and (new.left_out_for = '' and not p.code = any(new.named_codes)
              or new.named_because_id is null
                 and p.may_be_named <> (p.code = any(new.named_codes)))) then
    perform lockbox_refuse('the recipient may not read of a provision');
  end if;
  return new;
end $f$;
create or replace function lockbox_sum_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.outcome in ('granted', 'granted_with_reservation', 'partially_granted') and exists (
       select from requests_app_delegationrule r
       join requests_app_secrecyreview v on v.id = new.review_id
       where r.id = new.delegation_rule_id
         and new.granted_minutes + lockbox_minutes_beside(v.access_request_id) > r.max_minutes) then
    perform lockbox_refuse('the delegation rule does not cover so long an access');
  end if;
  return new;
end $f$;
create or replace function lockbox_foreign_demand_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.outcome in ('granted', 'granted_with_reservation', 'partially_granted')
     and exists (select from requests_app_secrecyreview
                 where id = new.review_id and matter = 'foreign'
                   and btrim(treaty_ground) = '') then
    perform lockbox_refuse('a foreign demand rests on nothing that allows it');
  end if;
  return new;
end $f$;
create or replace function lockbox_reasons_asked_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' then
    if old.status <> 'open' then
      perform lockbox_refuse('reasons are given or declined once');
    end if;
    if new.status <> 'open' and (lockbox_is_not_actor(new.answered_by_id)
         or not lockbox_is_now(new.answered_at)) then
      perform lockbox_refuse('reasons are given now, in one''s own name');
    end if;
    return new;
  end if;
  if new.status <> 'open' or not lockbox_is_now(new.recorded_at) or not exists (
       select from requests_app_decision d
       left join requests_app_revocation r on r.id = new.revocation_id
       where d.id = new.decision_id and d.review_id = new.review_id
         and d.decided_at < new.received_at + interval '1 minute'
         and (r.id is null and new.revocation_id is null and d.left_out_for <> ''
              or r.decision_id = d.id and r.reason_id <> r.reason_for_recipient_id)) then
    perform lockbox_refuse('reasons are asked for where some were left out');
  end if;
  return new;
end $f$;
create or replace function lockbox_service_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_decision
                 where id = new.decision_id and review_id = new.review_id
                   and decided_at <= new.served_at) then
    perform lockbox_refuse('a service is of the review''s own decision, once it is made');
  end if;
  if new.reservation_id is null and exists (
       select from requests_app_reservation r
       join requests_app_decision d on d.proposal_id = r.proposal_id
       where d.id = new.decision_id and r.bound = new.recipient)
     or new.reservation_id is not null and not exists (
       select from requests_app_reservation r
       join requests_app_decision d on d.proposal_id = r.proposal_id
       where r.id = new.reservation_id and d.id = new.decision_id and r.bound = new.recipient) then
    perform lockbox_refuse('a reservation is served, each on whom it binds');
  end if;
  return new;
end $f$;
create or replace function lockbox_served_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.answer = 'approve' and new.status in ('open', 'confirmed') and exists (
       select from requests_app_decision d
       join requests_app_secrecyreview r on r.id = d.review_id
       join requests_app_reservation bound on bound.proposal_id = d.proposal_id
       where r.access_request_id = new.access_request_id
         and r.status not in ('rerouted', 'merged', 'dropped')
         and d.outcome = 'granted_with_reservation'
         and not exists (select from requests_app_decision l where l.supersedes_id = d.id)
         and not exists (select from requests_app_serviceofdecision s
                         where s.reservation_id = bound.id)) then
    perform lockbox_refuse('the reservation has not been served');
  end if;
  return new;
end $f$;
create or replace function lockbox_appeal_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status not in ('to_try', 'to_hand_over')
       or new.hand_out_id is null and not exists (
            select from requests_app_decision
            where id = new.decision_id and review_id = new.review_id
              and decided_at < new.received_at + interval '1 minute')
       or new.hand_out_id is not null and not exists (
            select from requests_app_disclosuredecision d
            where d.id = new.hand_out_id and d.outcome <> 'granted'
              and (new.review_id is null and not exists (
                     select from requests_app_discloseddocument asked
                     where asked.request_id = d.request_id)
                   or exists (
                     select from requests_app_discloseddocument asked
                     where asked.request_id = d.request_id and asked.review_id = new.review_id))
              and d.decided_at < new.received_at + interval '1 minute')
       or new.revocation_id is not null
          and not exists (select from requests_app_revocation
                          where id = new.revocation_id and decision_id = new.decision_id
                            and decided_at < new.received_at + interval '1 minute') then
      perform lockbox_refuse('an appeal is of the review''s own decision, and waits');
    end if;
    if new.timeliness = 'court' and 'kl_legality' is distinct from coalesce(
         (select regime from requests_app_revocation where id = new.revocation_id),
         (select regime from requests_app_decision where id = new.decision_id)) then
      perform lockbox_refuse('the court tries the time of a review of legality only');
    end if;
    return new;
  end if;
  if old.status in ('dismissed', 'ended')
     or old.status = 'to_hand_over' and new.status <> 'at_court'
     or old.status = 'at_court' and new.status <> 'ended'
     or new.timeliness = 'court' and old.timeliness <> 'court'
     or old.status <> 'to_try' and (new.timeliness, new.timeliness_reason_id)
          is distinct from (old.timeliness, old.timeliness_reason_id) then
    perform lockbox_refuse('an appeal goes one way');
  end if;
  return new;
end $f$;
create or replace function lockbox_rule_in_force(rule bigint, day date) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_delegationrule r
    left join requests_app_delegationrule p on p.id = r.parent_id
    join requests_app_authority a on a.id = r.authority_id
    where r.id = rule and r.confirmed_at is not null
      and day between r.valid_from and coalesce(r.valid_to, day)
      and (p.id is null or (p.confirmed_at is not null and p.may_subdelegate
           and (p.is_head or a.kind = 'company')
           and day between p.valid_from and coalesce(p.valid_to, day))))
$f$;
create or replace function lockbox_delegation_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  parent requests_app_delegationrule;
  ends text[] := '{valid_to,version}';
begin
  if tg_op = 'UPDATE' and old.confirmed_at is not null then
    if to_jsonb(new) - ends <> to_jsonb(old) - ends
       or coalesce(new.valid_to, 'infinity') > coalesce(old.valid_to, 'infinity') then
      perform lockbox_refuse('a confirmed item of delegation is only ended');
    end if;
    return new;
  end if;
  if new.confirmed_at is null then
    return new;
  end if;
  if lockbox_is_not_actor(new.confirmed_by_id) or new.confirmed_by_id = new.person_id then
    perform lockbox_refuse('an item is confirmed by another than who gains by it');
  end if;
  select * into parent from requests_app_delegationrule where id = new.parent_id;
  if new.parent_id is not null and (
       parent.confirmed_at is null or not parent.may_subdelegate
       or parent.authority_id <> new.authority_id
       or parent.decision_type <> new.decision_type
       or not new.outcomes <@ parent.outcomes
       or parent.product_id is not null
          and parent.product_id is distinct from new.product_id
       or coalesce(new.max_minutes, 2147483647) > parent.max_minutes
       or coalesce(new.max_confidentiality, 32767) > parent.max_confidentiality) then
    perform lockbox_refuse('an item gives more than the item it comes from');
  end if;
  return new;
end $f$;
create or replace function lockbox_subdelegation_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.parent_id is not null and new.confirmed_at is not null
     and (tg_op = 'INSERT' or old.confirmed_at is null)
     and not exists (select from requests_app_delegationrule p
                     join requests_app_authority a on a.id = p.authority_id
                     where p.id = new.parent_id and (p.is_head or a.kind = 'company')) then
    perform lockbox_refuse('only a head of administration delegates on');
  end if;
  return new;
end $f$;
create or replace function lockbox_was_open(
  delivery bigint, moment timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce((
    select h.status = 'open'
    from requests_app_historicaldelivery h
    where h.id = delivery and h.history_date <= greatest(moment, (
      select min(first.history_date) from requests_app_historicaldelivery first
      where first.id = delivery))
    order by h.history_id desc limit 1), false)
$f$;
create or replace function lockbox_delivery_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
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
  if new.status = 'confirmed' and new.given_at > lockbox_answer_by(request) then
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
create or replace function lockbox_ground_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  moment timestamptz := case new.status when 'confirmed' then new.given_at else new.created_at end;
begin
  if new.answer <> 'approve' or new.status not in ('open', 'confirmed')
     or tg_op = 'UPDATE' and new.status = old.status then
    return new;
  end if;
  perform lockbox_keep_freezes_out();
  if exists (select from lockbox_standing(new.access_request_id) d
             where lockbox_has_fallen(d.proposal_id, moment)
                or tg_op = 'INSERT' and lockbox_has_fallen(d.proposal_id, audit_now())) then
    perform lockbox_refuse('what was granted rests on a ground that has fallen');
  end if;
  return new;
end $f$;
create or replace function lockbox_answer_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
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
       join requests_app_content said on said.digest = lockbox_reads(d.motivation_for_recipient_id)
       join requests_app_content told on told.digest = lockbox_reads(new.text_id)
       where (new.answer = 'approve' or d.answer = 'deny') and position(lockbox_text(said.body) in lockbox_text(told.body)) = 0) then
    perform lockbox_refuse('the answer leaves out what a decision says');
  end if;
  return new;
end $f$;
create or replace function lockbox_opened_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
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
create or replace function lockbox_outbox_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  progress text[] := '{attempts,next_attempt_at,lease_until,uncertain,finished_at,result,trouble}';
begin
  if tg_op = 'UPDATE' then
    if old.finished_at is not null or to_jsonb(new) - progress <> to_jsonb(old) - progress then
      perform lockbox_refuse('a message of the outbox is not rewritten');
    end if;
    if new.result = 'delivered' and not exists (
         select from requests_app_outboxattempt where message_id = new.id) then
      perform lockbox_refuse('nothing was sent');
    end if;
    return new;
  end if;
  if new.attempts <> 0 or new.uncertain or new.finished_at is not null and (new.topic = 'answer' or new.result <> 'cancelled')
     or new.topic = 'answer' and not exists (
       select from requests_app_delivery d
       where d.id = new.delivery_id and d.access_request_id = new.access_request_id
         and d.status = 'open')
     or new.topic = 'webhook' and new.event not in ('webhook.test', 'service.restored') and not exists (
       select from requests_app_contractclient l
       join requests_app_accessrequest r on r.connection_id = l.connection_id
       where l.id = new.client_id and r.id = new.access_request_id and l.ended_at is null
         and not l.is_sandbox)
       and not exists (
       select from requests_app_contractclient l
       join requests_app_sandboxrequest s on s.client_id = l.id
       where l.id = new.client_id and s.id = new.sandbox_request_id and l.ended_at is null)
     or new.question_id is not null and not exists (
       select from requests_app_message q
       where q.id = new.question_id and q.access_request_id = new.access_request_id
         and not q.from_provider)
     or new.topic = 'door' and not exists (
       select from requests_app_sidedoor d
       where d.id = new.side_door_id and d.withdrawn_at is not null
         and d.closed_at is null) then
    perform lockbox_refuse('a message of the outbox tells of what there is');
  end if;
  return new;
end $f$;
create or replace function lockbox_sandbox_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from requests_app_contractclient c where c.id = new.client_id and c.is_sandbox)
     or new.extends_id is not null and not exists (
       select from requests_app_sandboxrequest s
       where s.id = new.extends_id and s.client_id = new.client_id) then
    perform lockbox_refuse('the sandbox is for its own clients');
  end if;
  return new;
end $f$;
create or replace function lockbox_outbox_wakes() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform pg_notify('lockbox_outbox', '');
  return null;
end $f$;
create or replace function lockbox_comparison_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.told_at is not null or new.told <> '[]' or new.concluded_at is not null
       or not lockbox_is_now(new.began_at) or new.lost_from > new.began_at then
      perform lockbox_refuse('a comparison begins with nothing told');
    end if;
    return new;
  end if;
  if old.concluded_at is not null then
    perform lockbox_refuse('a comparison is concluded once');
  end if;
  if (new.told, new.told_at) is distinct from (old.told, old.told_at)
     and (not lockbox_is_now(new.told_at) or not exists (
       select from requests_app_contractclient l
       where l.account_id = audit_actor() and l.connection_id = new.connection_id
         and l.ended_at is null)) then
    perform lockbox_refuse('what a provider knows is told by its own machine');
  end if;
  if new.concluded_at is not null
     and (lockbox_is_not_actor(new.concluded_by_id) or not lockbox_is_now(new.concluded_at)
          or exists (select from lockbox_site_user u
                     where u.id = new.concluded_by_id and u.is_machine)) then
    perform lockbox_refuse('a comparison is concluded by a person, in their own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_compared_first() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (select from lockbox_site_user u where u.id = audit_actor() and u.is_machine)
     and exists (select from requests_app_comparison c
                 join requests_app_accessrequest r on r.connection_id = c.connection_id
                 where r.id = new.access_request_id and c.concluded_at is null) then
    perform lockbox_refuse('no machine opens access while a restore is compared');
  end if;
  return new;
end $f$;
create or replace function lockbox_deviation_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.owner_id is not null or new.status <> 'open' or not lockbox_is_now(new.discovered_at)
       or jsonb_typeof(new.divergences) <> 'array' or jsonb_array_length(new.divergences) = 0 then
      perform lockbox_refuse('a deviation is found before it is taken on, and says what diverges');
    end if;
    if not exists (select from requests_app_secrecyreview v
                   where v.id = new.review_id and v.access_request_id = new.access_request_id)
       or new.event_id is not null and not exists (
         select from requests_app_accessevent e
         join requests_app_accessrequest r on r.id = new.access_request_id
         where e.id = new.event_id and e.connection_id = r.connection_id
           and coalesce(e.access_request_id, r.id) = r.id) then
      perform lockbox_refuse('a deviation is of an act of the review''s own request');
    end if;
    return new;
  end if;
  if old.status = 'concluded' then
    perform lockbox_refuse('a deviation that is concluded is not opened again');
  end if;
  if new.owner_id is distinct from old.owner_id and (new.owner_id is null
       or lockbox_is_not_actor(new.owner_id)) then
    perform lockbox_refuse('a deviation is taken on in one''s own name');
  end if;
  if new.status = 'concluded' and (lockbox_is_not_actor(new.concluded_by_id)
       or new.owner_id <> new.concluded_by_id or not lockbox_is_now(new.concluded_at)
       or not exists (select from lockbox_site_user
                      where id = new.concluded_by_id and is_active and not is_machine)) then
    perform lockbox_refuse('a deviation is concluded by the person who has taken it on');
  end if;
  return new;
end $f$;
create or replace function lockbox_event_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_accessrequest r
                 where r.id = new.access_request_id and r.connection_id = new.connection_id)
     and not exists (select from requests_app_providerlog l
                     where l.id = new.log_id and l.connection_id = new.connection_id) then
    perform lockbox_refuse('an act is of the connection of its request or log');
  end if;
  return new;
end $f$;
create or replace function lockbox_outcome_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_now(new.reckoned_at) or new.access_request_id is not null and not exists (
       select from requests_app_accessevent e
       join requests_app_accessrequest r on r.id = new.access_request_id
       where e.id = new.event_id and e.connection_id = r.connection_id) then
    perform lockbox_refuse('an act is compared with what was granted on its connection');
  end if;
  if new.number <> 1 + (select count(*) from requests_app_eventoutcome o
                        where o.event_id = new.event_id) then
    perform lockbox_refuse('an outcome has the next number');
  end if;
  return new;
end $f$;
create or replace function lockbox_deviation_event_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_now(new.added_at) or not exists (
       select from requests_app_deviation d
       join requests_app_accessrequest r on r.id = d.access_request_id
       join requests_app_accessevent e on e.id = new.event_id
       where d.id = new.deviation_id and d.status = 'open'
         and e.connection_id = r.connection_id) then
    perform lockbox_refuse('an act is added to an open deviation of its connection');
  end if;
  return new;
end $f$;
create or replace function lockbox_deviation_keeps_open() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.status = 'closed' and old.status <> 'closed' and exists (
       select from requests_app_deviation where review_id = new.id and status = 'open') then
    perform lockbox_refuse('a case with an open deviation is not closed');
  end if;
  return new;
end $f$;
create or replace function lockbox_breach_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.known_at > audit_now() + interval '5 minutes' or not lockbox_is_now(new.recorded_at)
     or not (lockbox_holds_role(audit_actor(), 'dpo', new.authority_id, null, clock_timestamp())
       or lockbox_holds_role(
         audit_actor(), 'information_security', new.authority_id, null, clock_timestamp())) then
    perform lockbox_refuse('a breach is recorded by who guards data at the authority, once it is known');
  end if;
  return new;
end $f$;
create or replace function lockbox_duty_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.known_at > audit_now() + interval '5 minutes'
       or new.deviation_id is not null and not exists (
         select from requests_app_deviation d
         where d.id = new.deviation_id and d.review_id = new.review_id
           and d.discovered_at = new.known_at)
       or new.breach_id is not null and not exists (
         select from requests_app_breach b
         where b.id = new.breach_id and b.known_at = new.known_at) then
      perform lockbox_refuse('a duty begins when its deviation is discovered');
    end if;
    return new;
  end if;
  if old.status <> 'open' then
    perform lockbox_refuse('a duty that is settled stays so');
  end if;
  if new.due_at is distinct from old.due_at and old.kind <> 'cyber8' then
    perform lockbox_refuse('the clock of a duty runs on');
  end if;
  if new.status <> 'open' and (lockbox_is_not_actor(new.settled_by_id)
       or not lockbox_is_now(new.settled_at)
       or new.reported_at not between old.known_at and audit_now() + interval '5 minutes'
       or not exists (select from lockbox_site_user
                      where id = new.settled_by_id and is_active and not is_machine)) then
    perform lockbox_refuse('a duty is settled by a person, in their own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_drill_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if old.ended_at is not null and new.ended_at is distinct from old.ended_at then
    perform lockbox_refuse('a drill that is over stays as it is');
  end if;
  if new.ended_by_id is distinct from old.ended_by_id and lockbox_is_not_actor(new.ended_by_id) then
    perform lockbox_refuse('a drill is ended in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_drillcall_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.came_at is not null or new.told_at is not null then
      perform lockbox_refuse('whoever is called to a drill has not come yet');
    end if;
  elsif new.came_at is distinct from old.came_at
    and (old.came_at is not null or lockbox_is_not_actor(new.person_id)) then
    perform lockbox_refuse('whoever was called says themselves that they came');
  end if;
  return new;
end $f$;
create or replace function lockbox_never_managed(authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select not exists (
    select from requests_app_historicalroleassignment h
    where h.authority_id = authority and h.role = 'it_manager' and h.branch_id is null
      and h.confirmed_at is not null)
$f$;
create or replace function lockbox_waits_as_first(
  authority bigint, person bigint, proposer bigint
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_firstmanagers f
    where f.authority_id = authority and person in (f.first_id, f.second_id)
      and num_nonnulls(f.confirmed_at, f.refused_at) = 0
      and f.proposed_by_id = coalesce(proposer, f.proposed_by_id))
$f$;
create or replace function lockbox_confirms_as_first(
  authority bigint, person bigint, moment timestamptz
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_firstmanagers f
    where f.authority_id = authority and person in (f.first_id, f.second_id)
      and f.confirmed_by_id = audit_actor() and f.confirmed_at = moment
      and moment > audit_now() - interval '5 minutes')
$f$;
create or replace function lockbox_first_managers_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor bigint := audit_actor();
begin
  if actor in (new.first_id, new.second_id) and new.refused_at is null or exists (
       select from lockbox_site_user u
       where u.id in (new.first_id, new.second_id) and u.made_by_id = actor)
     or not lockbox_may_stand_in(actor, new.authority_id) then
    perform lockbox_refuse('first managers are given by who manages at whoever runs the connections');
  end if;
  if tg_op = 'INSERT' then
    if lockbox_is_not_actor(new.proposed_by_id) or not lockbox_is_now(new.proposed_at)
       or num_nonnulls(new.confirmed_by_id, new.confirmed_at, new.refused_by_id, new.refused_at) > 0 then
      perform lockbox_refuse('first managers are proposed in one''s own name, and settled later');
    end if;
    return new;
  end if;
  if num_nonnulls(old.confirmed_at, old.refused_at) > 0
     or num_nonnulls(new.confirmed_by_id, new.confirmed_at) = 1
     or num_nonnulls(new.refused_by_id, new.refused_at) = 1
     or coalesce(new.confirmed_by_id, new.refused_by_id) is distinct from actor
     or not lockbox_is_now(coalesce(new.confirmed_at, new.refused_at)) then
    perform lockbox_refuse('first managers are settled once, in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_freezes(
  request bigint, at timestamptz
) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select f.id
  from requests_app_freeze f
  join requests_app_accessrequest r on r.id = request
  join requests_app_connection c on c.id = r.connection_id
  join requests_app_providerproduct p on p.id = c.product_id
  where f.lifted_at is null and f.begins_at <= at
    and coalesce(f.ends_at, 'infinity') > at
    and not lockbox_hands_out_documents(r.id)
    and ((f.covers_all and f.authority_id = c.authority_id)
         or exists (select from requests_app_secrecyreview v
                    where v.access_request_id = r.id
                      and v.authority_id = f.authority_id
                      and v.status not in ('rerouted', 'merged', 'dropped')))
    and (f.provider_id = p.provider_id or f.product_id = p.id
         or f.country <> '' and r.engineer_country in ('', f.country)
         or f.information_set_id is not null and exists (
              select from requests_app_requestedobject o
              left join requests_app_cloudobjectinformationset l
                on l.cloud_object_id = o.cloud_object_id
              where o.access_request_id = r.id and o.removed_in_revision is null
                and coalesce(l.information_set_id, f.information_set_id) = f.information_set_id))
$f$;
create or replace function lockbox_frozen(
  request bigint, at timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select lockbox_freezes(request, at))
$f$;
create or replace function lockbox_keep_freezes_out() returns void
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select pg_advisory_xact_lock_shared(hashtextextended('lockbox freeze', 0))
$f$;
create or replace function lockbox_freeze_guard() returns trigger
  language plpgsql as $f$
declare
  lifts text[] := '{lift_asked_by_id,lift_asked_at,lift_reason,lifted_by_id,lifted_at,version}';
begin
  if to_jsonb(new) - lifts <> to_jsonb(old) - lifts
     or old.lifted_at is not null and new.lifted_at is distinct from old.lifted_at then
    perform lockbox_refuse('a freeze is not rewritten');
  end if;
  if new.lift_asked_by_id is distinct from old.lift_asked_by_id
       and lockbox_is_not_actor(new.lift_asked_by_id)
     or new.lifted_by_id is distinct from old.lifted_by_id
       and lockbox_is_not_actor(new.lifted_by_id) then
    perform lockbox_refuse('a freeze is lifted in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_freeze_waits() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform pg_advisory_xact_lock(hashtextextended('lockbox freeze', 0));
  return new;
end $f$;
create or replace function lockbox_grant_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
    select from requests_app_delivery d
    where d.id = new.delivery_id and d.access_request_id = new.access_request_id
      and d.answer = 'approve' and d.status = 'confirmed'
      and new.opens_at >= d.given_at
      and new.ends_at <= new.opens_at + make_interval(mins => d.minutes)) then
    perform lockbox_refuse('access without a given approval, or longer than it');
  end if;
  if tg_op = 'INSERT' and exists (
       select from requests_app_accessrequest r
       join requests_app_delivery d on d.id = new.delivery_id
       where r.id = new.access_request_id and lockbox_answer_by(r) < d.given_at) then
    perform lockbox_refuse('the time to answer had run out');
  end if;
  if tg_op = 'INSERT' and new.opens_at > (
       select d.given_at from requests_app_delivery d where d.id = new.delivery_id)
     and new.opens_at <> (
       select max(g.ends_at) from requests_app_accessgrant g
       where g.access_request_id = any(array(
               select lockbox_matters(array[new.access_request_id])))) then
    perform lockbox_refuse('access opens when it is approved, or where that which it extends ends');
  end if;
  return new;
end $f$;
create or replace function lockbox_is_revoked(request bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from requests_app_accessrequest
                 where id = any(array(select lockbox_extended(request)))
                   and revoked_at is not null)
$f$;
create or replace function lockbox_revoked_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' and new.revoked_at is not null
     or tg_op = 'UPDATE' and old.revoked_at is not null
        and new.revoked_at is distinct from old.revoked_at then
    perform lockbox_refuse('what has been revoked stays so');
  end if;
  if tg_op = 'UPDATE' and old.revoked_at is null and new.revoked_at is not null
     and not lockbox_is_now(new.revoked_at) then
    perform lockbox_refuse('a revocation is dated when it is made');
  end if;
  return new;
end $f$;
create or replace function lockbox_revocation_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  review requests_app_secrecyreview;
  rule requests_app_delegationrule;
  product bigint;
begin
  if tg_op = 'UPDATE' then
    if old.served_at is not null or new.served_at is null
       or new.served_at not between old.decided_at and audit_now() + interval '5 minutes'
       or lockbox_is_not_actor(new.served_recorded_by_id) then
      perform lockbox_refuse('the service of a revocation is recorded once, in one''s own name');
    end if;
    return new;
  end if;
  select * into review from requests_app_secrecyreview where id = new.review_id;
  select * into rule from requests_app_delegationrule where id = new.delegation_rule_id;
  select c.product_id into product from requests_app_accessrequest r
    join requests_app_connection c on c.id = r.connection_id
    where r.id = review.access_request_id;
  if not lockbox_is_now(new.decided_at) or new.served_at is not null then
    perform lockbox_refuse('a revocation is dated when it is made, and served later');
  end if;
  if lockbox_is_not_actor(new.decided_by_id) or not exists (
       select from lockbox_site_user
       where id = new.decided_by_id and is_active and not is_machine)
     or position(audit_name_of(new.decided_by_id) in new.decided_by_name) = 0 then
    perform lockbox_refuse('only a person revokes, in their own name');
  end if;
  if not exists (select from requests_app_decision d
                 where d.id = new.decision_id and d.review_id = new.review_id and d.answer = 'approve'
                   and not exists (select from requests_app_decision l where l.supersedes_id = d.id)) then
    perform lockbox_refuse('what is revoked is a grant of the review, that stands');
  end if;
  if rule.decision_type <> 'answer' or rule.authority_id <> review.authority_id
     or not ('refused' = any(rule.outcomes)) or rule.product_id <> product
     or not lockbox_rule_in_force(rule.id, lockbox_day(audit_now())) then
    perform lockbox_refuse('the delegation rule does not cover this revocation');
  end if;
  if not lockbox_is_delegated(
       new.decided_by_id, rule.person_id, rule.role, review.authority_id, review.branch_id, audit_now()) then
    perform lockbox_refuse('whoever revokes does not hold the delegated role');
  end if;
  if new.delegation_snapshot->>'item_no' is distinct from rule.item_no
     or new.delegation_snapshot->>'board_decision' is distinct from rule.board_decision then
    perform lockbox_refuse('the copy of the delegation is not the rule');
  end if;
  if new.regime <> (select regime from requests_app_authority where id = review.authority_id) then
    perform lockbox_refuse('the regime on the revocation is not the authority''s');
  end if;
  if review.access_request_id = any(array(select lockbox_conflicts_of(new.decided_by_id)))
     or not exists (select from requests_app_conflictdeclaration c
                    where c.review_id = new.review_id and c.stage = 'decision'
                      and c.person_id = new.decided_by_id and not c.has_conflict) then
    perform lockbox_refuse('whoever revokes has a conflict of interest, or has not declared');
  end if;
  return new;
end $f$;
create or replace function lockbox_revokes() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (select from requests_app_secrecyreview v
             join requests_app_accessrequest r on r.id = v.access_request_id
             where v.id = new.review_id and r.revoked_at is null) then
    perform lockbox_refuse('access is not taken back by this revocation');
  end if;
  return null;
end $f$;
create or replace function lockbox_disclosure_request_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.received_at > audit_now() + interval '5 minutes'
       or not lockbox_is_now(new.recorded_at) or new.sent_back_id is not null
       or num_nonnulls(new.file_id, new.asked_at, new.bound_id) > 0
       or new.of_data_subject_id is not null and not exists (
         select from requests_app_datasubjectrequest r
         where r.id = new.of_data_subject_id and r.authority_id = new.authority_id
           and r.status = 'open' and r.kind = 'access' and r.identity <> ''
           and r.account_id is distinct from audit_actor())
       or new.year <> extract(year from lockbox_day(audit_now()))
       or new.sequence <> (select coalesce(max(r.sequence), 0) + 1
                           from requests_app_disclosurerequest r
                           where r.authority_id = new.authority_id and r.year = new.year)
       or not lockbox_hands_out(audit_actor(), new.authority_id) then
      perform lockbox_refuse('a request for documents is recorded as it came, with the next number');
    end if;
    return new;
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
       ('open', 'look'), ('look', 'open'), ('look', 'ready'), ('ready', 'open'), ('ready', 'answered'),
       ('answered', 'asked'), ('asked', 'decided')) then
    perform lockbox_refuse('a request for documents goes from test to look to delivery');
  end if;
  if new.status = 'look' and old.status = 'open' and (lockbox_is_not_actor(new.made_by_id)
       or not lockbox_hands_out(audit_actor(), new.authority_id)
       or exists (select from requests_app_discloseddocument d
                  where d.request_id = new.id and d.outcome = '')) then
    perform lockbox_refuse('a hand-out is put together by who handles it, when all is tested');
  end if;
  if old.status in ('answered', 'asked', 'decided')
     and to_jsonb(new) - '{status,asked_at,version}'::text[]
         <> to_jsonb(old) - '{status,asked_at,version}'::text[] then
    perform lockbox_refuse('what has been handed out stays as it was');
  end if;
  if old.status = 'ready' and new.status <> 'open' and (new.looked_by_id, new.looked_at)
     is distinct from (old.looked_by_id, old.looked_at)
     or old.status in ('look', 'ready') and new.status <> 'open'
     and (new.file_id, new.file_sha256, new.pages, new.made_by_id)
         is distinct from (old.file_id, old.file_sha256, old.pages, old.made_by_id) then
    perform lockbox_refuse('what was looked through is what is handed out');
  end if;
  if new.status = 'ready' and old.status = 'look' and not exists (
       select from requests_app_roleassignment held
       where held.person_id = audit_actor() and held.authority_id = new.authority_id
         and held.role in ('registrar', 'legal_reviewer', 'decision_maker')
         and lockbox_holds_role(
           audit_actor(), held.role, new.authority_id, held.branch_id, clock_timestamp())) then
    perform lockbox_refuse('a hand-out is looked through by who has such work at the authority');
  end if;
  if new.status = 'ready' and old.status = 'look' and (
       lockbox_is_not_actor(new.looked_by_id) or not lockbox_is_now(new.looked_at)
       or exists (select from requests_app_discloseddocument d
                  where d.request_id = new.id and d.tested_by_id = new.looked_by_id)
       or exists (select from requests_app_redaction m
                  join requests_app_discloseddocument d on d.id = m.of_document_id
                  where d.request_id = new.id and m.made_by_id = new.looked_by_id)) then
    perform lockbox_refuse('a hand-out is looked through by somebody who tested and masked nothing in it');
  end if;
  if new.bound_id is distinct from old.bound_id and old.status <> 'open'
     or old.status = 'ready' and new.status = 'open' and exists (
       select from requests_app_disclosuredecision d where d.request_id = new.id) then
    perform lockbox_refuse('whom a reservation binds is said before the second look, and what it was decided on stays');
  end if;
  if new.status = 'answered' and old.status = 'ready' and (exists (
         select from requests_app_discloseddocument d
         where d.request_id = new.id and d.reserved_by_id is not null
           and not exists (select from requests_app_disclosuredecision made
                           where made.request_id = new.id and made.outcome = 'reserved'
                             and made.served_at is not null))
       or exists (select from requests_app_datasubjectrequest r
                  where r.id = new.of_data_subject_id and r.status = 'open')) then
    perform lockbox_refuse('what is reserved leaves when that is served, and what is a data subject''s with the answer');
  end if;
  if new.status = 'answered' and old.status = 'ready' and (
       lockbox_is_not_actor(new.delivered_by_id)
       or not lockbox_hands_out(audit_actor(), new.authority_id)) then
    perform lockbox_refuse('a hand-out is delivered by who handles it');
  end if;
  return new;
end $f$;
create or replace function lockbox_disclosure_decision_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' then
    if old.served_at is not null or lockbox_is_not_actor(new.served_by_id)
       or new.served_at > audit_now() + interval '5 minutes' then
      perform lockbox_refuse('a decision on a hand-out is served once, in one''s own name');
    end if;
    return new;
  end if;
  if new.served_at is not null or not lockbox_is_now(new.decided_at) or not exists (
       select from requests_app_disclosurerequest r
       join requests_app_delegationrule d on d.id = new.delegation_rule_id
       where r.id = new.request_id and (new.outcome <> 'reserved' and r.status = 'asked'
           or new.outcome = 'reserved' and r.status = 'ready' and r.bound_id is not null and exists (
             select from requests_app_discloseddocument asked
             where asked.request_id = r.id and asked.reserved_by_id is not null))
         and d.authority_id = r.authority_id and d.decision_type = 'hand_out'
         and lockbox_rule_in_force(d.id, lockbox_day(audit_now()))
         and (d.person_id = audit_actor() or lockbox_holds_role(
           audit_actor(), d.role, r.authority_id, null, clock_timestamp()))) then
    perform lockbox_refuse('what was kept back is decided on when it is asked for, by delegation');
  end if;
  return new;
end $f$;
create or replace function lockbox_hands_out(person bigint, authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_holds_role(person, 'registrar', authority, null, clock_timestamp())
    or lockbox_holds_role(person, 'legal_reviewer', authority, null, clock_timestamp())
$f$;
create or replace function lockbox_disclosed_document_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from requests_app_disclosurerequest r
       join requests_app_secrecyreview s on s.authority_id = r.authority_id
       where r.id = new.request_id and s.id = new.review_id and r.status = 'open' for share of r) then
    perform lockbox_refuse('a document is tested before the second look, of the authority asked');
  end if;
  if new.tested_by_id is not null and (tg_op = 'INSERT' or new.tested_by_id is distinct from old.tested_by_id
       or new.tested_at is distinct from old.tested_at) and not exists (
         select from requests_app_disclosurerequest r
         where r.id = new.request_id and lockbox_hands_out(audit_actor(), r.authority_id)) then
    perform lockbox_refuse('a document is tested by who hands out at the authority');
  end if;
  if tg_op = 'UPDATE' and (old.outcome = 'none' and new.outcome <> 'none'
       or old.pages is not null and (new.paper_id, new.pages) is distinct from (old.paper_id, old.pages)) then
    perform lockbox_refuse('what is no official document stays so, and pages as they were drawn');
  end if;
  return new;
end $f$;
create or replace function lockbox_redaction_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from requests_app_disclosurerequest r
       join requests_app_discloseddocument d on d.request_id = r.id
       where d.id = new.of_document_id and r.status = 'open' for share of r) then
    perform lockbox_refuse('a place is judged before the second look');
  end if;
  return new;
end $f$;
create or replace function lockbox_is_lent(person bigint, authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from lockbox_site_user u, requests_app_authority a
    where u.id = person and a.id = authority and u.municipality_id <> a.municipality_id)
$f$;
create or replace function lockbox_administers(person bigint, municipality bigint) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_roleassignment r
    join requests_app_authority a on a.id = r.authority_id and a.municipality_id = municipality
    where r.person_id = person and r.role = 'system_administrator'
      and lockbox_holds_role(person, r.role, a.id, r.branch_id, clock_timestamp()))
$f$;
create or replace function lockbox_lends(
  manager bigint, person bigint, authority bigint
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select manager <> person and lockbox_is_lent(person, authority) and exists (
    select from requests_app_roleassignment r
    join requests_app_authority manages on manages.id = r.authority_id
    join lockbox_site_user u on u.id = person and u.municipality_id = manages.municipality_id
    where r.person_id = manager and r.role = 'it_manager' and r.branch_id is null
      and lockbox_holds_role(manager, 'it_manager', manages.id, null, clock_timestamp()))
$f$;
create or replace function lockbox_municipality_stays() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' and tg_table_name = 'requests_app_authority'
     and lockbox_administers(audit_actor(), (to_jsonb(new)->>'municipality_id')::bigint) then
    return new;
  end if;
  if not pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage') then
    perform lockbox_refuse(case tg_table_name
      when 'requests_app_authority' then 'an authority is made by its municipality, and stays there'
      when 'lockbox_site_user' then 'an account stays in its municipality'
      when 'requests_app_provider' then 'a provider stays in its municipality'
      else 'a municipality is entered by whoever runs the system' end);
  end if;
  return new;
end $f$;
create or replace function lockbox_is_served(authority bigint, connection bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_authority a, requests_app_connection c
    join requests_app_authority runs on runs.id = c.authority_id
    where a.id = authority and c.id = connection
      and runs.municipality_id in (a.municipality_id, a.managers_from_id))
$f$;
create or replace function lockbox_stays_within() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_served(new.authority_id, case tg_table_name
      when 'requests_app_cloudobject' then (
        select s.connection_id from requests_app_cloudsystem s
        where s.id = (to_jsonb(new)->>'system_id')::bigint)
      else (
        select r.connection_id from requests_app_accessrequest r
        where r.id = (to_jsonb(new)->>'access_request_id')::bigint) end) then
    perform lockbox_refuse('the authority belongs to another municipality than who runs the connection');
  end if;
  return new;
end $f$;
create or replace function lockbox_runs_own_product() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from requests_app_providerproduct p
       join requests_app_provider v on v.id = p.provider_id
       join requests_app_authority a on a.municipality_id = v.municipality_id
       where p.id = new.product_id and a.id = new.authority_id) then
    perform lockbox_refuse('the product is another municipality''s');
  end if;
  return new;
end $f$;
create or replace function lockbox_works_within() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  works bigint := coalesce(to_jsonb(new)->>'person_id', to_jsonb(new)->>'user_id')::bigint;
  case_id bigint := coalesce(to_jsonb(new)->>'review_id', to_jsonb(new)->>'content_object_id')::bigint;
begin
  if not exists (
       select from requests_app_secrecyreview s
       join requests_app_authority a on a.id = s.authority_id
       where s.id = case_id and (
         exists (select from lockbox_site_user u
                 where u.id = works and u.municipality_id = a.municipality_id)
         or exists (select from requests_app_roleassignment r
                    join requests_app_authority here on here.id = r.authority_id
                    where r.person_id = works and here.municipality_id = a.municipality_id))) then
    perform lockbox_refuse('the person is of another municipality than the case');
  end if;
  return new;
end $f$;
create or replace function lockbox_has_left() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (
       select from requests_app_municipality m
       where m.left_at is not null and m.id = coalesce(
         (to_jsonb(new)->>'municipality_id')::bigint,
         (select a.municipality_id from requests_app_authority a
          where a.id = (to_jsonb(new)->>'authority_id')::bigint))) then
    perform lockbox_refuse('the municipality has left');
  end if;
  return new;
end $f$;
create or replace function lockbox_noticeladder_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if jsonb_typeof(new.rungs) <> 'array' or new.rungs->-1->>'whom' is distinct from 'everybody'
     or new.rungs->-1->>'hours' is distinct from 'any' then
    perform lockbox_refuse('the last rung of a ladder tells everybody who may, at all hours');
  end if;
  return new;
end $f$;
create or replace function lockbox_turntaken_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform 1 from requests_app_accessrequest where id = new.access_request_id for no key update;
  if not lockbox_is_now(new.taken_at) or new.held_until <= new.taken_at
     or new.held_until > new.taken_at + interval '1 day' then
    perform lockbox_refuse('a turn is taken now, for a while');
  end if;
  if exists (select from requests_app_turntaken t
             where t.item = new.item and t.act = new.act and t.turn = new.turn
               and t.held_until > new.taken_at) then
    perform lockbox_refuse('a turn is taken by one at a time');
  end if;
  return new;
end $f$;
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
create or replace function lockbox_pushdevice_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
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
create or replace function lockbox_noticechannel_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
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
create or replace function lockbox_sentnotice_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_now(new.sent_at) or not exists (
       select from lockbox_site_user u
       where u.id = audit_actor() and u.is_machine and u.username = 'sweep') then
    perform lockbox_refuse('a notice is sent by the sweep, now');
  end if;
  return new;
end $f$;
create or replace function lockbox_is_sweep() returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from lockbox_site_user u
                 where u.id = audit_actor() and u.is_machine and u.username = 'sweep')
$f$;
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
create or replace function lockbox_left_unconfirmed(about text, id bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_is_sweep() and exists (
    select from requests_app_recertification c
    where c.row_table = about and c.row_id = $2 and c.outcome = 'ended'
      and c.settled_by_id = audit_actor())
$f$;
create or replace function lockbox_extended(request bigint) returns setof bigint
  language sql stable rows 5 set search_path = pg_catalog, public, pg_temp as $f$
  with recursive part(id) as (
    select request
    union
    select link.id from part p cross join lateral (
      select r.extends_id from requests_app_accessrequest r where r.id = p.id
      union all
      select r.id from requests_app_accessrequest r where r.merged_into_id = p.id
    ) link(id) where link.id is not null)
  select id from part
$f$;
create or replace function lockbox_extensions(request bigint) returns setof bigint
  language sql stable rows 5 set search_path = pg_catalog, public, pg_temp as $f$
  with recursive more(id) as (
    select request
    union
    select r.id from more m join requests_app_accessrequest r on r.extends_id = m.id)
  select id from more
$f$;
create or replace function lockbox_matters(requests bigint[]) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  with recursive matter(id) as (
    select unnest(requests)
    union
    select link.id from matter m cross join lateral (
      select r.extends_id from requests_app_accessrequest r where r.id = m.id
      union all
      select r.merged_into_id from requests_app_accessrequest r where r.id = m.id
      union all
      select r.id from requests_app_accessrequest r where r.extends_id = m.id
      union all
      select r.id from requests_app_accessrequest r where r.merged_into_id = m.id
    ) link(id) where link.id is not null)
  select id from matter
$f$;
create or replace function lockbox_conflicts_of(person bigint) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_matters(array(
    select v.access_request_id from requests_app_conflictdeclaration c
    join requests_app_secrecyreview v on v.id = c.review_id
    where c.person_id = person and c.has_conflict))
$f$;
create or replace function lockbox_asks_for_documents(review bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from requests_app_assessmentanswer
                 where review_id = review and node = 'N0.tf' and answer = 'yes')
$f$;
create or replace function lockbox_hands_out_documents(request bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(bool_and(v.matter = 'documents'), false)
  from requests_app_secrecyreview v
  where v.access_request_id = request
    and v.status not in ('rerouted', 'merged', 'dropped')
$f$;
create or replace function lockbox_entry_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if (new.external_id, new.received_at) is distinct from (old.external_id, old.received_at)
     and (old.received_by <> 'manual' or new.revision <> old.revision + 1
          or old.status not in ('in_review', 'to_answer')
          or exists (select from requests_app_decision d
                     join requests_app_secrecyreview r on r.id = d.review_id
                     where r.access_request_id = old.id)) then
    perform lockbox_refuse('only what was typed is corrected, until it is decided');
  end if;
  return new;
end $f$;
create or replace function lockbox_moved_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
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
create or replace function lockbox_object_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.removed_in_revision is null and exists (
       select from requests_app_secrecyreview review
       where review.id = new.review_id and review.status = 'dropped') then
    perform lockbox_refuse('an object that the request names has no review');
  end if;
  return new;
end $f$;
create or replace function lockbox_dropped_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (select from requests_app_requestedobject object
             where object.review_id = new.id and object.removed_in_revision is null) then
    perform lockbox_refuse('an object that the request names has no review');
  end if;
  return new;
end $f$;
create or replace function lockbox_retention_days(
  in_period text, in_authority bigint
) returns integer
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_authority is not null then
    return (select (to_jsonb(rule)->>in_period)::integer from requests_app_retentionrule rule
            where rule.authority_id = in_authority);
  end if;
  if exists (select from requests_app_roleassignment held
             where not exists (select from requests_app_retentionrule rule
                               where rule.authority_id = held.authority_id)) then
    return null;
  end if;
  return (select max((to_jsonb(rule)->>in_period)::integer) from requests_app_retentionrule rule);
end $f$;
create or replace function lockbox_retention_period(in_kind text, in_event text) returns text
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select case
    when not audit_may_expire(in_kind, in_event) then null
    when in_kind = 'event' then 'notices'
    when in_kind = 'auth' then 'sign_ins'
    when in_kind = 'read' and (in_event in ('search.read', 'similar.read')
         or in_event like '%.searched') then 'searches'
    else 'reads' end
$f$;
create or replace function lockbox_reviews_hold(in_reviews bigint[]) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case
    when exists (select from requests_app_incomingappeal where review_id = any (in_reviews)
                 and status in ('to_try', 'to_hand_over', 'at_court')) then 'appeal'
    when exists (select from requests_app_requestforreasons
                 where review_id = any (in_reviews) and status = 'open') then 'reasons'
    when exists (select from requests_app_deviation
                 where review_id = any (in_reviews) and status = 'open') then 'deviation'
    when exists (select from requests_app_discloseddocument document
                 join requests_app_disclosurerequest request on request.id = document.request_id
                 left join requests_app_disclosuredecision decision
                   on decision.request_id = request.id
                 where document.review_id = any (in_reviews)
                   and (request.status in ('open', 'look', 'ready', 'asked')
                        or decision.outcome in ('refused', 'partly', 'reserved')
                           and coalesce(decision.served_at, 'infinity')
                               > audit_now() - interval '30 days')) then 'documents'
    when exists (select from requests_app_secrecyreview where id = any (in_reviews)
                 and status not in ('closed', 'rerouted', 'merged', 'dropped')) then 'open'
    else '' end
$f$;
create or replace function lockbox_authority_holds(in_authority bigint) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case when exists (
    select from requests_app_secrecyreview
    where (in_authority is null or authority_id = in_authority) and matter = 'documents'
      and status not in ('closed', 'rerouted', 'merged', 'dropped'))
    or exists (
    select from requests_app_disclosurerequest asked
    where (in_authority is null or asked.authority_id = in_authority)
      and asked.status in ('open', 'look', 'ready', 'asked') and not exists (
        select from requests_app_discloseddocument where request_id = asked.id))
    then 'documents' else '' end
$f$;
create or replace function lockbox_reviews_of(in_table text, in_row jsonb) returns bigint[]
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select array(
    select review.id from requests_app_secrecyreview review
    where in_table = 'requests_app_secrecyreview' and review.id = (in_row->>'id')::bigint
    union select (in_row->>'review_id')::bigint where in_row->>'review_id' is not null
    union select decision.review_id from requests_app_decision decision
    where decision.id = (in_row->>'decision_id')::bigint
    union select review.id from requests_app_secrecyreview review
    where review.access_request_id = case in_table when 'requests_app_accessrequest'
      then (in_row->>'id')::bigint else (in_row->>'access_request_id')::bigint end)
$f$;
create or replace function lockbox_row_hold(in_table text, in_id text) returns text
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  live jsonb;
begin
  if in_id ~ '^[0-9]{1,18}$' and in_table like 'requests\_app\_%' and exists (
      select from pg_attribute where attrelid = to_regclass('public.' || quote_ident(in_table))
        and attname = 'id') then
    execute format('select to_jsonb(live) from public.%I live where id = $1', in_table)
      into live using in_id::bigint;
  end if;
  return lockbox_reviews_hold(lockbox_reviews_of(in_table, coalesce(live, '{}')));
end $f$;
create or replace function lockbox_item_hold(in_item text) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_row_hold('requests_app_' || coalesce(place[1], ''), coalesce(place[2], ''))
  from (select regexp_match(in_item, '^/requests_app/([a-z]+)/([0-9]{1,18})/')) found(place)
$f$;
create or replace function lockbox_line_moment(
  in_at timestamptz, in_detail jsonb
) returns timestamptz
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case when in_detail ? 'clock' and exists (select from audit_app_setclock)
    then (in_detail->>'clock')::timestamptz else in_at end
$f$;
create or replace function lockbox_lines_newest_due() returns bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(max(line.id), 0) from audit_app_ledgerentry line
  where line.at < (
      select audit_now() - make_interval(
        days => min(least(rule.searches, rule.reads, rule.sign_ins, rule.notices)))
      from requests_app_retentionrule rule)
    or exists (select from audit_app_setclock) and exists (select from requests_app_retentionrule)
$f$;
create or replace function lockbox_lines_due(
  in_period text, in_after bigint, in_upto bigint
) returns table (
  entry_id bigint, authority_id bigint, held text
)
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  return query
  with rule as materialized (
    select place.id, lockbox_retention_days(in_period, place.id) as days,
      lockbox_authority_holds(place.id) as held
    from (select id from requests_app_authority union all select null) place(id)
  )
  select line.id, line.authority_id, coalesce(nullif(rule.held, ''),
    nullif(lockbox_item_hold(detail.body::jsonb->>'item'), ''),
    lockbox_row_hold(line.object_type, line.object_id))
  from audit_app_ledgerentry line
  join rule on coalesce(rule.id, 0) = coalesce(line.authority_id, 0)
  join audit_app_ledgerdetail detail on detail.entry_id = line.id
  where line.id > in_after and line.id <= in_upto and rule.days is not null
    and lockbox_retention_period(line.kind, line.event) = in_period
    and lockbox_line_moment(line.at, detail.body::jsonb)
      < audit_now() - make_interval(days => rule.days);
end $f$;
create or replace function lockbox_expires() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  live jsonb := to_jsonb(old);
  days integer := lockbox_retention_days(tg_argv[0], null);
begin
  if audit_is_disposed(tg_table_name, live) then
    return old;
  end if;
  if days is null or greatest((live->>tg_argv[1])::timestamptz, (live->>'sent_at')::timestamptz)
       >= audit_now() - make_interval(days => days) then
    perform lockbox_refuse(tg_table_name || ' is kept for as long as the rule says');
  end if;
  if lockbox_authority_holds(null) <> ''
     or lockbox_item_hold(live->>'item') <> '' then
    perform lockbox_refuse(tg_table_name || ' is kept while its case is open');
  end if;
  return old;
end $f$;
create or replace function lockbox_lines_run(
  in_period text, in_after bigint, in_upto bigint
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  return audit_details_expire(
    array(select due.entry_id from lockbox_lines_due(in_period, in_after, in_upto) due
          where due.held = ''),
    jsonb_build_object('period', in_period), audit_actor());
end $f$;
create or replace function lockbox_notices_run(in_most integer) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  days integer := lockbox_retention_days('notices', null);
  before timestamptz := audit_now() - make_interval(days => days);
  gone bigint := 0;
  part bigint;
begin
  if days is null or lockbox_authority_holds(null) <> '' then
    return 0;
  end if;
  delete from requests_app_sentnotice where id in (
    select id from requests_app_sentnotice where greatest(ends_at, sent_at) < before
      and lockbox_item_hold(item) = '' limit in_most);
  get diagnostics part = row_count;
  gone := gone + part;
  delete from requests_app_channelnotice where id in (
    select id from requests_app_channelnotice where greatest(ends_at, sent_at) < before
      and lockbox_item_hold(item) = '' limit in_most);
  get diagnostics part = row_count;
  gone := gone + part;
  with due as materialized (
    select id, told_with_id from requests_app_laddernotice
    where greatest(ends_at, sent_at) < before and lockbox_item_hold(item) = '' limit in_most)
  delete from requests_app_laddernotice where id in (
    select id from due where not exists (
      select from requests_app_laddernotice other where other.told_with_id = due.id
        and other.id not in (select id from due)));
  get diagnostics part = row_count;
  return gone + part;
end $f$;
create or replace function lockbox_left_at(in_person bigint) returns timestamptz
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select max(version.history_date) from lockbox_site_historicaluser version
  join lockbox_site_user person on person.id = version.id and not person.is_active
  where version.id = in_person
$f$;
create or replace function lockbox_account_hold(in_person bigint) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case
    when lockbox_authority_holds(null) <> '' then lockbox_authority_holds(null)
    when exists (select from requests_app_datasubjectrequest
                 where account_id = in_person and status = 'open') then 'data_subject'
    else lockbox_reviews_hold(array(
      select id from requests_app_secrecyreview where case_officer_id = in_person
      union select review_id from requests_app_decision where decided_by_id = in_person)) end
$f$;
create or replace function lockbox_address_expires() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  days integer := lockbox_retention_days('addresses', null);
  since timestamptz := coalesce((to_jsonb(old)->>'ended_at')::timestamptz, lockbox_left_at(old.person_id));
begin
  if (days is null or since >= audit_now() - make_interval(days => days)) is not false then
    perform lockbox_refuse(tg_table_name || ' is kept for as long as the rule says');
  end if;
  return old;
end $f$;
create or replace function lockbox_class(review bigint, day date) returns integer
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(max(coalesce((
      select c.confidentiality from requests_app_securityclassification c
      where c.information_set_id = l.information_set_id and c.valid_from <= day
      order by c.valid_from desc, c.id desc limit 1), 3)), 3)::integer
  from requests_app_requestedobject o
  left join requests_app_cloudobjectinformationset l on l.cloud_object_id = o.cloud_object_id
  where o.review_id = review and o.removed_in_revision is null
$f$;
create or replace function lockbox_class_known(
  review bigint, moment timestamptz
) returns integer
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
create or replace function lockbox_review_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.status = 'decided' and (tg_op = 'INSERT' or old.status <> 'decided') and not exists (
       select from requests_app_decision d join requests_app_historicaldecision h on h.id = d.id
       where d.review_id = new.id and h.history_type = '+'
         and (old.status = 'closed' or h.history_xid = pg_current_xact_id())) then
    perform lockbox_refuse('a review is decided by its decision');
  end if;
  if tg_op = 'INSERT' then
    return new;
  end if;
  if old.security_protection in ('suspected', 'yes')
     and new.security_protection not in ('suspected', 'yes') then
    perform lockbox_refuse('a stop for security protection is not undone here');
  end if;
  return new;
end $f$;
create or replace function lockbox_assessment_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and new.review_id <> old.review_id
     or not exists (select from requests_app_secrecyreview
                    where id = new.review_id
                      and status in ('assigned', 'in_assessment')) then
    perform lockbox_refuse('the assessment is not open');
  end if;
  return new;
end $f$;
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
create or replace function lockbox_tested_part_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.part_id is not null and not exists (
       select from requests_app_part where id = new.part_id and review_id = new.review_id) then
    perform lockbox_refuse('the part belongs to another review');
  end if;
  return new;
end $f$;
create or replace function lockbox_consultation_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  answers text[] := '{opinion_id,answered_at,status,version}';
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.opinion_id is not null then
      perform lockbox_refuse('a consultation begins without an opinion');
    end if;
    return new;
  end if;
  if old.status <> 'open' or to_jsonb(new) - answers <> to_jsonb(old) - answers
     or (new.status = 'answered') <> (new.opinion_id is not null) then
    perform lockbox_refuse('a consultation is not rewritten');
  end if;
  if new.status = 'answered' and lockbox_is_not_actor(new.person_id) then
    perform lockbox_refuse('the opinion of a consultation is the asked person''s own');
  end if;
  return new;
end $f$;
create or replace function lockbox_consent_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  withdraws text[] := '{withdrawn_at,withdrawal_id,withdrawal_recorded_by_id,withdrawal_recorded_at,version}';
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(new) - withdraws <> to_jsonb(old) - withdraws
       or old.withdrawn_at is not null or new.withdrawn_at is null then
      perform lockbox_refuse('a consent is only withdrawn');
    end if;
    if lockbox_is_not_actor(new.withdrawal_recorded_by_id) then
      perform lockbox_refuse('a withdrawal is recorded in one''s own name');
    end if;
    return new;
  end if;
  if new.withdrawn_at is not null or lockbox_is_not_actor(new.recorded_by_id) then
    perform lockbox_refuse('a consent is recorded in one''s own name');
  end if;
  if not exists (select from requests_app_secrecyreview
                 where id = new.review_id and status in ('assigned', 'in_assessment')) then
    perform lockbox_refuse('the assessment is not open');
  end if;
  if not exists (select from requests_app_provision
                 where id = new.provision_id and 'osl-12-2' = any(lifted_by)) then
    perform lockbox_refuse('nobody''s consent lifts this secrecy');
  end if;
  return new;
end $f$;
create or replace function lockbox_follow_up_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_condition c
                 join requests_app_proposal p on p.id = c.proposal_id
                 where c.id = new.condition_id and c.review_id = new.review_id
                   and p.status = 'decided') then
    perform lockbox_refuse('a condition is followed up once it is decided');
  end if;
  return new;
end $f$;
create or replace function lockbox_holds_role(
  person bigint, held text, authority bigint, branch bigint, at timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_roleassignment r
    join lockbox_site_user u on u.id = r.person_id
    where r.person_id = person and r.role = held and r.authority_id = authority
      and (r.branch_id is null or r.branch_id = branch)
      and u.is_active and not u.is_machine
      and (u.directory_roles is null or held = any (u.directory_roles))
      and (at at time zone 'Europe/Stockholm')::date
          between r.valid_from and coalesce(r.valid_to, 'infinity')
      and coalesce(r.refused_at, 'infinity') > at
      and coalesce(r.ended_at, 'infinity') > at
      and coalesce(r.suspended_at, 'infinity') > at
      and (r.confirmed_at <= at or (r.given_at <= at and r.usable_until > at)))
$f$;
create or replace function lockbox_is_delegated(
  person bigint, named bigint, held text, authority bigint, branch bigint, at timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_holds_role(person, held, authority, branch, at)
    or named is not distinct from person and exists (
      select from requests_app_roleassignment r
      where r.person_id = person and r.authority_id = authority
        and lockbox_holds_role(person, r.role, authority, branch, at))
$f$;
create or replace function lockbox_delivers() returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select pg_has_role(current_user, c.relowner, 'usage')
    and exists (select from lockbox_site_user u
                where u.id::text = current_setting('lockbox.actor_id', true) and u.is_machine)
  from pg_class c where c.oid = 'public.requests_app_roleassignment'::regclass
$f$;
create or replace function lockbox_stands_in(manages bigint, authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
      select from requests_app_authority m, requests_app_authority a
      where m.id = manages and a.id = authority
        and m.municipality_id in (a.municipality_id, a.managers_from_id)
        and (exists (select from requests_app_connection c where c.authority_id = m.id)
             or not exists (
               select from requests_app_connection c
               join requests_app_authority runs on runs.id = c.authority_id
               where runs.municipality_id = m.municipality_id)))
$f$;
create or replace function lockbox_may_stand_in(person bigint, authority bigint) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_roleassignment r
    where r.person_id = person and r.role = 'it_manager' and r.branch_id is null
      and lockbox_stands_in(r.authority_id, authority)
      and lockbox_holds_role(person, 'it_manager', r.authority_id, null, clock_timestamp()))
$f$;
create or replace function lockbox_is_unmanaged(authority bigint, others bigint[]) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select not exists (
    select from requests_app_roleassignment r
    where r.authority_id = authority and r.role = 'it_manager' and r.branch_id is null
      and r.person_id <> all (array_remove(others, null))
      and lockbox_holds_role(r.person_id, 'it_manager', authority, null, clock_timestamp()))
$f$;
create or replace function lockbox_manages(
  person bigint, authority bigint, branch bigint, others bigint[]
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select person <> all (array_remove(others, null)) and (
    lockbox_holds_role(person, 'it_manager', authority, branch, clock_timestamp())
    or (lockbox_is_unmanaged(authority, others) and lockbox_may_stand_in(person, authority)))
$f$;
create or replace function lockbox_confirms(
  person bigint, authority bigint, others bigint[]
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select person <> all (array_remove(others, null)) and exists (
    select from requests_app_roleassignment r
    join requests_app_authority c on c.id = r.authority_id
    join requests_app_authority a on a.id = authority and a.municipality_id = c.municipality_id
    where r.person_id = person and r.role = 'confirmer'
      and lockbox_holds_role(person, 'confirmer', c.id, null, clock_timestamp())
      and (c.id = a.id
           or lockbox_stands_in(c.id, a.id) and lockbox_is_unmanaged(a.id, others)))
$f$;
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
    if lockbox_is_lent(new.person_id, new.authority_id) then
      if new.role = 'confirmer' or new.basis = '' or new.usable_until is not null or actor = maker
         or not lockbox_lends(actor, new.person_id, new.authority_id) then
        perform lockbox_refuse('a role in another municipality is lent, on a basis, by a manager of one''s own');
      end if;
    elsif not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id, maker]) then
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
         new.role in ('it_manager', 'system_administrator', 'confirmer')
         or new.usable_until is distinct from lockbox_night_ends(new.given_at)
         or exists (select from requests_app_roleassignment r
                    where r.person_id = new.person_id and r.authority_id = new.authority_id
                      and num_nonnulls(r.ended_at, r.suspended_at) > 0)
         or not exists (select from requests_app_roleassignment r
                        where r.person_id = new.person_id and r.authority_id = new.authority_id
                          and r.confirmed_at is not null and r.refused_at is null)
         or not exists (select from lockbox_confirmers(new.authority_id, new.given_at) other
                        where other not in (new.person_id, new.given_by_id)
                          and other is distinct from maker)) then
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
               or lockbox_confirms(actor, new.authority_id,
                                   array[new.person_id, new.given_by_id, maker])
               or new.role = 'it_manager'
                  and lockbox_confirms_as_first(new.authority_id, new.person_id, new.confirmed_at))) then
    perform lockbox_refuse('a role is confirmed by a second manager or a confirmer, who did not make the account');
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
       and not lockbox_lends(actor, new.person_id, new.authority_id)
       and not lockbox_left_unconfirmed(tg_table_name, new.id)
       and not (new.refused_at is not null
                and (new.valid_to, new.ended_at, new.suspended_at)
                    is not distinct from (old.valid_to, old.ended_at, old.suspended_at)
                and lockbox_confirms(actor, new.authority_id,
                                     array[new.person_id, new.given_by_id, maker])) then
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
create or replace function lockbox_lets_confirm(
  r requests_app_roleassignment, authority bigint
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select r.role in ('it_manager', 'confirmer') and r.branch_id is null and (
    r.authority_id = authority
    or lockbox_stands_in(r.authority_id, authority) and (r.role = 'it_manager' or exists (
      select from requests_app_authority c, requests_app_authority a
      where c.id = r.authority_id and a.id = authority
        and c.municipality_id = a.municipality_id)))
$f$;
create or replace function lockbox_confirming(
  authority bigint, at timestamptz
) returns setof requests_app_roleassignment
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select r.* from requests_app_roleassignment r
  where r.role in ('it_manager', 'confirmer') and lockbox_lets_confirm(r, authority)
    and lockbox_holds_role(r.person_id, r.role, r.authority_id, null, at)
$f$;
create or replace function lockbox_confirmers(authority bigint, at timestamptz) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select distinct r.person_id from lockbox_confirming(authority, at) r
$f$;
create or replace function lockbox_lacks(
  held text, authority bigint, at timestamptz, gone bigint
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case
    when held in ('it_manager', 'confirmer') then (
      select count(distinct r.person_id) < 2
        or count(*) filter (where r.role = 'it_manager') = 0
      from lockbox_confirming(authority, at) r
      where r.person_id is distinct from gone)
    when held in ('decision_maker', 'information_security', 'security_protection') then not exists (
      select from requests_app_roleassignment r
      where r.role = held and r.authority_id = authority and r.branch_id is null
        and r.confirmed_at is not null and r.person_id is distinct from gone
        and lockbox_holds_role(r.person_id, held, authority, null, at))
    else false end
$f$;
create or replace function lockbox_gives(
  r requests_app_roleassignment, at timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select r.branch_id is null and coalesce(r.confirmed_at, 'infinity') <= at
    and coalesce(least(r.refused_at, r.ended_at, r.suspended_at), 'infinity') > at
    and lockbox_day(at) between r.valid_from and coalesce(r.valid_to, 'infinity')
$f$;
create or replace function lockbox_moments(
  held text, authority bigint, since timestamptz
) returns setof timestamptz
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select since
  union
  select moment from requests_app_roleassignment r, unnest(array[
    r.valid_from::timestamp at time zone 'Europe/Stockholm',
    (r.valid_to + 1)::timestamp at time zone 'Europe/Stockholm',
    r.refused_at, r.ended_at, r.suspended_at]) moment
  where r.branch_id is null and r.confirmed_at is not null and moment > since
    and (r.role = held and r.authority_id = authority
         or held in ('it_manager', 'confirmer') and lockbox_lets_confirm(r, authority))
$f$;
create or replace function lockbox_lacks_from(
  row_id bigint, since timestamptz, gone bigint
) returns timestamptz
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select min(at)
  from requests_app_roleassignment r, lockbox_moments(r.role, r.authority_id, since) at
  where r.id = row_id and lockbox_gives(r, at)
    and lockbox_lacks(r.role, r.authority_id, at, gone)
$f$;
create or replace function lockbox_role_kept() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_delivers() then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('lockbox roles', 0));
  if exists (select from lockbox_site_user u where u.id = new.person_id and u.is_active
             and (u.directory_roles is null or new.role = any (u.directory_roles)))
     and exists (
       select from lockbox_moments(new.role, new.authority_id, audit_now()) at
       where lockbox_gives(old, at) and not lockbox_gives(new, at)
         and lockbox_lacks(new.role, new.authority_id, at, null)) then
    perform lockbox_refuse('too few would be left as ' || new.role);
  end if;
  return null;
end $f$;
create or replace function lockbox_account_kept() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  missed text;
begin
  if lockbox_delivers() then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('lockbox roles', 0));
  select r.role into missed from requests_app_roleassignment r
  where r.person_id = new.id
    and (old.directory_roles is null or r.role = any (old.directory_roles))
    and not (new.is_active and (new.directory_roles is null or r.role = any (new.directory_roles)))
    and lockbox_lacks_from(r.id, audit_now(), null) is not null
  limit 1;
  if missed is not null then
    perform lockbox_refuse('too few would be left as ' || missed);
  end if;
  return null;
end $f$;
create or replace function lockbox_refuse(what text) returns void
  language plpgsql as $f$
begin
  raise exception '%', what using errcode = 'integrity_constraint_violation';
end $f$;
create or replace function lockbox_is_not_actor(person bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select person is not null and person is distinct from audit_actor()
$f$;
create or replace function lockbox_is_now(moment timestamptz) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select moment between audit_now() - interval '1 hour' and audit_now() + interval '5 minutes'
$f$;
create or replace function lockbox_day(moment timestamptz) returns date
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select (moment at time zone 'Europe/Stockholm')::date
$f$;
create or replace function lockbox_kept() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if audit_is_disposed(tg_table_name, to_jsonb(old)) then
    return old;
  end if;
  perform lockbox_refuse(tg_table_name || ' is kept');
  return null;
end $f$;
create or replace function lockbox_sealed_columns(in_table oid) returns text[]
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case relname
    when 'requests_app_webhooksecret' then '{sealed}'::text[]
    when 'requests_app_noticechannel' then '{address_sealed,secret_sealed}'
    when 'requests_app_pushdevice' then '{address_sealed,keys_sealed}'
    when 'requests_app_phonenumber' then '{number_sealed}'
    when 'requests_app_rostergroup' then '{feed_sealed}'
    when 'lockbox_site_secondfactor' then '{secret}' end
  from pg_class where oid = in_table
$f$;
create or replace function lockbox_is_sealed_anew(in_table oid, before jsonb, after jsonb)
  returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(lockbox_delivers()
    and before - lockbox_sealed_columns(in_table) = after - lockbox_sealed_columns(in_table), false)
$f$;
create or replace function lockbox_only() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  later text[] := coalesce(tg_argv, '{}');
begin
  if to_jsonb(new) - later <> to_jsonb(old) - later
     and not lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    perform lockbox_refuse(tg_table_name || ' stays as it was written');
  end if;
  return new;
end $f$;
create or replace function lockbox_own_name() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
  if lockbox_is_not_actor((to_jsonb(new)->>tg_argv[0])::bigint) then
    perform lockbox_refuse(tg_table_name || ' is written in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_own_name_once_set() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  person bigint := (to_jsonb(new)->>tg_argv[0])::bigint;
begin
  if tg_op = 'UPDATE' and person is not distinct from (to_jsonb(old)->>tg_argv[0])::bigint then
    return new;
  end if;
  if lockbox_is_not_actor(person) then
    perform lockbox_refuse(tg_table_name || ' is written in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_text(body bytea) returns text
  language plpgsql immutable strict as $f$
begin
  return pg_catalog.convert_from(body, 'UTF8');
exception when others then
  return '';
end $f$;
create or replace function lockbox_folded(body bytea) returns text
  language sql immutable strict as $f$
  select pg_catalog.translate(pg_catalog.lower(public.lockbox_text(body)), 'ÅÄÖÉÜÆØ', 'åäöéüæø')
$f$;
create or replace function lockbox_parts(part text) returns text[]
  language sql immutable strict as $f$
  select coalesce(array_agg(distinct three), '{}')
  from pg_catalog.regexp_split_to_table(part, '[^[:alnum:]]+') piece
    cross join lateral pg_catalog.unnest(public.show_trgm(piece)) three
  where pg_catalog.length(piece) >= 3
    and three <> all (public.show_trgm(pg_catalog.left(piece, 2)))
    and three <> all (public.show_trgm(pg_catalog.right(piece, 2)))
$f$;
create or replace function lockbox_shared_words(body bytea, other text) returns integer
  language sql immutable strict as $f$
  select count(*)::integer
  from unnest(pg_catalog.tsvector_to_array(pg_catalog.to_tsvector(
         'pg_catalog.swedish', pg_catalog.left(public.lockbox_folded(body), 20000)))) word
  where word = any (pg_catalog.tsvector_to_array(pg_catalog.to_tsvector(
         'pg_catalog.swedish', public.lockbox_folded(pg_catalog.convert_to(other, 'UTF8')))))
$f$;
create or replace function lockbox_swedish(name text) returns text
  language sql immutable parallel safe strict as $f$
  select pg_catalog.translate(pg_catalog.lower(name), 'ÅåÄäÖöÉéÜü', '{{||}}eeyy')
$f$;
create or replace function lockbox_side_door_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.closed_at is not null or new.covered_at is not null or new.withdrawn_at is not null then
      perform lockbox_refuse('a side door is first seen open');
    end if;
    return new;
  end if;
  if old.closed_at is not null then
    perform lockbox_refuse('a side door that is closed is not rewritten');
  end if;
  if (new.decision_number, new.covered_until, new.covered_by_id, new.covered_at, new.reason_id)
       is distinct from
       (old.decision_number, old.covered_until, old.covered_by_id, old.covered_at, old.reason_id)
     and (lockbox_is_not_actor(new.covered_by_id) or not lockbox_is_now(new.covered_at))
     or (new.withdrawn_at, new.withdrawn_by_id)
       is distinct from (old.withdrawn_at, old.withdrawn_by_id)
     and (lockbox_is_not_actor(new.withdrawn_by_id) or not lockbox_is_now(new.withdrawn_at)) then
    perform lockbox_refuse('a side door is covered and taken back in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_standing_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  revokes text[] := '{revoked_by_id,revoked_at,revoked_reason,version}';
begin
  if tg_op = 'UPDATE' and old.confirmed_at is not null then
    if to_jsonb(new) - revokes <> to_jsonb(old) - revokes
       or old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at then
      perform lockbox_refuse('a confirmed standing assessment is only revoked');
    end if;
    return new;
  end if;
  if new.confirmed_at is not null and lockbox_is_not_actor(new.confirmed_by_id) then
    perform lockbox_refuse('a standing assessment is confirmed in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_maker_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  later text[] := '{confirmed_by_id,confirmed_at,delegation_rule_id,delegation_snapshot,revoked_by_id,revoked_at,revoked_reason,version}';
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - later = to_jsonb(old) - later then
    return new;
  end if;
  if lockbox_is_not_actor(new.made_by_id) then
    perform lockbox_refuse('a standing assessment is made in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_recipient_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  assessments bigint[] := '{}';
begin
  if tg_op <> 'INSERT' then
    assessments := assessments || old.standing_assessment_id;
  end if;
  if tg_op <> 'DELETE' then
    assessments := assessments || new.standing_assessment_id;
  end if;
  if exists (select from requests_app_standingassessment s
             where s.id = any(assessments)
               and (s.confirmed_at is not null or s.revoked_at is not null
                    or lockbox_is_not_actor(s.made_by_id))) then
    perform lockbox_refuse('the recipients of a standing assessment are those it was confirmed with');
  end if;
  return coalesce(new, old);
end $f$;
create or replace function lockbox_settles_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  rule requests_app_delegationrule;
begin
  if new.confirmed_at is null or tg_op = 'UPDATE' and old.confirmed_at is not null then
    return new;
  end if;
  select * into rule from requests_app_delegationrule where id = new.delegation_rule_id;
  if rule.id is null or rule.decision_type <> 'standing' or rule.product_id is not null
     or rule.authority_id <> new.authority_id
     or not lockbox_rule_in_force(rule.id, lockbox_day(audit_now())) then
    perform lockbox_refuse('the delegation rule does not cover a standing assessment');
  end if;
  if not lockbox_is_delegated(
       new.confirmed_by_id, rule.person_id, rule.role, new.authority_id, null, audit_now()) then
    perform lockbox_refuse('whoever confirms does not hold the delegated role');
  end if;
  if new.delegation_snapshot->>'item_no' is distinct from rule.item_no
     or new.delegation_snapshot->>'board_decision' is distinct from rule.board_decision then
    perform lockbox_refuse('the copy of the delegation is not the rule');
  end if;
  return new;
end $f$;
create or replace function lockbox_reliance_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_standingassessment s
                 join requests_app_secrecyreview v on v.authority_id = s.authority_id
                 join requests_app_accessrequest r on r.id = v.access_request_id
                 join requests_app_connection c on c.id = r.connection_id
                 join requests_app_providerproduct p
                   on p.id = c.product_id and p.provider_id = s.provider_id
                 where s.id = new.standing_assessment_id and v.id = new.review_id) then
    perform lockbox_refuse('the standing assessment is of another authority or provider');
  end if;
  return new;
end $f$;
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
create or replace function lockbox_lapse_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.cause <> '' or new.closed_by_id is not null
       or not lockbox_is_now(new.lapsed_at) or new.due_at <= new.lapsed_at then
      perform lockbox_refuse('a lapse is told when it happens, and its cause afterwards');
    end if;
    return new;
  end if;
  if (new.cause, new.text, new.given_by_id, new.given_at)
       is distinct from (old.cause, old.text, old.given_by_id, old.given_at)
     and (new.cause = '' or not lockbox_is_now(new.given_at)
       or lockbox_is_not_actor(new.given_by_id) or not exists (
         select from lockbox_site_user
         where id = new.given_by_id and is_active and not is_machine)) then
    perform lockbox_refuse('the cause of a lapse is given by a person, in their own name');
  end if;
  if new.closed_by_id is distinct from old.closed_by_id and (
       old.confirmed_by_id is not null
       or coalesce(lockbox_is_not_actor(coalesce(new.closed_by_id, audit_actor())), true)
       or new.closed_by_id is null and audit_actor() = old.closed_by_id) then
    perform lockbox_refuse('a case is closed in one''s own name, and opened by another');
  end if;
  if new.confirmed_by_id is distinct from old.confirmed_by_id and (
       old.confirmed_by_id is not null or lockbox_is_not_actor(new.confirmed_by_id)
       or not lockbox_is_now(new.confirmed_at)) then
    perform lockbox_refuse('a closing is confirmed once, in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_closing_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_decision where review_id = new.id)
     and not exists (select from requests_app_lapse
                     where review_id = new.id and closed_by_id is not null) then
    perform lockbox_refuse('a case is closed with a decision, or in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_reads(digest varchar) returns varchar
  language sql stable strict as $f$
  select coalesce(kept.reads_as_id, kept.digest)
  from public.requests_app_content kept where kept.digest = $1
$f$;
create or replace function lockbox_masked_as(digest varchar) returns varchar
  language sql stable strict as $f$
  select t.reads_id from public.requests_app_maskedtext t
  join public.requests_app_textmask m on m.id = t.mask_id
  where t.original_id = $1 and m.lifted_at is null order by t.id desc limit 1
$f$;
create or replace function lockbox_content_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.reads_as_id is distinct from lockbox_masked_as(new.digest) then
    perform lockbox_refuse('a text reads as its newest mask says that stands');
  end if;
  return new;
end $f$;
create or replace function lockbox_mask_is_worn() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (
       select from requests_app_maskedtext t join requests_app_content c on c.digest = t.original_id
       where t.mask_id = case tg_table_name when 'requests_app_textmask'
           then (to_jsonb(new)->>'id')::bigint else (to_jsonb(new)->>'mask_id')::bigint end
         and c.reads_as_id is distinct from lockbox_masked_as(c.digest)) then
    perform lockbox_refuse('a text reads as its newest mask says that stands');
  end if;
  return null;
end $f$;
create or replace function lockbox_text_mask_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.lifted_at is not null or not lockbox_is_now(new.made_at) or not exists (
         select from requests_app_secrecyreview s
         where s.id = new.review_id and s.status <> 'stopped'
           and (new.request_id is null or exists (
             select from requests_app_datasubjectrequest r
             where r.id = new.request_id and r.authority_id = s.authority_id))) then
      perform lockbox_refuse('personal data are masked now, at the authority that was asked, in no stopped case');
    end if;
    return new;
  end if;
  if old.lifted_at is not null then
    perform lockbox_refuse('a restriction that was lifted stays so');
  end if;
  if new.lifted_at is not null and (lockbox_is_not_actor(new.lifted_by_id) or not lockbox_is_now(new.lifted_at)
       or new.subject_told_on > lockbox_day(audit_now())
       or new.subject_told_on < lockbox_day(old.made_at)) then
    perform lockbox_refuse('a restriction is lifted after the data subject was told');
  end if;
  return new;
end $f$;
create or replace function lockbox_masked_text_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_textmask m
                 where m.id = new.mask_id and lockbox_is_now(m.made_at))
     or exists (select from requests_app_maskedtext t join requests_app_textmask m on m.id = t.mask_id
                where t.original_id = new.original_id and m.kind = 'restriction' and m.lifted_at is null)
     or exists (select from requests_app_maskedtext t where t.reads_id = new.original_id) then
    perform lockbox_refuse('a text is masked with its mask, and not while it is restricted');
  end if;
  return new;
end $f$;
create or replace function lockbox_recipient_notice_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' and new.told_at is not null
     or tg_op = 'UPDATE' and (old.told_at is not null or not lockbox_is_now(new.told_at)) then
    perform lockbox_refuse('a recipient is told once, after the text was masked');
  end if;
  return new;
end $f$;
create or replace function lockbox_confirmed(
  about text, id bigint, act text, was jsonb, becomes jsonb
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_registerchange c
    join audit_app_ledgerentry e on e.object_type = 'requests_app_registerchange'
      and e.object_id = c.id::text and e.kind = 'change'
      and e.xid = pg_current_xact_id()
    where c.row_table = about and c.row_id is not distinct from $2 and c.act = $3
      and c.confirmed_by_id <> c.proposed_by_id
      and c.confirmed_by_id::text = current_setting('lockbox.actor_id', true)
      and c.old_values @> was and c.new_values @> becomes)
$f$;
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
  -- What is run for a municipality that leaves ends with it, and agreements of an
  -- authority where it moves: the owner's login does both.
  if was is not null
     and not (lockbox_delivers() and (
       was = '{"is_active": true}'
       or before->'municipality_id' is distinct from after->'municipality_id'))
     and not lockbox_confirmed(tg_table_name, old.id, 'change', was, becomes) then
    perform lockbox_refuse(tg_table_name || ' is changed by two persons');
  end if;
  return new;
end $f$;
create or replace function lockbox_confirmers_settle(about text) returns boolean
  language sql immutable as $f$
  select about = any ('{requests_app_authority,requests_app_cloudobject,'
    'requests_app_cloudobjectinformationset,requests_app_connection,requests_app_mailrule,'
    'requests_app_noticeladder,requests_app_processingpaper,requests_app_provider,'
    'requests_app_providerlog,requests_app_providerproduct,requests_app_publisher,'
    'requests_app_readinglimit,requests_app_reconciliationrule,requests_app_registerpage,'
    'requests_app_retentionrule,requests_app_secrecybranch}'::text[])
$f$;
create or replace function lockbox_works_at(
  person bigint, authority bigint, proposes boolean
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_roleassignment r
    where r.person_id = person and r.authority_id = coalesce(authority, r.authority_id)
      and not (proposes and r.role = 'confirmer')
      and lockbox_holds_role(person, r.role, r.authority_id, r.branch_id, clock_timestamp()))
$f$;
create or replace function lockbox_registerchange_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  settles text[] := '{confirmed_by_id,confirmed_at,refused_by_id,refused_at,refusal_reason,version}';
  actor text := current_setting('lockbox.actor_id', true);
  named text := coalesce(new.new_values->>'person_id', '');
begin
  if tg_op = 'INSERT' then
    if new.proposed_by_id::text is distinct from actor or new.proposed_by_id::text = named
       or num_nonnulls(new.confirmed_by_id, new.confirmed_at, new.refused_by_id, new.refused_at) > 0 then
      perform lockbox_refuse('a change is proposed in one''s own name, and not for oneself');
    end if;
    if lockbox_works_at(new.proposed_by_id, new.authority_id, false)
       and not lockbox_works_at(new.proposed_by_id, new.authority_id, true) then
      perform lockbox_refuse('who only confirms proposes nothing');
    end if;
    return new;
  end if;
  if to_jsonb(new) - settles <> to_jsonb(old) - settles
     or old.confirmed_at is not null or old.refused_at is not null then
    perform lockbox_refuse('a proposed change is only settled, and once');
  end if;
  if num_nonnulls(new.confirmed_by_id, new.confirmed_at) = 1
     or num_nonnulls(new.refused_by_id, new.refused_at) = 1
     or coalesce(new.confirmed_by_id, new.refused_by_id)::text is distinct from actor
     or new.confirmed_by_id::text = named
     or exists (select from lockbox_site_user u
                where u.id::text = actor and u.is_machine) then
    perform lockbox_refuse('a change is settled by a person in their own name');
  end if;
  if new.confirmed_by_id is not null
     and not lockbox_works_at(new.confirmed_by_id, new.authority_id,
                              not lockbox_confirmers_settle(new.row_table)) then
    perform lockbox_refuse('a change is settled by who works at the authority, as more than a confirmer');
  end if;
  return new;
end $f$;
create or replace function lockbox_is_listed(id bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from requests_app_informationset s
                 where s.id = $1 and s.is_named_list)
$f$;
create or replace function lockbox_lowers(
  about bigint, starts date, level integer
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(level < (
    select c.confidentiality from requests_app_securityclassification c
    where c.information_set_id = about and c.valid_from < starts
    order by c.valid_from desc limit 1), false)
$f$;
create or replace function lockbox_list_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor text := current_setting('lockbox.actor_id', true);
begin
  if old.is_named_list and not new.is_named_list and (
       old.listed_by_id is null or old.list_confirmed_by_id is not null
       or old.listed_by_id::text = actor) then
    perform lockbox_refuse('a review leaves a named list by another than put it there');
  end if;
  if new.listed_by_id is distinct from old.listed_by_id
     and new.listed_by_id::text is distinct from actor
     and (new.listed_by_id is not null or new.is_named_list)
     or new.list_confirmed_by_id is distinct from old.list_confirmed_by_id
     and (new.list_confirmed_by_id::text is distinct from actor
          or old.list_confirmed_by_id is not null) then
    perform lockbox_refuse('a review is put on a named list in one''s own name');
  end if;
  return new;
end $f$;
create or replace function lockbox_set_begins_open() returns trigger
  language plpgsql as $f$
begin
  perform lockbox_refuse('a set is put on a named list by two persons');
  return null;
end $f$;
create or replace function lockbox_link_kept() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (
       select from requests_app_cloudobject o
       join requests_app_informationset s on s.authority_id = o.authority_id
       where o.id = old.cloud_object_id and s.id = old.information_set_id) then
    perform lockbox_refuse(tg_table_name || ' is kept');
  end if;
  return old;
end $f$;
create index content_words on requests_app_content
  using gin (to_tsvector('pg_catalog.swedish', lockbox_folded(body)))
  where media_type = 'text/plain' and size <= 80000;
create index content_threes on requests_app_content
  using gin (show_trgm(lockbox_folded(body)))
  where media_type = 'text/plain' and size <= 80000;
create index cloudobject_swedish on requests_app_cloudobject
  (lockbox_swedish(designation) collate "C");
create index requestedobject_parts on requests_app_requestedobject
  using gin (upper(external_id::text) gin_trgm_ops);
create index accessrequest_number_parts on requests_app_accessrequest
  using gin (upper(external_id::text) gin_trgm_ops);
create index accessrequest_support_parts on requests_app_accessrequest
  using gin (upper(support_case::text) gin_trgm_ops);
create index accessrequest_audit_id_parts on requests_app_accessrequest
  using gin (upper(audit_id::text) gin_trgm_ops);
create index secrecyreview_diary_parts on requests_app_secrecyreview
  using gin (upper(diary_number::text) gin_trgm_ops);
create index historicalsecrecyreview_lapsed on requests_app_historicalsecrecyreview
  (history_date desc, history_id desc) where status = 'lapsed';
create trigger lockbox_guard before insert or update on requests_app_alteration
  for each row execute function lockbox_alteration_guard();
create trigger lockbox_guard before insert or update or delete on requests_app_idempotencykey
  for each row execute function lockbox_idempotencykey_guard();
create trigger lockbox_guard before insert or update on requests_app_savedaudit
  for each row execute function lockbox_savedaudit_guard();
create constraint trigger lockbox_drawn after insert on requests_app_savedaudit
  deferrable initially deferred for each row execute function lockbox_sample_drawn();
create trigger lockbox_guard before insert on requests_app_sampledcase
  for each row execute function lockbox_sampledcase_guard();
create trigger lockbox_guard before insert or update on requests_app_auditfinding
  for each row execute function lockbox_auditfinding_guard();
create trigger lockbox_dated after insert or update of status, closed_at, matter
  on requests_app_secrecyreview
  for each row execute function lockbox_disposal_dated();
create trigger lockbox_dated after insert or update on requests_app_disposalrule
  for each row execute function lockbox_disposal_ruled();
create trigger lockbox_guard before insert or update on requests_app_disposal
  for each row execute function lockbox_disposal_guard();
create trigger lockbox_guard before insert or update on requests_app_disposalitem
  for each row execute function lockbox_disposalitem_guard();
create trigger lockbox_guard before insert on requests_app_disposalanswer
  for each row execute function lockbox_disposalanswer_guard();
create trigger lockbox_dated after insert on requests_app_disposalanswer
  for each row when (new.answer = 'retain') execute function lockbox_disposal_retained();
create trigger lockbox_guard before insert or update on requests_app_datasubjectrequest
  for each row execute function lockbox_data_subject_request_guard();
create trigger lockbox_guard before insert on requests_app_disclosure
  for each row execute function lockbox_disclosure_guard();
create trigger lockbox_guard before insert or update on requests_app_proposal
  for each row execute function lockbox_proposal_guard();
create trigger lockbox_guard before insert or update on requests_app_returncomment
  for each row execute function lockbox_return_comment_guard();
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_standingreliance, requests_app_condition, requests_app_reservation}'::text[] loop
    execute format('create trigger lockbox_guard before insert on %1$s for each row execute function lockbox_terms_guard()',
      place);
  end loop;
end $d$;
create trigger lockbox_guard before insert on requests_app_decision
  for each row execute function lockbox_decision_guard();
create trigger lockbox_parts_guard before insert on requests_app_decision
  for each row execute function lockbox_parts_guard();
create trigger lockbox_terms_guard before insert on requests_app_decision
  for each row execute function lockbox_decision_terms_guard();
create trigger lockbox_reasons_guard before insert on requests_app_decision
  for each row execute function lockbox_reasons_guard();
create trigger lockbox_sum_guard before insert on requests_app_decision
  for each row execute function lockbox_sum_guard();
create trigger lockbox_foreign_demand_guard before insert on requests_app_decision
  for each row execute function lockbox_foreign_demand_guard();
create trigger lockbox_guard before insert or update on requests_app_requestforreasons
  for each row execute function lockbox_reasons_asked_guard();
create trigger lockbox_guard before insert on requests_app_serviceofdecision
  for each row execute function lockbox_service_guard();
create trigger lockbox_served_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_served_guard();
create trigger lockbox_guard before insert or update on requests_app_incomingappeal
  for each row execute function lockbox_appeal_guard();
create trigger lockbox_guard before insert or update on requests_app_delegationrule
  for each row execute function lockbox_delegation_guard();
create trigger lockbox_subdelegation_guard before insert or update on requests_app_delegationrule
  for each row execute function lockbox_subdelegation_guard();
create trigger lockbox_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_delivery_guard();
create trigger lockbox_ground_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_ground_guard();
create trigger lockbox_answer_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_answer_guard();
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_accessgrant, requests_app_delivery}'::text[] loop
    execute format('create trigger lockbox_opened_guard before insert or update on %1$s for each row execute function lockbox_opened_guard()',
      place);
  end loop;
end $d$;
create trigger lockbox_guard before insert or update on requests_app_outboxmessage
  for each row execute function lockbox_outbox_guard();
create trigger lockbox_guard before insert or update on requests_app_sandboxrequest
  for each row execute function lockbox_sandbox_guard();
create trigger lockbox_outbox_wakes after insert on requests_app_outboxmessage
  for each statement execute function lockbox_outbox_wakes();
create trigger lockbox_guard before insert or update on requests_app_comparison
  for each row execute function lockbox_comparison_guard();
create trigger lockbox_compared before insert on requests_app_accessgrant
  for each row execute function lockbox_compared_first();
create trigger lockbox_guard before insert or update on requests_app_deviation
  for each row execute function lockbox_deviation_guard();
create trigger lockbox_guard before insert on requests_app_accessevent
  for each row execute function lockbox_event_guard();
create trigger lockbox_guard before insert on requests_app_eventoutcome
  for each row execute function lockbox_outcome_guard();
create trigger lockbox_guard before insert on requests_app_deviationevent
  for each row execute function lockbox_deviation_event_guard();
create trigger lockbox_deviation_keeps_open before update on requests_app_secrecyreview
  for each row execute function lockbox_deviation_keeps_open();
create trigger lockbox_guard before insert on requests_app_breach
  for each row execute function lockbox_breach_guard();
create trigger lockbox_guard before insert or update on requests_app_incidentduty
  for each row execute function lockbox_duty_guard();
create trigger lockbox_guard before update on requests_app_drill
  for each row execute function lockbox_drill_guard();
create trigger lockbox_guard before insert or update on requests_app_drillcall
  for each row execute function lockbox_drillcall_guard();
create trigger lockbox_guard before insert or update on requests_app_firstmanagers
  for each row execute function lockbox_first_managers_guard();
create trigger lockbox_guard before update on requests_app_freeze
  for each row execute function lockbox_freeze_guard();
create trigger lockbox_waits before update on requests_app_standingassessment
  for each row when (new.revoked_at is distinct from old.revoked_at)
  execute function lockbox_freeze_waits();
create trigger lockbox_waits before update on requests_app_consent
  for each row when (new.withdrawn_at is distinct from old.withdrawn_at)
  execute function lockbox_freeze_waits();
create trigger lockbox_waits before insert on requests_app_freeze
  for each row execute function lockbox_freeze_waits();
create trigger lockbox_guard before insert or update on requests_app_accessgrant
  for each row execute function lockbox_grant_guard();
create trigger lockbox_revoked_guard before insert or update on requests_app_accessrequest
  for each row execute function lockbox_revoked_guard();
create trigger lockbox_guard before insert or update on requests_app_revocation
  for each row execute function lockbox_revocation_guard();
create constraint trigger lockbox_revokes after insert on requests_app_revocation
  deferrable initially deferred for each row execute function lockbox_revokes();
create trigger lockbox_guard before insert or update on requests_app_disclosuredecision
  for each row execute function lockbox_disclosure_decision_guard();
create trigger lockbox_guard before insert or update on requests_app_disclosurerequest
  for each row execute function lockbox_disclosure_request_guard();
create trigger lockbox_guard before insert or update on requests_app_discloseddocument
  for each row execute function lockbox_disclosed_document_guard();
create trigger lockbox_guard before insert or update on requests_app_redaction
  for each row execute function lockbox_redaction_guard();
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_authority, lockbox_site_user, requests_app_provider}'::text[] loop
    execute format('create trigger lockbox_municipality_stays before update on %1$s for each row when (new.municipality_id is distinct from old.municipality_id) execute function lockbox_municipality_stays()',
      place);
  end loop;
end $d$;
create trigger lockbox_municipality_made before insert on requests_app_authority
  for each row execute function lockbox_municipality_stays();
create trigger lockbox_municipality_stays before insert or update on requests_app_municipality
  for each row execute function lockbox_municipality_stays();
create trigger lockbox_stays_within before insert on requests_app_secrecyreview
  for each row execute function lockbox_stays_within();
create trigger lockbox_stays_within before insert or update of authority_id, system_id
  on requests_app_cloudobject for each row execute function lockbox_stays_within();
create trigger lockbox_runs_own_product before insert or update of product_id, authority_id
  on requests_app_connection for each row execute function lockbox_runs_own_product();
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_assignment, requests_app_reviewuserpermission}'::text[] loop
    execute format('create trigger lockbox_works_within before insert on %1$s for each row execute function lockbox_works_within()',
      place);
  end loop;
end $d$;
do $d$ declare place text; begin
  foreach place in array '{
    lockbox_site_user, requests_app_connection}'::text[] loop
    execute format('create trigger lockbox_has_left before insert or update on %1$s for each row when (new.is_active) execute function lockbox_has_left()',
      place);
  end loop;
end $d$;
do $d$ declare place text; begin
  foreach place in array '{
    lockbox_site_scimtoken, requests_app_roleassignment}'::text[] loop
    execute format('create trigger lockbox_has_left before insert or update on %1$s for each row when (new.ended_at is null) execute function lockbox_has_left()',
      place);
  end loop;
end $d$;
create trigger lockbox_has_left before insert on requests_app_authority
  for each row execute function lockbox_has_left();
create trigger lockbox_guard before insert or update on requests_app_noticeladder
  for each row execute function lockbox_noticeladder_guard();
create trigger lockbox_guard before insert on requests_app_requestladder
  for each row execute function lockbox_noticeladder_guard();
create trigger lockbox_guard before insert on requests_app_turntaken
  for each row execute function lockbox_turntaken_guard();
create trigger lockbox_guard before insert or update on requests_app_laddernotice
  for each row execute function lockbox_laddernotice_guard();
create trigger lockbox_guard before update on requests_app_pushdevice
  for each row execute function lockbox_pushdevice_guard();
create trigger lockbox_guard before insert or update on requests_app_noticechannel
  for each row execute function lockbox_noticechannel_guard();
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_channelnotice, requests_app_sentnotice}'::text[] loop
    execute format('create trigger lockbox_guard before insert on %1$s for each row execute function lockbox_sentnotice_guard()',
      place);
  end loop;
end $d$;
create trigger lockbox_guard before insert or update on requests_app_recertification
  for each row execute function lockbox_recertification_guard();
create trigger lockbox_entry_guard before update on requests_app_accessrequest
  for each row execute function lockbox_entry_guard();
create trigger lockbox_moved_guard before update on requests_app_accessrequest
  for each row execute function lockbox_moved_guard();
create trigger lockbox_object_guard before insert or update on requests_app_requestedobject
  for each row execute function lockbox_object_guard();
create trigger lockbox_dropped_guard before update on requests_app_secrecyreview
  for each row when (new.status = 'dropped' and old.status <> 'dropped')
  execute function lockbox_dropped_guard();
create trigger lockbox_guard before insert or update on requests_app_secrecyreview
  for each row execute function lockbox_review_guard();
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_part, requests_app_harmtest, requests_app_assessmentanswer}'::text[] loop
    execute format('create trigger lockbox_guard before insert or update on %1$s for each row execute function lockbox_assessment_guard()',
      place);
  end loop;
end $d$;
create trigger lockbox_part_guard before insert or update on requests_app_part
  for each row execute function lockbox_part_guard();
create trigger lockbox_part_guard before insert or update on requests_app_harmtest
  for each row execute function lockbox_tested_part_guard();
create trigger lockbox_guard before insert or update on requests_app_consultation
  for each row execute function lockbox_consultation_guard();
create trigger lockbox_guard before insert or update on requests_app_consent
  for each row execute function lockbox_consent_guard();
create trigger lockbox_guard before insert on requests_app_conditionfollowup
  for each row execute function lockbox_follow_up_guard();
create trigger lockbox_guard before insert or update on requests_app_roleassignment
  for each row execute function lockbox_roleassignment_guard();
create trigger lockbox_role_kept after update on requests_app_roleassignment
  for each row when (old.confirmed_at is not null)
  execute function lockbox_role_kept();
create trigger lockbox_account_kept after update on lockbox_site_user
  for each row when (old.is_active and not old.is_machine
    and (not new.is_active or new.directory_roles is distinct from old.directory_roles))
  execute function lockbox_account_kept();
create trigger lockbox_guard before insert or update on requests_app_sidedoor
  for each row execute function lockbox_side_door_guard();
create trigger lockbox_guard before insert or update on requests_app_standingassessment
  for each row execute function lockbox_standing_guard();
create trigger lockbox_maker_guard before insert or update on requests_app_standingassessment
  for each row execute function lockbox_maker_guard();
create trigger lockbox_guard before insert or update or delete on requests_app_standingrecipient
  for each row execute function lockbox_recipient_guard();
create trigger lockbox_settles_guard before insert or update on requests_app_standingassessment
  for each row execute function lockbox_settles_guard();
create trigger lockbox_reliance_guard before insert on requests_app_standingreliance
  for each row execute function lockbox_reliance_guard();
create trigger lockbox_guard before insert or update on requests_app_subsequentreview
  for each row execute function lockbox_subsequentreview_guard();
create constraint trigger lockbox_night_is_looked_at after insert on requests_app_decision
  deferrable initially deferred for each row execute function lockbox_night_is_looked_at();
create trigger lockbox_guard before insert or update on requests_app_lapse
  for each row execute function lockbox_lapse_guard();
create trigger lockbox_closing before update on requests_app_secrecyreview
  for each row when (new.status = 'closed' and old.status <> 'closed')
  execute function lockbox_closing_guard();
create trigger lockbox_guard before insert or update on requests_app_content
  for each row execute function lockbox_content_guard();
create constraint trigger lockbox_worn after insert on requests_app_maskedtext
  deferrable initially deferred for each row execute function lockbox_mask_is_worn();
create constraint trigger lockbox_worn after update on requests_app_textmask
  deferrable initially deferred for each row execute function lockbox_mask_is_worn();
create trigger lockbox_guard before insert or update on requests_app_textmask
  for each row execute function lockbox_text_mask_guard();
create trigger lockbox_guard before insert on requests_app_maskedtext
  for each row execute function lockbox_masked_text_guard();
create trigger lockbox_guard before insert or update on requests_app_recipientnotice
  for each row execute function lockbox_recipient_notice_guard();
create trigger lockbox_guard before insert or update on requests_app_registerchange
  for each row execute function lockbox_registerchange_guard();
create trigger lockbox_list_guard before update on requests_app_secrecyreview
  for each row when (old.is_named_list is distinct from new.is_named_list
    or old.listed_by_id is distinct from new.listed_by_id
    or old.list_confirmed_by_id is distinct from new.list_confirmed_by_id)
  execute function lockbox_list_guard();
create trigger lockbox_begins_open before insert on requests_app_informationset
  for each row when (new.is_named_list) execute function lockbox_set_begins_open();
create trigger lockbox_kept before delete on requests_app_cloudobjectinformationset
  for each row execute function lockbox_link_kept();
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_absence, requests_app_accessibilityfault, requests_app_accessibilitystatement,
    requests_app_authority, requests_app_classificationlabel, requests_app_cloudobject,
    requests_app_cloudobjectinformationset, requests_app_cloudsystem, requests_app_connection,
    requests_app_contractclient, requests_app_delegationrule, requests_app_firstmanagers,
    requests_app_drill, requests_app_drillcall, requests_app_informationset,
    requests_app_informationsetperson, requests_app_informationsetprovision, requests_app_loggap,
    requests_app_mailrule, requests_app_municipality, requests_app_noticechoice,
    requests_app_noticeladder, requests_app_origin, requests_app_original, requests_app_provider,
    requests_app_providerproduct, requests_app_processingpaper, requests_app_providerlog,
    requests_app_provision, requests_app_publication, requests_app_publisher,
    requests_app_readinglimit, requests_app_reconciliationrule, requests_app_registerchange,
    requests_app_retentionrule, requests_app_roleassignment, requests_app_rosterauthority,
    requests_app_rosterpattern, requests_app_secrecybranch, requests_app_securityclassification,
    requests_app_shift, requests_app_shiftoffer, requests_app_statuteparagraph,
    requests_app_disposal, requests_app_disposalanswer, requests_app_disposalitem,
    requests_app_disposalrule, requests_app_discloseddocument, requests_app_disclosuredecision,
    requests_app_disclosure, requests_app_disclosurerequest, requests_app_disclosuretariff,
    requests_app_redaction, requests_app_diaryentry, requests_app_recipientnotice,
    requests_app_registerpage, requests_app_secrecymark, requests_app_archivedelivery,
    requests_app_boardreport, requests_app_transparencyreport, requests_app_accessgrant,
    requests_app_accessrequest, requests_app_alteration, requests_app_arrivalhandled,
    requests_app_assessmentanswer, requests_app_assignment, requests_app_attachment,
    requests_app_auditfinding, requests_app_breach, requests_app_comparison, requests_app_condition,
    requests_app_conditionfollowup, requests_app_conflictdeclaration, requests_app_consent,
    requests_app_consultation, requests_app_correction, requests_app_datasubjectrequest,
    requests_app_decision, requests_app_decisiondocument, requests_app_delivery,
    requests_app_deviation, requests_app_filenote, requests_app_freeze, requests_app_harmtest,
    requests_app_incidentduty, requests_app_incomingappeal, requests_app_lapse,
    requests_app_maskedtext, requests_app_message, requests_app_outsideanswer, requests_app_part,
    requests_app_proposal, requests_app_recertification, requests_app_reporteddecision,
    requests_app_requestforreasons, requests_app_requestladder, requests_app_requestedobject,
    requests_app_reservation, requests_app_returncomment, requests_app_reviewuserpermission,
    requests_app_revocation, requests_app_sampledcase, requests_app_savedaudit,
    requests_app_secrecyreview, requests_app_seenrevision, requests_app_serviceofdecision,
    requests_app_standingassessment, requests_app_standingrecipient, requests_app_standingreliance,
    requests_app_sidedoor, requests_app_supportticket, requests_app_subsequentreview,
    requests_app_textmask, requests_app_translation, requests_app_turntaken}'::text[] loop
    execute format('create constraint trigger audit_history after insert or update or delete on %1$s deferrable initially deferred for each row execute function audit_history_matches(''%2$s'', ''{}'')',
      place, regexp_replace(place, '_([^_]+)$', '_historical\1'));
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalabsence for each row execute function audit_history_stamp('requests_app_absence');
create trigger audit_change after insert on requests_app_historicalabsence for each row execute function audit_history_tells_a_change('requests_app_absence');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_historicalabsence, requests_app_historicalaccessibilityfault,
    requests_app_historicalaccessibilitystatement, requests_app_historicalauthority,
    requests_app_historicalclassificationlabel, requests_app_historicalcloudobject,
    requests_app_historicalcloudobjectinformationset, requests_app_historicalcloudsystem,
    requests_app_historicalconnection, requests_app_historicalcontractclient,
    requests_app_historicaldelegationrule, requests_app_historicalfirstmanagers,
    requests_app_historicaldrill, requests_app_historicaldrillcall,
    requests_app_historicalinformationset, requests_app_historicalinformationsetperson,
    requests_app_historicalinformationsetprovision, requests_app_historicalloggap,
    requests_app_historicalmailrule, requests_app_historicalmunicipality,
    requests_app_historicalnoticechannel, requests_app_historicalnoticechoice,
    requests_app_historicalnoticeladder, requests_app_historicalorigin,
    requests_app_historicaloriginal, requests_app_historicalphonenumber,
    requests_app_historicalprovider, requests_app_historicalproviderproduct,
    requests_app_historicalprocessingpaper, requests_app_historicalproviderlog,
    requests_app_historicalprovision, requests_app_historicalpublication,
    requests_app_historicalpublisher, requests_app_historicalpushdevice,
    requests_app_historicalreadinglimit, requests_app_historicalreconciliationrule,
    requests_app_historicalregisterchange, requests_app_historicalretentionrule,
    requests_app_historicalroleassignment, requests_app_historicalrosterauthority,
    requests_app_historicalrostercalendar, requests_app_historicalrostergroup,
    requests_app_historicalrosterpattern, requests_app_historicalsecrecybranch,
    requests_app_historicalsecurityclassification, requests_app_historicalshift,
    requests_app_historicalshiftoffer, requests_app_historicalstatuteparagraph,
    requests_app_historicalwebhooksecret, requests_app_historicaldisposal,
    requests_app_historicaldisposalanswer, requests_app_disposalanswer,
    requests_app_historicaldisposalitem, requests_app_historicaldisposalrule,
    requests_app_disposedcase, requests_app_historicaldiscloseddocument,
    requests_app_historicaldisclosuredecision, requests_app_historicaldisclosure,
    requests_app_disclosure, requests_app_historicaldisclosurerequest,
    requests_app_historicaldisclosuretariff, requests_app_historicalredaction,
    requests_app_historicaldiaryentry, requests_app_historicalrecipientnotice,
    requests_app_historicalregisterpage, requests_app_historicalsecrecymark,
    requests_app_historicalarchivedelivery, requests_app_historicalboardreport,
    requests_app_boardreport, requests_app_historicaltransparencyreport,
    requests_app_transparencyreport, requests_app_accessevent, requests_app_historicalaccessgrant,
    requests_app_historicalaccessrequest, requests_app_accessuse, requests_app_historicalalteration,
    requests_app_arrival, requests_app_historicalarrivalhandled,
    requests_app_historicalassessmentanswer, requests_app_historicalassignment,
    requests_app_historicalattachment, requests_app_attachment, requests_app_historicalauditfinding,
    requests_app_historicalbreach, requests_app_breach, requests_app_historicalcomparison,
    requests_app_historicalcondition, requests_app_condition,
    requests_app_historicalconditionfollowup, requests_app_conditionfollowup,
    requests_app_historicalconflictdeclaration, requests_app_conflictdeclaration,
    requests_app_historicalconsent, requests_app_historicalconsultation,
    requests_app_historicalcorrection, requests_app_correction,
    requests_app_historicaldatasubjectrequest, requests_app_historicaldecision,
    requests_app_decision, requests_app_historicaldecisiondocument, requests_app_decisiondocument,
    requests_app_historicaldelivery, requests_app_historicaldeviation, requests_app_deviationevent,
    requests_app_eventoutcome, requests_app_historicalfilenote, requests_app_filenote,
    requests_app_historicalfreeze, requests_app_historicalharmtest,
    requests_app_historicalincidentduty, requests_app_historicalincomingappeal,
    requests_app_historicallapse, requests_app_historicalmaskedtext, requests_app_maskedtext,
    requests_app_historicalmessage, requests_app_outboxattempt,
    requests_app_historicaloutsideanswer, requests_app_historicalpart,
    requests_app_historicalproposal, requests_app_receivedmail,
    requests_app_historicalrecertification, requests_app_replaybatch, requests_app_replayedcase,
    requests_app_replayrun, requests_app_historicalreporteddecision, requests_app_reporteddecision,
    requests_app_historicalrequestforreasons, requests_app_historicalrequestladder,
    requests_app_historicalrequestedobject, requests_app_historicalreservation,
    requests_app_reservation, requests_app_historicalreturncomment,
    requests_app_historicalreviewuserpermission, requests_app_historicalrevocation,
    requests_app_historicalsampledcase, requests_app_sampledcase, requests_app_historicalsavedaudit,
    requests_app_historicalsecrecyreview, requests_app_historicalseenrevision,
    requests_app_historicalserviceofdecision, requests_app_serviceofdecision,
    requests_app_historicalstandingassessment, requests_app_historicalstandingrecipient,
    requests_app_historicalstandingreliance, requests_app_standingreliance,
    requests_app_historicalsidedoor, requests_app_historicalsupportticket,
    requests_app_historicalsubsequentreview, requests_app_historicaltextmask,
    requests_app_historicaltranslation, requests_app_translation,
    requests_app_historicalturntaken}'::text[] loop
    execute format('create trigger audit_append_only before update or delete on %1$s for each row execute function audit_append_only()',
      place);
  end loop;
end $d$;
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_historicalabsence, requests_app_historicalaccessibilityfault,
    requests_app_historicalaccessibilitystatement, requests_app_historicalauthority,
    requests_app_historicalclassificationlabel, requests_app_historicalcloudobject,
    requests_app_historicalcloudobjectinformationset, requests_app_historicalcloudsystem,
    requests_app_historicalconnection, requests_app_historicalcontractclient,
    requests_app_coveragegap, requests_app_historicaldelegationrule,
    requests_app_historicalfirstmanagers, requests_app_historicaldrill,
    requests_app_historicaldrillcall, requests_app_historicalinformationset,
    requests_app_historicalinformationsetperson, requests_app_historicalinformationsetprovision,
    requests_app_historicalloggap, requests_app_logposition, requests_app_historicalmailrule,
    requests_app_historicalmunicipality, requests_app_historicalnoticechannel,
    requests_app_historicalnoticechoice, requests_app_historicalnoticeladder,
    requests_app_historicalorigin, requests_app_historicaloriginal,
    requests_app_historicalphonenumber, requests_app_historicalprovider,
    requests_app_historicalproviderproduct, requests_app_historicalprocessingpaper,
    requests_app_historicalproviderlog, requests_app_historicalprovision,
    requests_app_historicalpublication, requests_app_historicalpublisher, requests_app_readiness,
    requests_app_historicalpushdevice, requests_app_historicalreadinglimit,
    requests_app_historicalreconciliationrule, requests_app_refusedaddress,
    requests_app_historicalregisterchange, requests_app_historicalretentionrule,
    requests_app_historicalroleassignment, requests_app_historicalrosterauthority,
    requests_app_historicalrostercalendar, requests_app_historicalrostergroup,
    requests_app_historicalrosterpattern, requests_app_historicalsecrecybranch,
    requests_app_historicalsecurityclassification, requests_app_historicalshift,
    requests_app_historicalshiftoffer, requests_app_historicalstatuteparagraph,
    requests_app_historicalwebhooksecret, requests_app_historicaldisposal,
    requests_app_historicaldisposalanswer, requests_app_disposalanswer, requests_app_disposaldate,
    requests_app_historicaldisposalitem, requests_app_historicaldisposalrule,
    requests_app_disposedcase, requests_app_historicaldiscloseddocument,
    requests_app_historicaldisclosuredecision, requests_app_historicaldisclosure,
    requests_app_disclosure, requests_app_historicaldisclosurerequest,
    requests_app_historicaldisclosuretariff, requests_app_historicalredaction,
    requests_app_historicaldiaryentry, requests_app_historicalrecipientnotice,
    requests_app_historicalregisterpage, requests_app_historicalsecrecymark,
    requests_app_historicalarchivedelivery, requests_app_historicalboardreport,
    requests_app_boardreport, requests_app_historicaltransparencyreport,
    requests_app_transparencyreport, requests_app_accessevent, requests_app_historicalaccessgrant,
    requests_app_historicalaccessrequest, requests_app_accessuse, requests_app_historicalalteration,
    requests_app_arrival, requests_app_historicalarrivalhandled,
    requests_app_historicalassessmentanswer, requests_app_historicalassignment,
    requests_app_historicalattachment, requests_app_attachment, requests_app_historicalauditfinding,
    requests_app_historicalbreach, requests_app_breach, requests_app_channelnotice,
    requests_app_historicalcomparison, requests_app_historicalcondition, requests_app_condition,
    requests_app_historicalconditionfollowup, requests_app_conditionfollowup,
    requests_app_historicalconflictdeclaration, requests_app_conflictdeclaration,
    requests_app_historicalconsent, requests_app_historicalconsultation, requests_app_content,
    requests_app_historicalcorrection, requests_app_correction,
    requests_app_historicaldatasubjectrequest, requests_app_historicaldecision,
    requests_app_decision, requests_app_historicaldecisiondocument, requests_app_decisiondocument,
    requests_app_historicaldelivery, requests_app_historicaldeviation, requests_app_deviationevent,
    requests_app_eventoutcome, requests_app_historicalfilenote, requests_app_filenote,
    requests_app_forminuse, requests_app_historicalfreeze, requests_app_historicalharmtest,
    requests_app_heartbeat, requests_app_idempotencykey, requests_app_historicalincidentduty,
    requests_app_historicalincomingappeal, requests_app_mailboxposition,
    requests_app_historicallapse, requests_app_historicalmaskedtext, requests_app_maskedtext,
    requests_app_historicalmessage, requests_app_outboxattempt, requests_app_outboxmessage,
    requests_app_historicaloutsideanswer, requests_app_historicalpart,
    requests_app_historicalproposal, requests_app_receivedmail,
    requests_app_historicalrecertification, requests_app_replaybatch, requests_app_replayedcase,
    requests_app_replayrun, requests_app_historicalreporteddecision, requests_app_reporteddecision,
    requests_app_historicalrequestforreasons, requests_app_historicalrequestladder,
    requests_app_historicalrequestedobject, requests_app_historicalreservation,
    requests_app_reservation, requests_app_historicalreturncomment,
    requests_app_historicalreviewuserpermission, requests_app_historicalrevocation,
    requests_app_historicalsampledcase, requests_app_sampledcase, requests_app_sandboxrequest,
    requests_app_historicalsavedaudit, requests_app_laddernotice,
    requests_app_historicalsecrecyreview, requests_app_historicalseenrevision,
    requests_app_sentnotice, requests_app_historicalserviceofdecision,
    requests_app_serviceofdecision, requests_app_historicalstandingassessment,
    requests_app_historicalstandingrecipient, requests_app_historicalstandingreliance,
    requests_app_standingreliance, requests_app_historicalsidedoor,
    requests_app_historicalsupportticket, requests_app_historicalsubsequentreview,
    requests_app_historicaltextmask, requests_app_historicaltranslation, requests_app_translation,
    requests_app_historicalturntaken, requests_app_draft}'::text[] loop
    execute format('create trigger audit_no_truncate before truncate on %1$s for each statement execute function audit_append_only()',
      place);
  end loop;
end $d$;
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_absence, requests_app_authority, requests_app_cloudsystem,
    requests_app_contractclient, requests_app_municipality, requests_app_provider,
    requests_app_providerproduct, requests_app_provision, requests_app_statuteparagraph,
    requests_app_accessevent, requests_app_accessgrant, requests_app_accessrequest,
    requests_app_accessuse, requests_app_arrival, requests_app_arrivalhandled,
    requests_app_delivery, requests_app_deviationevent, requests_app_eventoutcome,
    requests_app_outboxattempt, requests_app_outsideanswer, requests_app_receivedmail,
    requests_app_requestladder}'::text[] loop
    execute format('create trigger audit_ledger after insert or update or delete on %1$s for each row execute function audit_ledger_change(''{}'', ''select null::bigint'', ''{}'')',
      place);
  end loop;
end $d$;
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_absence, requests_app_accessibilitystatement, requests_app_authority,
    requests_app_classificationlabel, requests_app_cloudobject, requests_app_cloudsystem,
    requests_app_connection, requests_app_contractclient, requests_app_delegationrule,
    requests_app_firstmanagers, requests_app_drill, requests_app_drillcall,
    requests_app_informationset, requests_app_informationsetprovision, requests_app_loggap,
    requests_app_mailrule, requests_app_municipality, requests_app_noticechannel,
    requests_app_noticechoice, requests_app_noticeladder, requests_app_origin,
    requests_app_original, requests_app_provider, requests_app_providerproduct,
    requests_app_processingpaper, requests_app_providerlog, requests_app_provision,
    requests_app_publication, requests_app_publisher, requests_app_readinglimit,
    requests_app_reconciliationrule, requests_app_registerchange, requests_app_retentionrule,
    requests_app_roleassignment, requests_app_rostercalendar, requests_app_rostergroup,
    requests_app_rosterpattern, requests_app_secrecybranch, requests_app_securityclassification,
    requests_app_shift, requests_app_shiftoffer, requests_app_statuteparagraph,
    requests_app_webhooksecret, requests_app_disposal, requests_app_disposalitem,
    requests_app_disposalrule, requests_app_discloseddocument, requests_app_disclosuredecision,
    requests_app_disclosurerequest, requests_app_disclosuretariff, requests_app_redaction,
    requests_app_diaryentry, requests_app_recipientnotice, requests_app_registerpage,
    requests_app_secrecymark, requests_app_archivedelivery, requests_app_accessgrant,
    requests_app_accessrequest, requests_app_alteration, requests_app_arrivalhandled,
    requests_app_assessmentanswer, requests_app_assignment, requests_app_auditfinding,
    requests_app_comparison, requests_app_consent, requests_app_consultation, requests_app_content,
    requests_app_datasubjectrequest, requests_app_delivery, requests_app_deviation,
    requests_app_freeze, requests_app_harmtest, requests_app_incidentduty,
    requests_app_incomingappeal, requests_app_lapse, requests_app_message,
    requests_app_outboxmessage, requests_app_outsideanswer, requests_app_part,
    requests_app_proposal, requests_app_recertification, requests_app_requestforreasons,
    requests_app_requestladder, requests_app_requestedobject, requests_app_returncomment,
    requests_app_revocation, requests_app_savedaudit, requests_app_secrecyreview,
    requests_app_seenrevision, requests_app_standingassessment, requests_app_sidedoor,
    requests_app_supportticket, requests_app_subsequentreview, requests_app_textmask,
    requests_app_turntaken}'::text[] loop
    execute format('create trigger lockbox_kept before delete on %1$s for each row execute function lockbox_kept()',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalaccessibilityfault for each row execute function audit_history_stamp('requests_app_accessibilityfault');
create trigger audit_change after insert on requests_app_historicalaccessibilityfault for each row execute function audit_history_tells_a_change('requests_app_accessibilityfault');
create trigger audit_ledger after insert or update or delete on requests_app_accessibilityfault for each row execute function audit_ledger_change('{}', 'select t0.authority_id from requests_app_accessibilitystatement t0 where t0.id = ($1->>''statement_id'')::bigint', '{}');
create trigger audit_stamp before insert on requests_app_historicalaccessibilitystatement for each row execute function audit_history_stamp('requests_app_accessibilitystatement');
create trigger audit_change after insert on requests_app_historicalaccessibilitystatement for each row execute function audit_history_tells_a_change('requests_app_accessibilitystatement');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_accessibilitystatement, requests_app_classificationlabel, requests_app_cloudobject,
    requests_app_connection, requests_app_delegationrule, requests_app_firstmanagers,
    requests_app_drill, requests_app_informationset, requests_app_noticechoice,
    requests_app_noticeladder, requests_app_origin, requests_app_original,
    requests_app_processingpaper, requests_app_publication, requests_app_publisher,
    requests_app_readinglimit, requests_app_reconciliationrule, requests_app_registerchange,
    requests_app_retentionrule, requests_app_roleassignment, requests_app_secrecybranch,
    requests_app_disposal, requests_app_disposalrule, requests_app_disposedcase,
    requests_app_disclosurerequest, requests_app_disclosuretariff, requests_app_registerpage,
    requests_app_archivedelivery, requests_app_boardreport, requests_app_transparencyreport,
    requests_app_alteration, requests_app_breach, requests_app_comparison,
    requests_app_datasubjectrequest, requests_app_freeze, requests_app_recertification,
    requests_app_replayrun, requests_app_savedaudit, requests_app_secrecyreview,
    requests_app_standingassessment}'::text[] loop
    execute format('create trigger audit_ledger after insert or update or delete on %1$s for each row execute function audit_ledger_change(''{}'', '''', ''{}'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalauthority for each row execute function audit_history_stamp('requests_app_authority');
create trigger audit_change after insert on requests_app_historicalauthority for each row execute function audit_history_tells_a_change('requests_app_authority');
create trigger lockbox_two_persons_update before update on requests_app_authority for each row execute function lockbox_two_persons('{kind,regime,managers_from_id,managers_agreement}');
create trigger audit_stamp before insert on requests_app_historicalclassificationlabel for each row execute function audit_history_stamp('requests_app_classificationlabel');
create trigger audit_change after insert on requests_app_historicalclassificationlabel for each row execute function audit_history_tells_a_change('requests_app_classificationlabel');
create trigger audit_stamp before insert on requests_app_historicalcloudobject for each row execute function audit_history_stamp('requests_app_cloudobject');
create trigger audit_change after insert on requests_app_historicalcloudobject for each row execute function audit_history_tells_a_change('requests_app_cloudobject');
create trigger lockbox_two_persons_update before update on requests_app_cloudobject for each row execute function lockbox_two_persons('{authority_id,gone_on}');
create trigger audit_stamp before insert on requests_app_historicalcloudobjectinformationset for each row execute function audit_history_stamp('requests_app_cloudobjectinformationset');
create trigger audit_change after insert on requests_app_historicalcloudobjectinformationset for each row execute function audit_history_tells_a_change('requests_app_cloudobjectinformationset');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_cloudobjectinformationset, requests_app_informationsetperson,
    requests_app_informationsetprovision, requests_app_securityclassification}'::text[] loop
    execute format('create trigger audit_ledger after insert or update or delete on %1$s for each row execute function audit_ledger_change(''{}'', ''select t0.authority_id from requests_app_informationset t0 where t0.id = ($1->>''''information_set_id'''')::bigint'', ''{}'')',
      place);
  end loop;
end $d$;
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_cloudobjectinformationset, requests_app_rosterauthority,
    requests_app_securityclassification, requests_app_arrivalhandled, requests_app_channelnotice,
    requests_app_message, requests_app_outsideanswer, requests_app_requestladder,
    requests_app_reviewuserpermission, requests_app_seenrevision, requests_app_sentnotice,
    requests_app_turntaken}'::text[] loop
    execute format('create trigger lockbox_only before update on %1$s for each row execute function lockbox_only()',
      place);
  end loop;
end $d$;
create trigger lockbox_two_persons_insert before insert on requests_app_cloudobjectinformationset for each row when (lockbox_is_listed(new.information_set_id)) execute function lockbox_two_persons('{}');
create trigger lockbox_two_persons_update before update on requests_app_cloudobjectinformationset for each row when (lockbox_is_listed(old.information_set_id) or lockbox_is_listed(new.information_set_id)) execute function lockbox_two_persons('{cloud_object_id,information_set_id}');
create trigger lockbox_two_persons_delete before delete on requests_app_cloudobjectinformationset for each row when (lockbox_is_listed(old.information_set_id)) execute function lockbox_two_persons('{}');
create trigger audit_stamp before insert on requests_app_historicalcloudsystem for each row execute function audit_history_stamp('requests_app_cloudsystem');
create trigger audit_change after insert on requests_app_historicalcloudsystem for each row execute function audit_history_tells_a_change('requests_app_cloudsystem');
create trigger audit_stamp before insert on requests_app_historicalconnection for each row execute function audit_history_stamp('requests_app_connection');
create trigger audit_change after insert on requests_app_historicalconnection for each row execute function audit_history_tells_a_change('requests_app_connection');
create trigger lockbox_two_persons_update before update on requests_app_connection for each row execute function lockbox_two_persons('{product_id,external_id,authority_id,is_active,is_automatic}');
create trigger audit_stamp before insert on requests_app_historicalcontractclient for each row execute function audit_history_stamp('requests_app_contractclient');
create trigger audit_change after insert on requests_app_historicalcontractclient for each row execute function audit_history_tells_a_change('requests_app_contractclient');
create trigger lockbox_only before update on requests_app_contractclient for each row execute function lockbox_only('name', 'secret_made_at', 'ended_at', 'webhook_url', 'public_keys', 'changed_itself_at', 'version');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_coveragegap, requests_app_logposition, requests_app_readiness,
    requests_app_refusedaddress, requests_app_channelnotice, requests_app_forminuse,
    requests_app_heartbeat, requests_app_mailboxposition, requests_app_outboxmessage,
    requests_app_sandboxrequest, requests_app_laddernotice, requests_app_sentnotice}'::text[] loop
    execute format('create trigger audit_outside after insert or update or delete on %1$s for each row execute function audit_ledger_outside(''{}'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicaldelegationrule for each row execute function audit_history_stamp('requests_app_delegationrule');
create trigger audit_change after insert on requests_app_historicaldelegationrule for each row execute function audit_history_tells_a_change('requests_app_delegationrule');
create trigger lockbox_own_name_once_set before insert or update on requests_app_delegationrule for each row execute function lockbox_own_name_once_set('made_by_id');
create trigger audit_stamp before insert on requests_app_historicalfirstmanagers for each row execute function audit_history_stamp('requests_app_firstmanagers');
create trigger audit_change after insert on requests_app_historicalfirstmanagers for each row execute function audit_history_tells_a_change('requests_app_firstmanagers');
create trigger lockbox_only before update on requests_app_firstmanagers for each row execute function lockbox_only('confirmed_by_id', 'confirmed_at', 'refused_by_id', 'refused_at', 'refusal_reason', 'version');
create trigger audit_stamp before insert on requests_app_historicaldrill for each row execute function audit_history_stamp('requests_app_drill');
create trigger audit_change after insert on requests_app_historicaldrill for each row execute function audit_history_tells_a_change('requests_app_drill');
create trigger lockbox_only before update on requests_app_drill for each row execute function lockbox_only('ended_by_id', 'ended_at', 'version');
create trigger lockbox_own_name before insert on requests_app_drill for each row execute function lockbox_own_name('begun_by_id');
create trigger audit_stamp before insert on requests_app_historicaldrillcall for each row execute function audit_history_stamp('requests_app_drillcall');
create trigger audit_change after insert on requests_app_historicaldrillcall for each row execute function audit_history_tells_a_change('requests_app_drillcall');
create trigger audit_ledger after insert or update or delete on requests_app_drillcall for each row execute function audit_ledger_change('{}', 'select t0.authority_id from requests_app_drill t0 where t0.id = ($1->>''drill_id'')::bigint', '{}');
create trigger lockbox_only before update on requests_app_drillcall for each row execute function lockbox_only('ways', 'told_at', 'trouble', 'came_at');
create trigger audit_stamp before insert on requests_app_historicalinformationset for each row execute function audit_history_stamp('requests_app_informationset');
create trigger audit_change after insert on requests_app_historicalinformationset for each row execute function audit_history_tells_a_change('requests_app_informationset');
create trigger lockbox_two_persons_update before update on requests_app_informationset for each row execute function lockbox_two_persons('{is_named_list}');
create trigger audit_stamp before insert on requests_app_historicalinformationsetperson for each row execute function audit_history_stamp('requests_app_informationsetperson');
create trigger audit_change after insert on requests_app_historicalinformationsetperson for each row execute function audit_history_tells_a_change('requests_app_informationsetperson');
create trigger lockbox_two_persons_insert before insert on requests_app_informationsetperson for each row execute function lockbox_two_persons('{information_set_id,person_id}');
create trigger lockbox_two_persons_update before update on requests_app_informationsetperson for each row execute function lockbox_two_persons('{information_set_id,person_id}');
create trigger lockbox_two_persons_delete before delete on requests_app_informationsetperson for each row execute function lockbox_two_persons('{information_set_id,person_id}');
create trigger audit_stamp before insert on requests_app_historicalinformationsetprovision for each row execute function audit_history_stamp('requests_app_informationsetprovision');
create trigger audit_change after insert on requests_app_historicalinformationsetprovision for each row execute function audit_history_tells_a_change('requests_app_informationsetprovision');
create trigger audit_stamp before insert on requests_app_historicalloggap for each row execute function audit_history_stamp('requests_app_loggap');
create trigger audit_change after insert on requests_app_historicalloggap for each row execute function audit_history_tells_a_change('requests_app_loggap');
create trigger audit_ledger after insert or update or delete on requests_app_loggap for each row execute function audit_ledger_change('{}', 'select t1.authority_id from requests_app_providerlog t0 join requests_app_connection t1 on t1.id = t0.connection_id where t0.id = ($1->>''log_id'')::bigint', '{}');
create trigger lockbox_only before update on requests_app_loggap for each row execute function lockbox_only('explained_by_id', 'explained_at', 'explanation_id', 'version');
create trigger lockbox_own_name_once_set before insert or update on requests_app_loggap for each row execute function lockbox_own_name_once_set('explained_by_id');
create trigger audit_stamp before insert on requests_app_historicalmailrule for each row execute function audit_history_stamp('requests_app_mailrule');
create trigger audit_change after insert on requests_app_historicalmailrule for each row execute function audit_history_tells_a_change('requests_app_mailrule');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_mailrule, requests_app_providerlog, requests_app_sidedoor,
    requests_app_supportticket}'::text[] loop
    execute format('create trigger audit_ledger after insert or update or delete on %1$s for each row execute function audit_ledger_change(''{}'', ''select t0.authority_id from requests_app_connection t0 where t0.id = ($1->>''''connection_id'''')::bigint'', ''{}'')',
      place);
  end loop;
end $d$;
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_mailrule, requests_app_noticeladder, requests_app_processingpaper,
    requests_app_publication, requests_app_publisher, requests_app_readinglimit,
    requests_app_reconciliationrule, requests_app_retentionrule, requests_app_disposalrule,
    requests_app_disclosuretariff, requests_app_registerpage}'::text[] loop
    execute format('create trigger lockbox_two_persons_insert before insert on %1$s for each row execute function lockbox_two_persons(''{}'')',
      place);
  end loop;
end $d$;
create trigger lockbox_two_persons_update before update on requests_app_mailrule for each row execute function lockbox_two_persons('{connection_id,name,sender,signed_by,sealed_by,subject_pattern,number_pattern,case_pattern,tenant,is_active}');
create trigger audit_stamp before insert on requests_app_historicalmunicipality for each row execute function audit_history_stamp('requests_app_municipality');
create trigger audit_change after insert on requests_app_historicalmunicipality for each row execute function audit_history_tells_a_change('requests_app_municipality');
create constraint trigger audit_history after insert or update or delete on requests_app_noticechannel deferrable initially deferred for each row execute function audit_history_matches('requests_app_historicalnoticechannel', '{address_sealed,secret_sealed}');
create trigger audit_stamp before insert on requests_app_historicalnoticechannel for each row execute function audit_history_stamp('requests_app_noticechannel');
create trigger audit_change after insert on requests_app_historicalnoticechannel for each row execute function audit_history_tells_a_change('requests_app_noticechannel');
create trigger audit_ledger after insert or update or delete on requests_app_noticechannel for each row execute function audit_ledger_change('{address_sealed,secret_sealed}', '', '{}');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_noticechannel, requests_app_rostercalendar, requests_app_rosterpattern}'::text[]
    loop
    execute format('create trigger lockbox_only before update on %1$s for each row execute function lockbox_only(''ended_at'', ''version'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalnoticechoice for each row execute function audit_history_stamp('requests_app_noticechoice');
create trigger audit_change after insert on requests_app_historicalnoticechoice for each row execute function audit_history_tells_a_change('requests_app_noticechoice');
create trigger lockbox_only before update on requests_app_noticechoice for each row execute function lockbox_only('switched_off', 'switched_on');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_noticechoice, requests_app_phonenumber}'::text[] loop
    execute format('create trigger lockbox_own_name before insert or update on %1$s for each row execute function lockbox_own_name(''person_id'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalnoticeladder for each row execute function audit_history_stamp('requests_app_noticeladder');
create trigger audit_change after insert on requests_app_historicalnoticeladder for each row execute function audit_history_tells_a_change('requests_app_noticeladder');
create trigger lockbox_two_persons_update before update on requests_app_noticeladder for each row execute function lockbox_two_persons('{authority_id,product_id,class_from,margin,rungs}');
create trigger audit_stamp before insert on requests_app_historicalorigin for each row execute function audit_history_stamp('requests_app_origin');
create trigger audit_change after insert on requests_app_historicalorigin for each row execute function audit_history_tells_a_change('requests_app_origin');
create trigger lockbox_only before update on requests_app_origin for each row execute function lockbox_only('row_id', 'version');
create trigger lockbox_own_name before insert on requests_app_origin for each row execute function lockbox_own_name('taken_by_id');
create trigger audit_stamp before insert on requests_app_historicaloriginal for each row execute function audit_history_stamp('requests_app_original');
create trigger audit_change after insert on requests_app_historicaloriginal for each row execute function audit_history_tells_a_change('requests_app_original');
create trigger lockbox_only before update on requests_app_original for each row execute function lockbox_only('looked_by_id', 'looked_at', 'version');
create trigger lockbox_own_name_once_set before insert or update on requests_app_original for each row execute function lockbox_own_name_once_set('looked_by_id');
create constraint trigger audit_history after insert or update or delete on requests_app_phonenumber deferrable initially deferred for each row execute function audit_history_matches('requests_app_historicalphonenumber', '{number_sealed}');
create trigger audit_stamp before insert on requests_app_historicalphonenumber for each row execute function audit_history_stamp('requests_app_phonenumber');
create trigger audit_change after insert on requests_app_historicalphonenumber for each row execute function audit_history_tells_a_change('requests_app_phonenumber');
create trigger audit_ledger after insert or update or delete on requests_app_phonenumber for each row execute function audit_ledger_change('{number_sealed}', 'select null::bigint', '{}');
create trigger lockbox_only before update on requests_app_phonenumber for each row execute function lockbox_only('number_sealed');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_phonenumber, requests_app_pushdevice}'::text[] loop
    execute format('create trigger lockbox_expires before delete on %1$s for each row execute function lockbox_address_expires()',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalprovider for each row execute function audit_history_stamp('requests_app_provider');
create trigger audit_change after insert on requests_app_historicalprovider for each row execute function audit_history_tells_a_change('requests_app_provider');
create trigger lockbox_two_persons_update before update on requests_app_provider for each row execute function lockbox_two_persons('{name,country}');
create trigger audit_stamp before insert on requests_app_historicalproviderproduct for each row execute function audit_history_stamp('requests_app_providerproduct');
create trigger audit_change after insert on requests_app_historicalproviderproduct for each row execute function audit_history_tells_a_change('requests_app_providerproduct');
create trigger lockbox_two_persons_update before update on requests_app_providerproduct for each row execute function lockbox_two_persons('{provider_id,name,channel,answer_minutes,access_minutes,access_is_fixed,can_answer_partly,revocation,can_extend,portal,approve_label,deny_label,promise,promise_source,promise_read_on,seal,seal_source,seal_read_on}');
create trigger audit_stamp before insert on requests_app_historicalprocessingpaper for each row execute function audit_history_stamp('requests_app_processingpaper');
create trigger audit_change after insert on requests_app_historicalprocessingpaper for each row execute function audit_history_tells_a_change('requests_app_processingpaper');
create trigger lockbox_two_persons_update before update on requests_app_processingpaper for each row execute function lockbox_two_persons('{authority_id,kind,diary_number,contact,officer,processor,contract,remarks,drawn_on,wording,digest}');
create trigger audit_stamp before insert on requests_app_historicalproviderlog for each row execute function audit_history_stamp('requests_app_providerlog');
create trigger audit_change after insert on requests_app_historicalproviderlog for each row execute function audit_history_tells_a_change('requests_app_providerlog');
create trigger lockbox_two_persons_update before update on requests_app_providerlog for each row execute function lockbox_two_persons('{is_read}');
create trigger audit_stamp before insert on requests_app_historicalprovision for each row execute function audit_history_stamp('requests_app_provision');
create trigger audit_change after insert on requests_app_historicalprovision for each row execute function audit_history_tells_a_change('requests_app_provision');
create trigger audit_stamp before insert on requests_app_historicalpublication for each row execute function audit_history_stamp('requests_app_publication');
create trigger audit_change after insert on requests_app_historicalpublication for each row execute function audit_history_tells_a_change('requests_app_publication');
create trigger lockbox_only before update on requests_app_publication for each row execute function lockbox_only('revoked_on', 'revoked_reason');
create trigger lockbox_two_persons_update before update on requests_app_publication for each row execute function lockbox_two_persons('{revoked_on,revoked_reason}');
create trigger audit_stamp before insert on requests_app_historicalpublisher for each row execute function audit_history_stamp('requests_app_publisher');
create trigger audit_change after insert on requests_app_historicalpublisher for each row execute function audit_history_tells_a_change('requests_app_publisher');
create trigger lockbox_two_persons_update before update on requests_app_publisher for each row execute function lockbox_two_persons('{authority_id,name,key,feed,is_active}');
create constraint trigger audit_history after insert or update or delete on requests_app_pushdevice deferrable initially deferred for each row execute function audit_history_matches('requests_app_historicalpushdevice', '{address_sealed,keys_sealed}');
create trigger audit_stamp before insert on requests_app_historicalpushdevice for each row execute function audit_history_stamp('requests_app_pushdevice');
create trigger audit_change after insert on requests_app_historicalpushdevice for each row execute function audit_history_tells_a_change('requests_app_pushdevice');
create trigger audit_ledger after insert or update or delete on requests_app_pushdevice for each row execute function audit_ledger_change('{address_sealed,keys_sealed}', 'select null::bigint', '{}');
create trigger lockbox_only before update on requests_app_pushdevice for each row execute function lockbox_only('name', 'ended_at', 'end_reason');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_pushdevice, requests_app_rostercalendar, requests_app_conflictdeclaration,
    requests_app_seenrevision, requests_app_turntaken}'::text[] loop
    execute format('create trigger lockbox_own_name before insert on %1$s for each row execute function lockbox_own_name(''person_id'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalreadinglimit for each row execute function audit_history_stamp('requests_app_readinglimit');
create trigger audit_change after insert on requests_app_historicalreadinglimit for each row execute function audit_history_tells_a_change('requests_app_readinglimit');
create trigger lockbox_two_persons_update before update on requests_app_readinglimit for each row execute function lockbox_two_persons('{authority_id,opens,closes,many,days}');
create trigger audit_stamp before insert on requests_app_historicalreconciliationrule for each row execute function audit_history_stamp('requests_app_reconciliationrule');
create trigger audit_change after insert on requests_app_historicalreconciliationrule for each row execute function audit_history_tells_a_change('requests_app_reconciliationrule');
create trigger lockbox_two_persons_update before update on requests_app_reconciliationrule for each row execute function lockbox_two_persons('{authority_id,name,connection_id,outcome,action,country,effect,reason,is_active}');
create trigger audit_stamp before insert on requests_app_historicalregisterchange for each row execute function audit_history_stamp('requests_app_registerchange');
create trigger audit_change after insert on requests_app_historicalregisterchange for each row execute function audit_history_tells_a_change('requests_app_registerchange');
create trigger audit_ledger after insert or update or delete on requests_app_registertoken for each row execute function audit_ledger_change('{digest}', '', '{}');
create trigger audit_stamp before insert on requests_app_historicalretentionrule for each row execute function audit_history_stamp('requests_app_retentionrule');
create trigger audit_change after insert on requests_app_historicalretentionrule for each row execute function audit_history_tells_a_change('requests_app_retentionrule');
create trigger lockbox_two_persons_update before update on requests_app_retentionrule for each row execute function lockbox_two_persons('{authority_id,disposal_decision,searches,reads,sign_ins,notices,addresses}');
create trigger audit_stamp before insert on requests_app_historicalroleassignment for each row execute function audit_history_stamp('requests_app_roleassignment');
create trigger audit_change after insert on requests_app_historicalroleassignment for each row execute function audit_history_tells_a_change('requests_app_roleassignment');
create trigger audit_stamp before insert on requests_app_historicalrosterauthority for each row execute function audit_history_stamp('requests_app_rosterauthority');
create trigger audit_change after insert on requests_app_historicalrosterauthority for each row execute function audit_history_tells_a_change('requests_app_rosterauthority');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_rosterauthority, requests_app_rosterpattern, requests_app_shift,
    requests_app_shiftoffer}'::text[] loop
    execute format('create trigger audit_ledger after insert or update or delete on %1$s for each row execute function audit_ledger_change(''{}'', ''select t0.authority_id from requests_app_rostergroup t0 where t0.id = ($1->>''''group_id'''')::bigint'', ''{}'')',
      place);
  end loop;
end $d$;
create constraint trigger audit_history after insert or update or delete on requests_app_rostercalendar deferrable initially deferred for each row execute function audit_history_matches('requests_app_historicalrostercalendar', '{digest}');
create trigger audit_stamp before insert on requests_app_historicalrostercalendar for each row execute function audit_history_stamp('requests_app_rostercalendar');
create trigger audit_change after insert on requests_app_historicalrostercalendar for each row execute function audit_history_tells_a_change('requests_app_rostercalendar');
create trigger audit_ledger after insert or update or delete on requests_app_rostercalendar for each row execute function audit_ledger_change('{digest}', 'select null::bigint', '{}');
create constraint trigger audit_history after insert or update or delete on requests_app_rostergroup deferrable initially deferred for each row execute function audit_history_matches('requests_app_historicalrostergroup', '{feed_sealed}');
create trigger audit_stamp before insert on requests_app_historicalrostergroup for each row execute function audit_history_stamp('requests_app_rostergroup');
create trigger audit_change after insert on requests_app_historicalrostergroup for each row execute function audit_history_tells_a_change('requests_app_rostergroup');
create trigger audit_ledger after insert or update or delete on requests_app_rostergroup for each row execute function audit_ledger_change('{feed_sealed}', '', '{}');
create trigger audit_stamp before insert on requests_app_historicalrosterpattern for each row execute function audit_history_stamp('requests_app_rosterpattern');
create trigger audit_change after insert on requests_app_historicalrosterpattern for each row execute function audit_history_tells_a_change('requests_app_rosterpattern');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_rosterpattern, requests_app_archivedelivery, requests_app_boardreport,
    requests_app_transparencyreport, requests_app_freeze, requests_app_savedaudit,
    requests_app_textmask}'::text[] loop
    execute format('create trigger lockbox_own_name before insert on %1$s for each row execute function lockbox_own_name(''made_by_id'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalsecrecybranch for each row execute function audit_history_stamp('requests_app_secrecybranch');
create trigger audit_change after insert on requests_app_historicalsecrecybranch for each row execute function audit_history_tells_a_change('requests_app_secrecybranch');
create trigger lockbox_two_persons_update before update on requests_app_secrecybranch for each row execute function lockbox_two_persons('{authority_id,name}');
create trigger audit_stamp before insert on requests_app_historicalsecurityclassification for each row execute function audit_history_stamp('requests_app_securityclassification');
create trigger audit_change after insert on requests_app_historicalsecurityclassification for each row execute function audit_history_tells_a_change('requests_app_securityclassification');
create trigger lockbox_two_persons_insert before insert on requests_app_securityclassification for each row when (lockbox_lowers(new.information_set_id, new.valid_from, new.confidentiality::integer)) execute function lockbox_two_persons('{information_set_id,valid_from,confidentiality}');
create trigger lockbox_two_persons_update before update on requests_app_securityclassification for each row execute function lockbox_two_persons('{information_set_id,valid_from,confidentiality}');
create trigger lockbox_two_persons_delete before delete on requests_app_securityclassification for each row execute function lockbox_two_persons('{information_set_id,valid_from,confidentiality}');
create trigger audit_stamp before insert on requests_app_historicalshift for each row execute function audit_history_stamp('requests_app_shift');
create trigger audit_change after insert on requests_app_historicalshift for each row execute function audit_history_tells_a_change('requests_app_shift');
create trigger lockbox_only before update on requests_app_shift for each row execute function lockbox_only('withdrawn_at', 'version');
create trigger audit_stamp before insert on requests_app_historicalshiftoffer for each row execute function audit_history_stamp('requests_app_shiftoffer');
create trigger audit_change after insert on requests_app_historicalshiftoffer for each row execute function audit_history_tells_a_change('requests_app_shiftoffer');
create trigger lockbox_only before update on requests_app_shiftoffer for each row execute function lockbox_only('taken_by_id', 'taken_at', 'withdrawn_at', 'version');
create trigger lockbox_own_name_once_set before insert or update on requests_app_shiftoffer for each row execute function lockbox_own_name_once_set('taken_by_id');
create trigger audit_stamp before insert on requests_app_historicalstatuteparagraph for each row execute function audit_history_stamp('requests_app_statuteparagraph');
create trigger audit_change after insert on requests_app_historicalstatuteparagraph for each row execute function audit_history_tells_a_change('requests_app_statuteparagraph');
create constraint trigger audit_history after insert or update or delete on requests_app_webhooksecret deferrable initially deferred for each row execute function audit_history_matches('requests_app_historicalwebhooksecret', '{sealed}');
create trigger audit_stamp before insert on requests_app_historicalwebhooksecret for each row execute function audit_history_stamp('requests_app_webhooksecret');
create trigger audit_change after insert on requests_app_historicalwebhooksecret for each row execute function audit_history_tells_a_change('requests_app_webhooksecret');
create trigger audit_ledger after insert or update or delete on requests_app_webhooksecret for each row execute function audit_ledger_change('{sealed}', 'select null::bigint', '{}');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_webhooksecret, requests_app_part}'::text[] loop
    execute format('create trigger lockbox_only before update on %1$s for each row execute function lockbox_only(''ended_at'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicaldisposal for each row execute function audit_history_stamp('requests_app_disposal');
create trigger audit_change after insert on requests_app_historicaldisposal for each row execute function audit_history_tells_a_change('requests_app_disposal');
create trigger lockbox_only before update on requests_app_disposal for each row execute function lockbox_only('status', 'proposed_by_id', 'proposed_at', 'confirmed_by_id', 'confirmed_at', 'ended_at', 'protocol_id', 'version');
create trigger lockbox_own_name before insert on requests_app_disposal for each row execute function lockbox_own_name('drawn_by_id');
create trigger audit_stamp before insert on requests_app_historicaldisposalanswer for each row execute function audit_history_stamp('requests_app_disposalanswer');
create trigger audit_change after insert on requests_app_historicaldisposalanswer for each row execute function audit_history_tells_a_change('requests_app_disposalanswer');
create trigger audit_ledger after insert or update or delete on requests_app_disposalanswer for each row execute function audit_ledger_change('{}', 'select t1.authority_id from requests_app_disposalitem t0 join requests_app_disposal t1 on t1.id = t0.disposal_id where t0.id = ($1->>''item_id'')::bigint', '{}');
create trigger lockbox_own_name before insert on requests_app_disposalanswer for each row execute function lockbox_own_name('answered_by_id');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_disposaldate, requests_app_diaryentry, requests_app_secrecymark,
    requests_app_assessmentanswer, requests_app_assignment, requests_app_attachment,
    requests_app_auditfinding, requests_app_condition, requests_app_conditionfollowup,
    requests_app_conflictdeclaration, requests_app_consent, requests_app_consultation,
    requests_app_decision, requests_app_deviation, requests_app_filenote, requests_app_harmtest,
    requests_app_lapse, requests_app_message, requests_app_part, requests_app_proposal,
    requests_app_requestforreasons, requests_app_requestedobject, requests_app_reservation,
    requests_app_returncomment, requests_app_revocation, requests_app_sampledcase,
    requests_app_seenrevision, requests_app_serviceofdecision, requests_app_standingreliance,
    requests_app_subsequentreview, requests_app_textmask, requests_app_turntaken}'::text[] loop
    execute format('create trigger audit_ledger after insert or update or delete on %1$s for each row execute function audit_ledger_change(''{}'', ''select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''''review_id'''')::bigint'', ''{}'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicaldisposalitem for each row execute function audit_history_stamp('requests_app_disposalitem');
create trigger audit_change after insert on requests_app_historicaldisposalitem for each row execute function audit_history_tells_a_change('requests_app_disposalitem');
create trigger audit_ledger after insert or update or delete on requests_app_disposalitem for each row execute function audit_ledger_change('{}', 'select t0.authority_id from requests_app_disposal t0 where t0.id = ($1->>''disposal_id'')::bigint', '{}');
create trigger lockbox_only before update on requests_app_disposalitem for each row execute function lockbox_only('receipt', 'kept_because', 'version');
create trigger audit_stamp before insert on requests_app_historicaldisposalrule for each row execute function audit_history_stamp('requests_app_disposalrule');
create trigger audit_change after insert on requests_app_historicaldisposalrule for each row execute function audit_history_tells_a_change('requests_app_disposalrule');
create trigger lockbox_two_persons_update before update on requests_app_disposalrule for each row execute function lockbox_two_persons('{authority_id,matter,process_code,disposal_decision,years,counts_from,valid_from}');
create trigger audit_stamp before insert on requests_app_historicaldiscloseddocument for each row execute function audit_history_stamp('requests_app_discloseddocument');
create trigger audit_change after insert on requests_app_historicaldiscloseddocument for each row execute function audit_history_tells_a_change('requests_app_discloseddocument');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_discloseddocument, requests_app_disclosuredecision}'::text[] loop
    execute format('create trigger audit_ledger after insert or update or delete on %1$s for each row execute function audit_ledger_change(''{}'', ''select t0.authority_id from requests_app_disclosurerequest t0 where t0.id = ($1->>''''request_id'''')::bigint'', ''{}'')',
      place);
  end loop;
end $d$;
create trigger lockbox_only before update on requests_app_discloseddocument for each row execute function lockbox_only('outcome', 'provision_id', 'reasons_id', 'reserved_by_id', 'paper_id', 'pages', 'tested_by_id', 'tested_at', 'version');
create trigger lockbox_own_name_once_set before insert or update on requests_app_discloseddocument for each row execute function lockbox_own_name_once_set('tested_by_id');
create trigger audit_stamp before insert on requests_app_historicaldisclosuredecision for each row execute function audit_history_stamp('requests_app_disclosuredecision');
create trigger audit_change after insert on requests_app_historicaldisclosuredecision for each row execute function audit_history_tells_a_change('requests_app_disclosuredecision');
create trigger lockbox_only before update on requests_app_disclosuredecision for each row execute function lockbox_only('served_at', 'served_by_id', 'version');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_disclosuredecision, requests_app_decision}'::text[] loop
    execute format('create trigger lockbox_own_name before insert on %1$s for each row execute function lockbox_own_name(''decided_by_id'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicaldisclosure for each row execute function audit_history_stamp('requests_app_disclosure');
create trigger audit_change after insert on requests_app_historicaldisclosure for each row execute function audit_history_tells_a_change('requests_app_disclosure');
create trigger audit_ledger after insert or update or delete on requests_app_disclosure for each row execute function audit_ledger_change('{}', 'select t0.authority_id from requests_app_datasubjectrequest t0 where t0.id = ($1->>''request_id'')::bigint', '{}');
create trigger lockbox_own_name before insert on requests_app_disclosure for each row execute function lockbox_own_name('tested_by_id');
create trigger audit_stamp before insert on requests_app_historicaldisclosurerequest for each row execute function audit_history_stamp('requests_app_disclosurerequest');
create trigger audit_change after insert on requests_app_historicaldisclosurerequest for each row execute function audit_history_tells_a_change('requests_app_disclosurerequest');
create trigger lockbox_only before update on requests_app_disclosurerequest for each row execute function lockbox_only('status', 'bound_id', 'file_id', 'file_sha256', 'pages', 'made_by_id', 'made_at', 'looked_by_id', 'looked_at', 'sent_back_id', 'answer_id', 'delivered_how', 'delivered_to_id', 'delivered_by_id', 'delivered_at', 'fee', 'asked_at', 'version');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_disclosurerequest, requests_app_breach, requests_app_datasubjectrequest,
    requests_app_incomingappeal, requests_app_outsideanswer, requests_app_requestforreasons,
    requests_app_serviceofdecision}'::text[] loop
    execute format('create trigger lockbox_own_name before insert on %1$s for each row execute function lockbox_own_name(''recorded_by_id'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicaldisclosuretariff for each row execute function audit_history_stamp('requests_app_disclosuretariff');
create trigger audit_change after insert on requests_app_historicaldisclosuretariff for each row execute function audit_history_tells_a_change('requests_app_disclosuretariff');
create trigger lockbox_two_persons_update before update on requests_app_disclosuretariff for each row execute function lockbox_two_persons('{authority_id,free_pages,first_fee,page_fee,basis}');
create trigger audit_stamp before insert on requests_app_historicalredaction for each row execute function audit_history_stamp('requests_app_redaction');
create trigger audit_change after insert on requests_app_historicalredaction for each row execute function audit_history_tells_a_change('requests_app_redaction');
create trigger audit_ledger after insert or update or delete on requests_app_redaction for each row execute function audit_ledger_change('{}', 'select t1.authority_id from requests_app_discloseddocument t0 join requests_app_disclosurerequest t1 on t1.id = t0.request_id where t0.id = ($1->>''of_document_id'')::bigint', '{}');
create trigger lockbox_only before update on requests_app_redaction for each row execute function lockbox_only('status', 'provision_id', 'why_id', 'made_by_id', 'made_at', 'version');
create trigger lockbox_own_name before insert or update on requests_app_redaction for each row execute function lockbox_own_name('made_by_id');
create trigger audit_stamp before insert on requests_app_historicaldiaryentry for each row execute function audit_history_stamp('requests_app_diaryentry');
create trigger audit_change after insert on requests_app_historicaldiaryentry for each row execute function audit_history_tells_a_change('requests_app_diaryentry');
create trigger lockbox_only before update on requests_app_diaryentry for each row execute function lockbox_only('taken_at', 'number', 'came_at', 'came_by_id', 'other_number', 'version');
create trigger lockbox_own_name_once_set before insert or update on requests_app_diaryentry for each row execute function lockbox_own_name_once_set('came_by_id');
create trigger audit_stamp before insert on requests_app_historicalrecipientnotice for each row execute function audit_history_stamp('requests_app_recipientnotice');
create trigger audit_change after insert on requests_app_historicalrecipientnotice for each row execute function audit_history_tells_a_change('requests_app_recipientnotice');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_recipientnotice, requests_app_maskedtext}'::text[] loop
    execute format('create trigger audit_ledger after insert or update or delete on %1$s for each row execute function audit_ledger_change(''{}'', ''select t1.authority_id from requests_app_textmask t0 join requests_app_secrecyreview t1 on t1.id = t0.review_id where t0.id = ($1->>''''mask_id'''')::bigint'', ''{}'')',
      place);
  end loop;
end $d$;
create trigger lockbox_only before update on requests_app_recipientnotice for each row execute function lockbox_only('told_at', 'told_by_id', 'how_id');
create trigger lockbox_own_name_once_set before insert or update on requests_app_recipientnotice for each row execute function lockbox_own_name_once_set('told_by_id');
create trigger audit_stamp before insert on requests_app_historicalregisterpage for each row execute function audit_history_stamp('requests_app_registerpage');
create trigger audit_change after insert on requests_app_historicalregisterpage for each row execute function audit_history_tells_a_change('requests_app_registerpage');
create trigger lockbox_two_persons_update before update on requests_app_registerpage for each row execute function lockbox_two_persons('{authority_id,address,since,is_published}');
create trigger audit_stamp before insert on requests_app_historicalsecrecymark for each row execute function audit_history_stamp('requests_app_secrecymark');
create trigger audit_change after insert on requests_app_historicalsecrecymark for each row execute function audit_history_tells_a_change('requests_app_secrecymark');
create trigger lockbox_only before update on requests_app_secrecymark for each row execute function lockbox_only('lifted_at', 'lifted_by_id', 'version');
create trigger lockbox_own_name before insert on requests_app_secrecymark for each row execute function lockbox_own_name('marked_by_id');
create trigger lockbox_own_name_once_set before insert or update on requests_app_secrecymark for each row execute function lockbox_own_name_once_set('lifted_by_id');
create trigger audit_stamp before insert on requests_app_historicalarchivedelivery for each row execute function audit_history_stamp('requests_app_archivedelivery');
create trigger audit_change after insert on requests_app_historicalarchivedelivery for each row execute function audit_history_tells_a_change('requests_app_archivedelivery');
create trigger lockbox_only before update on requests_app_archivedelivery for each row execute function lockbox_only('received_by', 'receipt', 'received_at');
create trigger audit_stamp before insert on requests_app_historicalboardreport for each row execute function audit_history_stamp('requests_app_boardreport');
create trigger audit_change after insert on requests_app_historicalboardreport for each row execute function audit_history_tells_a_change('requests_app_boardreport');
create trigger audit_stamp before insert on requests_app_historicaltransparencyreport for each row execute function audit_history_stamp('requests_app_transparencyreport');
create trigger audit_change after insert on requests_app_historicaltransparencyreport for each row execute function audit_history_tells_a_change('requests_app_transparencyreport');
create trigger lockbox_own_name before insert on requests_app_accessevent for each row execute function lockbox_own_name('reported_by_id');
create trigger audit_stamp before insert on requests_app_historicalaccessgrant for each row execute function audit_history_stamp('requests_app_accessgrant');
create trigger audit_change after insert on requests_app_historicalaccessgrant for each row execute function audit_history_tells_a_change('requests_app_accessgrant');
create trigger lockbox_only before update on requests_app_accessgrant for each row execute function lockbox_only('status', 'ended_at', 'end_reason', 'end_note_id', 'version');
create trigger audit_stamp before insert on requests_app_historicalaccessrequest for each row execute function audit_history_stamp('requests_app_accessrequest');
create trigger audit_change after insert on requests_app_historicalaccessrequest for each row execute function audit_history_tells_a_change('requests_app_accessrequest');
create trigger lockbox_only before update on requests_app_accessrequest for each row execute function lockbox_only('external_id', 'justification_id', 'duration_minutes', 'duration_text', 'engineer_country', 'employer_entity', 'service', 'support_case', 'audit_id', 'requested_at', 'answer_deadline', 'revision', 'received_at', 'connection_id', 'provider_status', 'status', 'version', 'merged_into_id', 'narrows_id', 'extends_id', 'revoked_at');
create trigger audit_stamp before insert on requests_app_historicalalteration for each row execute function audit_history_stamp('requests_app_alteration');
create trigger audit_change after insert on requests_app_historicalalteration for each row execute function audit_history_tells_a_change('requests_app_alteration');
create trigger lockbox_own_name before insert on requests_app_arrival for each row execute function lockbox_own_name('arrived_by_id');
create trigger audit_stamp before insert on requests_app_historicalarrivalhandled for each row execute function audit_history_stamp('requests_app_arrivalhandled');
create trigger audit_change after insert on requests_app_historicalarrivalhandled for each row execute function audit_history_tells_a_change('requests_app_arrivalhandled');
create trigger audit_stamp before insert on requests_app_historicalassessmentanswer for each row execute function audit_history_stamp('requests_app_assessmentanswer');
create trigger audit_change after insert on requests_app_historicalassessmentanswer for each row execute function audit_history_tells_a_change('requests_app_assessmentanswer');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_assessmentanswer, requests_app_auditfinding, requests_app_harmtest}'::text[] loop
    execute format('create trigger lockbox_own_name before insert or update on %1$s for each row execute function lockbox_own_name(''answered_by_id'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalassignment for each row execute function audit_history_stamp('requests_app_assignment');
create trigger audit_change after insert on requests_app_historicalassignment for each row execute function audit_history_tells_a_change('requests_app_assignment');
create trigger lockbox_only before update on requests_app_assignment for each row execute function lockbox_only('acknowledged_at', 'ended_at', 'end_reason');
create trigger lockbox_own_name before insert on requests_app_assignment for each row execute function lockbox_own_name('assigned_by_id');
create trigger audit_stamp before insert on requests_app_historicalattachment for each row execute function audit_history_stamp('requests_app_attachment');
create trigger audit_change after insert on requests_app_historicalattachment for each row execute function audit_history_tells_a_change('requests_app_attachment');
create trigger lockbox_own_name before insert on requests_app_attachment for each row execute function lockbox_own_name('added_by_id');
create trigger audit_stamp before insert on requests_app_historicalauditfinding for each row execute function audit_history_stamp('requests_app_auditfinding');
create trigger audit_change after insert on requests_app_historicalauditfinding for each row execute function audit_history_tells_a_change('requests_app_auditfinding');
create trigger lockbox_only before update on requests_app_auditfinding for each row execute function lockbox_only('answer', 'text_id', 'answered_by_id', 'answered_at');
create trigger audit_stamp before insert on requests_app_historicalbreach for each row execute function audit_history_stamp('requests_app_breach');
create trigger audit_change after insert on requests_app_historicalbreach for each row execute function audit_history_tells_a_change('requests_app_breach');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_channelnotice, requests_app_laddernotice, requests_app_sentnotice}'::text[] loop
    execute format('create trigger lockbox_expires before delete on %1$s for each row execute function lockbox_expires(''notices'', ''ends_at'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalcomparison for each row execute function audit_history_stamp('requests_app_comparison');
create trigger audit_change after insert on requests_app_historicalcomparison for each row execute function audit_history_tells_a_change('requests_app_comparison');
create trigger lockbox_only before update on requests_app_comparison for each row execute function lockbox_only('told', 'told_at', 'conclusion', 'concluded_by_id', 'concluded_at', 'version');
create trigger audit_stamp before insert on requests_app_historicalcondition for each row execute function audit_history_stamp('requests_app_condition');
create trigger audit_change after insert on requests_app_historicalcondition for each row execute function audit_history_tells_a_change('requests_app_condition');
create trigger audit_stamp before insert on requests_app_historicalconditionfollowup for each row execute function audit_history_stamp('requests_app_conditionfollowup');
create trigger audit_change after insert on requests_app_historicalconditionfollowup for each row execute function audit_history_tells_a_change('requests_app_conditionfollowup');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_conditionfollowup, requests_app_filenote}'::text[] loop
    execute format('create trigger lockbox_own_name before insert on %1$s for each row execute function lockbox_own_name(''noted_by_id'')',
      place);
  end loop;
end $d$;
create trigger audit_stamp before insert on requests_app_historicalconflictdeclaration for each row execute function audit_history_stamp('requests_app_conflictdeclaration');
create trigger audit_change after insert on requests_app_historicalconflictdeclaration for each row execute function audit_history_tells_a_change('requests_app_conflictdeclaration');
create trigger audit_stamp before insert on requests_app_historicalconsent for each row execute function audit_history_stamp('requests_app_consent');
create trigger audit_change after insert on requests_app_historicalconsent for each row execute function audit_history_tells_a_change('requests_app_consent');
create trigger audit_stamp before insert on requests_app_historicalconsultation for each row execute function audit_history_stamp('requests_app_consultation');
create trigger audit_change after insert on requests_app_historicalconsultation for each row execute function audit_history_tells_a_change('requests_app_consultation');
create trigger lockbox_own_name before insert on requests_app_consultation for each row execute function lockbox_own_name('asked_by_id');
create trigger audit_ledger after insert or update or delete on requests_app_content for each row execute function audit_ledger_change('{}', 'select null::bigint', '{body,salt}');
create trigger lockbox_only before update on requests_app_content for each row execute function lockbox_only('reads_as_id');
create trigger audit_stamp before insert on requests_app_historicalcorrection for each row execute function audit_history_stamp('requests_app_correction');
create trigger audit_change after insert on requests_app_historicalcorrection for each row execute function audit_history_tells_a_change('requests_app_correction');
do $d$ declare place text; begin
  foreach place in array '{
    requests_app_correction, requests_app_decisiondocument, requests_app_translation}'::text[] loop
    execute format('create trigger audit_ledger after insert or update or delete on %1$s for each row execute function audit_ledger_change(''{}'', ''select t1.authority_id from requests_app_decision t0 join requests_app_secrecyreview t1 on t1.id = t0.review_id where t0.id = ($1->>''''decision_id'''')::bigint'', ''{}'')',
      place);
  end loop;
end $d$;
create trigger lockbox_own_name before insert on requests_app_correction for each row execute function lockbox_own_name('corrected_by_id');
create trigger audit_stamp before insert on requests_app_historicaldatasubjectrequest for each row execute function audit_history_stamp('requests_app_datasubjectrequest');
create trigger audit_change after insert on requests_app_historicaldatasubjectrequest for each row execute function audit_history_tells_a_change('requests_app_datasubjectrequest');
create trigger lockbox_only before update on requests_app_datasubjectrequest for each row execute function lockbox_only('due_at', 'identity', 'extended_at', 'extension_reason_id', 'status', 'reasons_id', 'answer_id', 'settled_by_id', 'settled_at', 'version');
create trigger audit_stamp before insert on requests_app_historicaldecision for each row execute function audit_history_stamp('requests_app_decision');
create trigger audit_change after insert on requests_app_historicaldecision for each row execute function audit_history_tells_a_change('requests_app_decision');
create trigger audit_stamp before insert on requests_app_historicaldecisiondocument for each row execute function audit_history_stamp('requests_app_decisiondocument');
create trigger audit_change after insert on requests_app_historicaldecisiondocument for each row execute function audit_history_tells_a_change('requests_app_decisiondocument');
create trigger audit_stamp before insert on requests_app_historicaldelivery for each row execute function audit_history_stamp('requests_app_delivery');
create trigger audit_change after insert on requests_app_historicaldelivery for each row execute function audit_history_tells_a_change('requests_app_delivery');
create trigger lockbox_only before update on requests_app_delivery for each row execute function lockbox_only('status', 'confirmed_by_id', 'confirmed_at', 'given_at', 'provider_reference', 'proof_id', 'accepted_at', 'signature', 'version');
create trigger lockbox_own_name_once_set before insert or update on requests_app_delivery for each row execute function lockbox_own_name_once_set('confirmed_by_id');
create trigger audit_stamp before insert on requests_app_historicaldeviation for each row execute function audit_history_stamp('requests_app_deviation');
create trigger audit_change after insert on requests_app_historicaldeviation for each row execute function audit_history_tells_a_change('requests_app_deviation');
create trigger lockbox_only before update on requests_app_deviation for each row execute function lockbox_only('owner_id', 'owned_at', 'status', 'outcome', 'conclusion_id', 'concluded_by_id', 'concluded_at', 'version');
create trigger audit_stamp before insert on requests_app_historicalfilenote for each row execute function audit_history_stamp('requests_app_filenote');
create trigger audit_change after insert on requests_app_historicalfilenote for each row execute function audit_history_tells_a_change('requests_app_filenote');
create trigger audit_stamp before insert on requests_app_historicalfreeze for each row execute function audit_history_stamp('requests_app_freeze');
create trigger audit_change after insert on requests_app_historicalfreeze for each row execute function audit_history_tells_a_change('requests_app_freeze');
create trigger audit_stamp before insert on requests_app_historicalharmtest for each row execute function audit_history_stamp('requests_app_harmtest');
create trigger audit_change after insert on requests_app_historicalharmtest for each row execute function audit_history_tells_a_change('requests_app_harmtest');
create trigger audit_outside after insert or update or delete on requests_app_idempotencykey for each row execute function audit_ledger_outside('{body,fingerprint}');
create trigger audit_stamp before insert on requests_app_historicalincidentduty for each row execute function audit_history_stamp('requests_app_incidentduty');
create trigger audit_change after insert on requests_app_historicalincidentduty for each row execute function audit_history_tells_a_change('requests_app_incidentduty');
create trigger audit_ledger after insert or update or delete on requests_app_incidentduty for each row execute function audit_ledger_change('{}', 'select coalesce((select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint), (select t0.authority_id from requests_app_breach t0 where t0.id = ($1->>''breach_id'')::bigint))', '{}');
create trigger lockbox_only before update on requests_app_incidentduty for each row execute function lockbox_only('due_at', 'status', 'reported_at', 'reference', 'report_id', 'reason_id', 'settled_by_id', 'settled_at', 'version');
create trigger audit_stamp before insert on requests_app_historicalincomingappeal for each row execute function audit_history_stamp('requests_app_incomingappeal');
create trigger audit_change after insert on requests_app_historicalincomingappeal for each row execute function audit_history_tells_a_change('requests_app_incomingappeal');
create trigger audit_ledger after insert or update or delete on requests_app_incomingappeal for each row execute function audit_ledger_change('{}', 'select coalesce((select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint), (select t1.authority_id from requests_app_disclosuredecision t0 join requests_app_disclosurerequest t1 on t1.id = t0.request_id where t0.id = ($1->>''hand_out_id'')::bigint))', '{}');
create trigger lockbox_only before update on requests_app_incomingappeal for each row execute function lockbox_only('timeliness', 'timeliness_reason_id', 'court', 'handed_over_at', 'court_number', 'outcome', 'decided_on', 'outcome_note_id', 'status');
create trigger audit_stamp before insert on requests_app_historicallapse for each row execute function audit_history_stamp('requests_app_lapse');
create trigger audit_change after insert on requests_app_historicallapse for each row execute function audit_history_tells_a_change('requests_app_lapse');
create trigger lockbox_only before update on requests_app_lapse for each row execute function lockbox_only('cause', 'text', 'given_by_id', 'given_at', 'due_at', 'closed_by_id', 'confirmed_by_id', 'confirmed_at', 'version');
create trigger audit_stamp before insert on requests_app_historicalmaskedtext for each row execute function audit_history_stamp('requests_app_maskedtext');
create trigger audit_change after insert on requests_app_historicalmaskedtext for each row execute function audit_history_tells_a_change('requests_app_maskedtext');
create trigger audit_stamp before insert on requests_app_historicalmessage for each row execute function audit_history_stamp('requests_app_message');
create trigger audit_change after insert on requests_app_historicalmessage for each row execute function audit_history_tells_a_change('requests_app_message');
create trigger lockbox_own_name before insert on requests_app_message for each row execute function lockbox_own_name('author_id');
create trigger audit_stamp before insert on requests_app_historicaloutsideanswer for each row execute function audit_history_stamp('requests_app_outsideanswer');
create trigger audit_change after insert on requests_app_historicaloutsideanswer for each row execute function audit_history_tells_a_change('requests_app_outsideanswer');
create trigger audit_stamp before insert on requests_app_historicalpart for each row execute function audit_history_stamp('requests_app_part');
create trigger audit_change after insert on requests_app_historicalpart for each row execute function audit_history_tells_a_change('requests_app_part');
create trigger lockbox_own_name before insert on requests_app_part for each row execute function lockbox_own_name('named_by_id');
create trigger audit_stamp before insert on requests_app_historicalproposal for each row execute function audit_history_stamp('requests_app_proposal');
create trigger audit_change after insert on requests_app_historicalproposal for each row execute function audit_history_tells_a_change('requests_app_proposal');
create trigger lockbox_own_name before insert on requests_app_proposal for each row execute function lockbox_own_name('proposed_by_id');
create trigger audit_stamp before insert on requests_app_historicalrecertification for each row execute function audit_history_stamp('requests_app_recertification');
create trigger audit_change after insert on requests_app_historicalrecertification for each row execute function audit_history_tells_a_change('requests_app_recertification');
create trigger lockbox_only before update on requests_app_recertification for each row execute function lockbox_only('reminded_at', 'reminded_again_at', 'kept_because', 'outcome', 'settled_by_id', 'settled_at', 'version');
create trigger lockbox_own_name before insert on requests_app_replayrun for each row execute function lockbox_own_name('ordered_by_id');
create trigger audit_stamp before insert on requests_app_historicalreporteddecision for each row execute function audit_history_stamp('requests_app_reporteddecision');
create trigger audit_change after insert on requests_app_historicalreporteddecision for each row execute function audit_history_tells_a_change('requests_app_reporteddecision');
create trigger audit_ledger after insert or update or delete on requests_app_reporteddecision for each row execute function audit_ledger_change('{}', 'select t0.authority_id from requests_app_boardreport t0 where t0.id = ($1->>''report_id'')::bigint', '{}');
create trigger audit_stamp before insert on requests_app_historicalrequestforreasons for each row execute function audit_history_stamp('requests_app_requestforreasons');
create trigger audit_change after insert on requests_app_historicalrequestforreasons for each row execute function audit_history_tells_a_change('requests_app_requestforreasons');
create trigger lockbox_only before update on requests_app_requestforreasons for each row execute function lockbox_only('status', 'text_id', 'answered_by_id', 'answered_at');
create trigger audit_stamp before insert on requests_app_historicalrequestladder for each row execute function audit_history_stamp('requests_app_requestladder');
create trigger audit_change after insert on requests_app_historicalrequestladder for each row execute function audit_history_tells_a_change('requests_app_requestladder');
create trigger audit_stamp before insert on requests_app_historicalrequestedobject for each row execute function audit_history_stamp('requests_app_requestedobject');
create trigger audit_change after insert on requests_app_historicalrequestedobject for each row execute function audit_history_tells_a_change('requests_app_requestedobject');
create trigger lockbox_only before update on requests_app_requestedobject for each row execute function lockbox_only('review_id', 'cloud_object_id', 'removed_in_revision');
create trigger audit_stamp before insert on requests_app_historicalreservation for each row execute function audit_history_stamp('requests_app_reservation');
create trigger audit_change after insert on requests_app_historicalreservation for each row execute function audit_history_tells_a_change('requests_app_reservation');
create trigger audit_stamp before insert on requests_app_historicalreturncomment for each row execute function audit_history_stamp('requests_app_returncomment');
create trigger audit_change after insert on requests_app_historicalreturncomment for each row execute function audit_history_tells_a_change('requests_app_returncomment');
create trigger lockbox_only before update on requests_app_returncomment for each row execute function lockbox_only('settled_by_id', 'settled_at');
create trigger lockbox_own_name before insert on requests_app_returncomment for each row execute function lockbox_own_name('written_by_id');
create trigger audit_stamp before insert on requests_app_historicalreviewuserpermission for each row execute function audit_history_stamp('requests_app_reviewuserpermission');
create trigger audit_change after insert on requests_app_historicalreviewuserpermission for each row execute function audit_history_tells_a_change('requests_app_reviewuserpermission');
create trigger audit_ledger after insert or update or delete on requests_app_reviewuserpermission for each row execute function audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''content_object_id'')::bigint', '{}');
create trigger audit_stamp before insert on requests_app_historicalrevocation for each row execute function audit_history_stamp('requests_app_revocation');
create trigger audit_change after insert on requests_app_historicalrevocation for each row execute function audit_history_tells_a_change('requests_app_revocation');
create trigger lockbox_only before update on requests_app_revocation for each row execute function lockbox_only('served_at', 'served_way', 'served_on', 'served_recorded_by_id');
create trigger audit_stamp before insert on requests_app_historicalsampledcase for each row execute function audit_history_stamp('requests_app_sampledcase');
create trigger audit_change after insert on requests_app_historicalsampledcase for each row execute function audit_history_tells_a_change('requests_app_sampledcase');
create trigger audit_stamp before insert on requests_app_historicalsavedaudit for each row execute function audit_history_stamp('requests_app_savedaudit');
create trigger audit_change after insert on requests_app_historicalsavedaudit for each row execute function audit_history_tells_a_change('requests_app_savedaudit');
create trigger lockbox_only before update on requests_app_savedaudit for each row execute function lockbox_only('conclusion_id', 'ended_by_id', 'ended_at');
create trigger lockbox_only before update on requests_app_laddernotice for each row execute function lockbox_only('rung', 'begun_at', 'sent_at', 'failed_at', 'trouble', 'maybe_twice', 'told_with_id');
create trigger audit_stamp before insert on requests_app_historicalsecrecyreview for each row execute function audit_history_stamp('requests_app_secrecyreview');
create trigger audit_change after insert on requests_app_historicalsecrecyreview for each row execute function audit_history_tells_a_change('requests_app_secrecyreview');
create trigger lockbox_only before update on requests_app_secrecyreview for each row execute function lockbox_only('is_named_list', 'diary_number', 'diary_year', 'diary_sequence', 'registered_at', 'public_subject', 'protected_subject_id', 'case_officer_id', 'security_protection', 'status', 'closed_at', 'version', 'listed_by_id', 'list_confirmed_by_id', 'matter', 'treaty_ground', 'is_divided');
create trigger audit_stamp before insert on requests_app_historicalseenrevision for each row execute function audit_history_stamp('requests_app_seenrevision');
create trigger audit_change after insert on requests_app_historicalseenrevision for each row execute function audit_history_tells_a_change('requests_app_seenrevision');
create trigger audit_stamp before insert on requests_app_historicalserviceofdecision for each row execute function audit_history_stamp('requests_app_serviceofdecision');
create trigger audit_change after insert on requests_app_historicalserviceofdecision for each row execute function audit_history_tells_a_change('requests_app_serviceofdecision');
create trigger audit_stamp before insert on requests_app_historicalstandingassessment for each row execute function audit_history_stamp('requests_app_standingassessment');
create trigger audit_change after insert on requests_app_historicalstandingassessment for each row execute function audit_history_tells_a_change('requests_app_standingassessment');
create trigger lockbox_own_name_once_set before insert or update on requests_app_standingassessment for each row execute function lockbox_own_name_once_set('revoked_by_id');
create trigger audit_stamp before insert on requests_app_historicalstandingrecipient for each row execute function audit_history_stamp('requests_app_standingrecipient');
create trigger audit_change after insert on requests_app_historicalstandingrecipient for each row execute function audit_history_tells_a_change('requests_app_standingrecipient');
create trigger audit_ledger after insert or update or delete on requests_app_standingrecipient for each row execute function audit_ledger_change('{}', 'select t0.authority_id from requests_app_standingassessment t0 where t0.id = ($1->>''standing_assessment_id'')::bigint', '{}');
create trigger audit_stamp before insert on requests_app_historicalstandingreliance for each row execute function audit_history_stamp('requests_app_standingreliance');
create trigger audit_change after insert on requests_app_historicalstandingreliance for each row execute function audit_history_tells_a_change('requests_app_standingreliance');
create trigger audit_stamp before insert on requests_app_historicalsidedoor for each row execute function audit_history_stamp('requests_app_sidedoor');
create trigger audit_change after insert on requests_app_historicalsidedoor for each row execute function audit_history_tells_a_change('requests_app_sidedoor');
create trigger lockbox_only before update on requests_app_sidedoor for each row execute function lockbox_only('until', 'closed_at', 'access_request_id', 'decision_number', 'covered_until', 'covered_by_id', 'covered_at', 'reason_id', 'withdrawn_at', 'withdrawn_by_id', 'version');
create trigger audit_stamp before insert on requests_app_historicalsupportticket for each row execute function audit_history_stamp('requests_app_supportticket');
create trigger audit_change after insert on requests_app_historicalsupportticket for each row execute function audit_history_tells_a_change('requests_app_supportticket');
create trigger lockbox_only before update on requests_app_supportticket for each row execute function lockbox_only('number', 'status', 'advanced_diagnostics', 'other_consents', 'version');
create trigger audit_stamp before insert on requests_app_historicalsubsequentreview for each row execute function audit_history_stamp('requests_app_subsequentreview');
create trigger audit_change after insert on requests_app_historicalsubsequentreview for each row execute function audit_history_tells_a_change('requests_app_subsequentreview');
create trigger lockbox_only before update on requests_app_subsequentreview for each row execute function lockbox_only('conclusion', 'note_id', 'concluded_by_id', 'concluded_at', 'version');
create trigger audit_stamp before insert on requests_app_historicaltextmask for each row execute function audit_history_stamp('requests_app_textmask');
create trigger audit_change after insert on requests_app_historicaltextmask for each row execute function audit_history_tells_a_change('requests_app_textmask');
create trigger lockbox_only before update on requests_app_textmask for each row execute function lockbox_only('lifted_at', 'lifted_by_id', 'lifted_because_id', 'subject_told_on', 'version');
create trigger audit_stamp before insert on requests_app_historicaltranslation for each row execute function audit_history_stamp('requests_app_translation');
create trigger audit_change after insert on requests_app_historicaltranslation for each row execute function audit_history_tells_a_change('requests_app_translation');
create trigger lockbox_own_name before insert on requests_app_translation for each row execute function lockbox_own_name('translated_by_id');
create trigger audit_stamp before insert on requests_app_historicalturntaken for each row execute function audit_history_stamp('requests_app_turntaken');
create trigger audit_change after insert on requests_app_historicalturntaken for each row execute function audit_history_tells_a_change('requests_app_turntaken');
create trigger audit_outside after insert or update or delete on requests_app_draft for each row execute function audit_ledger_outside('{fields}');
revoke select on requests_app_webhooksecret, requests_app_noticechannel,
  requests_app_registertoken, requests_app_rostergroup, requests_app_rostercalendar
  from lockbox_auditor;
grant select (id, name, made_at, ended_at, person_id, authority_id)
  on requests_app_registertoken to lockbox_auditor;
grant select (id, host) on requests_app_noticechannel to lockbox_auditor;
grant select (id, name) on requests_app_rostergroup to lockbox_auditor;
revoke insert, update, delete on
  requests_app_registertoken, requests_app_workingday, requests_app_disposaldate from lockbox_app;
revoke update, delete on requests_app_sentnotice, requests_app_channelnotice from lockbox_app;
revoke all on function lockbox_lines_run, lockbox_notices_run from public;
grant execute on function lockbox_lines_run, lockbox_notices_run to lockbox_app;
revoke all on function lockbox_case_dispose, lockbox_cases_dispose from public;
grant execute on function lockbox_cases_dispose to lockbox_disposal;
revoke update, delete on
  requests_app_historicalabsence, requests_app_historicalaccessibilityfault,
  requests_app_historicalaccessibilitystatement, requests_app_historicalauthority,
  requests_app_historicalclassificationlabel, requests_app_historicalcloudobject,
  requests_app_historicalcloudobjectinformationset, requests_app_historicalcloudsystem,
  requests_app_historicalconnection, requests_app_historicalcontractclient,
  requests_app_historicaldelegationrule, requests_app_historicalfirstmanagers,
  requests_app_historicaldrill, requests_app_historicaldrillcall,
  requests_app_historicalinformationset, requests_app_historicalinformationsetperson,
  requests_app_historicalinformationsetprovision, requests_app_historicalloggap,
  requests_app_historicalmailrule, requests_app_historicalmunicipality,
  requests_app_historicalnoticechannel, requests_app_historicalnoticechoice,
  requests_app_historicalnoticeladder, requests_app_historicalorigin,
  requests_app_historicaloriginal, requests_app_historicalphonenumber,
  requests_app_historicalprovider, requests_app_historicalproviderproduct,
  requests_app_historicalprocessingpaper, requests_app_historicalproviderlog,
  requests_app_historicalprovision, requests_app_historicalpublication,
  requests_app_historicalpublisher, requests_app_historicalpushdevice,
  requests_app_historicalreadinglimit, requests_app_historicalreconciliationrule,
  requests_app_historicalregisterchange, requests_app_historicalretentionrule,
  requests_app_historicalroleassignment, requests_app_historicalrosterauthority,
  requests_app_historicalrostercalendar, requests_app_historicalrostergroup,
  requests_app_historicalrosterpattern, requests_app_historicalsecrecybranch,
  requests_app_historicalsecurityclassification, requests_app_historicalshift,
  requests_app_historicalshiftoffer, requests_app_historicalstatuteparagraph,
  requests_app_historicalwebhooksecret, requests_app_historicaldisposal,
  requests_app_historicaldisposalanswer, requests_app_disposalanswer,
  requests_app_historicaldisposalitem, requests_app_historicaldisposalrule,
  requests_app_disposedcase, requests_app_historicaldiscloseddocument,
  requests_app_historicaldisclosuredecision, requests_app_historicaldisclosure,
  requests_app_disclosure, requests_app_historicaldisclosurerequest,
  requests_app_historicaldisclosuretariff, requests_app_historicalredaction,
  requests_app_historicaldiaryentry, requests_app_historicalrecipientnotice,
  requests_app_historicalregisterpage, requests_app_historicalsecrecymark,
  requests_app_historicalarchivedelivery, requests_app_historicalboardreport,
  requests_app_boardreport, requests_app_historicaltransparencyreport,
  requests_app_transparencyreport, requests_app_accessevent, requests_app_historicalaccessgrant,
  requests_app_historicalaccessrequest, requests_app_accessuse, requests_app_historicalalteration,
  requests_app_arrival, requests_app_historicalarrivalhandled,
  requests_app_historicalassessmentanswer, requests_app_historicalassignment,
  requests_app_historicalattachment, requests_app_attachment, requests_app_historicalauditfinding,
  requests_app_historicalbreach, requests_app_breach, requests_app_historicalcomparison,
  requests_app_historicalcondition, requests_app_condition,
  requests_app_historicalconditionfollowup, requests_app_conditionfollowup,
  requests_app_historicalconflictdeclaration, requests_app_conflictdeclaration,
  requests_app_historicalconsent, requests_app_historicalconsultation,
  requests_app_historicalcorrection, requests_app_correction,
  requests_app_historicaldatasubjectrequest, requests_app_historicaldecision, requests_app_decision,
  requests_app_historicaldecisiondocument, requests_app_decisiondocument,
  requests_app_historicaldelivery, requests_app_historicaldeviation, requests_app_deviationevent,
  requests_app_eventoutcome, requests_app_historicalfilenote, requests_app_filenote,
  requests_app_historicalfreeze, requests_app_historicalharmtest,
  requests_app_historicalincidentduty, requests_app_historicalincomingappeal,
  requests_app_historicallapse, requests_app_historicalmaskedtext, requests_app_maskedtext,
  requests_app_historicalmessage, requests_app_outboxattempt, requests_app_historicaloutsideanswer,
  requests_app_historicalpart, requests_app_historicalproposal, requests_app_receivedmail,
  requests_app_historicalrecertification, requests_app_replaybatch, requests_app_replayedcase,
  requests_app_replayrun, requests_app_historicalreporteddecision, requests_app_reporteddecision,
  requests_app_historicalrequestforreasons, requests_app_historicalrequestladder,
  requests_app_historicalrequestedobject, requests_app_historicalreservation,
  requests_app_reservation, requests_app_historicalreturncomment,
  requests_app_historicalreviewuserpermission, requests_app_historicalrevocation,
  requests_app_historicalsampledcase, requests_app_sampledcase, requests_app_historicalsavedaudit,
  requests_app_historicalsecrecyreview, requests_app_historicalseenrevision,
  requests_app_historicalserviceofdecision, requests_app_serviceofdecision,
  requests_app_historicalstandingassessment, requests_app_historicalstandingrecipient,
  requests_app_historicalstandingreliance, requests_app_standingreliance,
  requests_app_historicalsidedoor, requests_app_historicalsupportticket,
  requests_app_historicalsubsequentreview, requests_app_historicaltextmask,
  requests_app_historicaltranslation, requests_app_translation, requests_app_historicalturntaken from lockbox_app;
revoke insert on
  requests_app_disposedcase from lockbox_app;
do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
