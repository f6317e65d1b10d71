set local check_function_bodies = off;

drop trigger lockbox_guard on requests_app_secrecyreview;

drop trigger lockbox_guard on requests_app_proposal;

drop trigger audit_stamp on requests_app_historicalwebhooksecret;

drop trigger audit_stamp on requests_app_historicalstatuteparagraph;

drop trigger audit_stamp on requests_app_historicalstandingreliance;

drop trigger audit_stamp on requests_app_historicalstandingrecipient;

drop trigger audit_stamp on requests_app_historicalstandingassessment;

drop trigger audit_stamp on requests_app_historicalserviceofdecision;

drop trigger audit_stamp on requests_app_historicalseenrevision;

drop trigger audit_stamp on requests_app_historicalsecurityclassification;

drop trigger audit_stamp on requests_app_historicalsecrecyreview;

drop trigger audit_stamp on requests_app_historicalsecrecybranch;

drop trigger audit_stamp on requests_app_historicalsavedaudit;

drop trigger audit_stamp on requests_app_historicalsampledcase;

drop trigger audit_stamp on requests_app_historicalroleassignment;

drop trigger audit_stamp on requests_app_historicalrevocation;

drop trigger audit_stamp on requests_app_historicalreviewuserpermission;

drop trigger audit_stamp on requests_app_historicalreservation;

drop trigger audit_stamp on requests_app_historicalrequestedobject;

drop trigger audit_stamp on requests_app_historicalreporteddecision;

drop trigger audit_stamp on requests_app_historicalregisterchange;

drop trigger audit_stamp on requests_app_historicalprovision;

drop trigger audit_stamp on requests_app_historicalproviderproduct;

drop trigger audit_stamp on requests_app_historicalprovider;

drop trigger audit_stamp on requests_app_historicalproposal;

drop trigger audit_stamp on requests_app_historicaloutsideanswer;

drop trigger audit_stamp on requests_app_historicalnoticechoice;

drop trigger audit_stamp on requests_app_historicalnoticechannel;

drop trigger audit_stamp on requests_app_historicalmessage;

drop trigger audit_stamp on requests_app_historicalinformationsetprovision;

drop trigger audit_stamp on requests_app_historicalinformationsetperson;

drop trigger audit_stamp on requests_app_historicalinformationset;

drop trigger audit_stamp on requests_app_historicalincomingappeal;

drop trigger audit_stamp on requests_app_historicalincidentduty;

drop trigger audit_stamp on requests_app_historicalharmtest;

drop trigger audit_stamp on requests_app_historicalfreeze;

drop trigger audit_stamp on requests_app_historicalfirstmanagers;

drop trigger audit_stamp on requests_app_historicalfilenote;

drop trigger audit_stamp on requests_app_historicaldeviation;

drop trigger audit_stamp on requests_app_historicaldelivery;

drop trigger audit_stamp on requests_app_historicaldelegationrule;

drop trigger audit_stamp on requests_app_historicaldecisiondocument;

drop trigger audit_stamp on requests_app_historicaldecision;

drop trigger audit_stamp on requests_app_historicalcorrection;

drop trigger audit_stamp on requests_app_historicalcontractclient;

drop trigger audit_stamp on requests_app_historicalconsultation;

drop trigger audit_stamp on requests_app_historicalconsent;

drop trigger audit_stamp on requests_app_historicalconnection;

drop trigger audit_stamp on requests_app_historicalconflictdeclaration;

drop trigger audit_stamp on requests_app_historicalconditionfollowup;

drop trigger audit_stamp on requests_app_historicalcondition;

drop trigger audit_stamp on requests_app_historicalcomparison;

drop trigger audit_stamp on requests_app_historicalcloudsystem;

drop trigger audit_stamp on requests_app_historicalcloudobjectinformationset;

drop trigger audit_stamp on requests_app_historicalcloudobject;

drop trigger audit_stamp on requests_app_historicalclassificationlabel;

drop trigger audit_stamp on requests_app_historicalboardreport;

drop trigger audit_stamp on requests_app_historicalauthority;

drop trigger audit_stamp on requests_app_historicalauditfinding;

drop trigger audit_stamp on requests_app_historicalattachment;

drop trigger audit_stamp on requests_app_historicalassignment;

drop trigger audit_stamp on requests_app_historicalassessmentanswer;

drop trigger audit_stamp on requests_app_historicalarrivalhandled;

drop trigger audit_stamp on requests_app_historicalalteration;

drop trigger audit_stamp on requests_app_historicalaccessrequest;

drop trigger audit_stamp on requests_app_historicalaccessgrant;

drop trigger audit_stamp on requests_app_historicalabsence;

drop trigger audit_ledger on requests_app_webhooksecret;

drop trigger audit_ledger on requests_app_statuteparagraph;

drop trigger audit_ledger on requests_app_standingreliance;

drop trigger audit_ledger on requests_app_standingrecipient;

drop trigger audit_ledger on requests_app_standingassessment;

drop trigger audit_ledger on requests_app_serviceofdecision;

drop trigger audit_ledger on requests_app_seenrevision;

drop trigger audit_ledger on requests_app_securityclassification;

drop trigger audit_ledger on requests_app_secrecyreview;

drop trigger audit_ledger on requests_app_secrecybranch;

drop trigger audit_ledger on requests_app_savedaudit;

drop trigger audit_ledger on requests_app_sampledcase;

drop trigger audit_ledger on requests_app_roleassignment;

drop trigger audit_ledger on requests_app_revocation;

drop trigger audit_ledger on requests_app_reviewuserpermission;

drop trigger audit_ledger on requests_app_reservation;

drop trigger audit_ledger on requests_app_requestedobject;

drop trigger audit_ledger on requests_app_reporteddecision;

drop trigger audit_ledger on requests_app_replayrun;

drop trigger audit_ledger on requests_app_registertoken;

drop trigger audit_ledger on requests_app_registerchange;

drop trigger audit_ledger on requests_app_provision;

drop trigger audit_ledger on requests_app_providerproduct;

drop trigger audit_ledger on requests_app_provider;

drop trigger audit_ledger on requests_app_proposal;

drop trigger audit_ledger on requests_app_outsideanswer;

drop trigger audit_ledger on requests_app_outboxattempt;

drop trigger audit_ledger on requests_app_noticechoice;

drop trigger audit_ledger on requests_app_noticechannel;

drop trigger audit_ledger on requests_app_message;

drop trigger audit_ledger on requests_app_informationsetprovision;

drop trigger audit_ledger on requests_app_informationsetperson;

drop trigger audit_ledger on requests_app_informationset;

drop trigger audit_ledger on requests_app_incomingappeal;

drop trigger audit_ledger on requests_app_incidentduty;

drop trigger audit_ledger on requests_app_harmtest;

drop trigger audit_ledger on requests_app_freeze;

drop trigger audit_ledger on requests_app_firstmanagers;

drop trigger audit_ledger on requests_app_filenote;

drop trigger audit_ledger on requests_app_deviation;

drop trigger audit_ledger on requests_app_delivery;

drop trigger audit_ledger on requests_app_delegationrule;

drop trigger audit_ledger on requests_app_decisiondocument;

drop trigger audit_ledger on requests_app_decision;

drop trigger audit_ledger on requests_app_correction;

drop trigger audit_ledger on requests_app_contractclient;

drop trigger audit_ledger on requests_app_content;

drop trigger audit_ledger on requests_app_consultation;

drop trigger audit_ledger on requests_app_consent;

drop trigger audit_ledger on requests_app_connection;

drop trigger audit_ledger on requests_app_conflictdeclaration;

drop trigger audit_ledger on requests_app_conditionfollowup;

drop trigger audit_ledger on requests_app_condition;

drop trigger audit_ledger on requests_app_comparison;

drop trigger audit_ledger on requests_app_cloudsystem;

drop trigger audit_ledger on requests_app_cloudobjectinformationset;

drop trigger audit_ledger on requests_app_cloudobject;

drop trigger audit_ledger on requests_app_classificationlabel;

drop trigger audit_ledger on requests_app_boardreport;

drop trigger audit_ledger on requests_app_authority;

drop trigger audit_ledger on requests_app_auditfinding;

drop trigger audit_ledger on requests_app_attachment;

drop trigger audit_ledger on requests_app_assignment;

drop trigger audit_ledger on requests_app_assessmentanswer;

drop trigger audit_ledger on requests_app_arrivalhandled;

drop trigger audit_ledger on requests_app_arrival;

drop trigger audit_ledger on requests_app_alteration;

drop trigger audit_ledger on requests_app_accessrequest;

drop trigger audit_ledger on requests_app_accessgrant;

drop trigger audit_ledger on requests_app_accessevent;

drop trigger audit_ledger on requests_app_absence;

drop function audit_ledger_dispose;

-- What a call that comes again is answered is written once, in the transaction of the call
-- it answered, and forgotten when no call comes again.
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

-- What was proposed stays as it was proposed, and only what becomes of it is written: it is
-- decided by its decision.
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

-- A review is decided together with its decision, in one transaction. A stop for security
-- protection is not undone in the review.
create or replace function lockbox_review_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.status = 'decided' and (tg_op = 'INSERT' or old.status <> 'decided') and not exists (
       select from requests_app_decision d join requests_app_historicaldecision h on h.id = d.id
       where d.review_id = new.id and h.history_type = '+' and h.history_xid = pg_current_xact_id()) then
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

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_absence FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_accessevent FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_accessgrant FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_accessrequest FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_alteration FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_arrival FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_arrivalhandled FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_assessmentanswer FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_assignment FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_attachment FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_auditfinding FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_authority FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_boardreport FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_classificationlabel FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_cloudobject FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_cloudobjectinformationset FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_informationset t0 where t0.id = ($1->>''information_set_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_cloudsystem FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_comparison FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_condition FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_conditionfollowup FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_conflictdeclaration FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_connection FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_consent FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_consultation FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_content FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{body,salt}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_contractclient FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_correction FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t1.authority_id from requests_app_decision t0 join requests_app_secrecyreview t1 on t1.id = t0.review_id where t0.id = ($1->>''decision_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_decision FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_decisiondocument FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t1.authority_id from requests_app_decision t0 join requests_app_secrecyreview t1 on t1.id = t0.review_id where t0.id = ($1->>''decision_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_delegationrule FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_delivery FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_deviation FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_filenote FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_firstmanagers FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_freeze FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_harmtest FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_incidentduty FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_incomingappeal FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_informationset FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_informationsetperson FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_informationset t0 where t0.id = ($1->>''information_set_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_informationsetprovision FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_informationset t0 where t0.id = ($1->>''information_set_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_message FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_noticechannel FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{address_sealed,secret_sealed}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_noticechoice FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_outboxattempt FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_outsideanswer FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_proposal FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_provider FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_providerproduct FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_provision FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_registerchange FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_registertoken FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{digest}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_replayrun FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_reporteddecision FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_boardreport t0 where t0.id = ($1->>''report_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_requestedobject FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_reservation FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_reviewuserpermission FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''content_object_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_revocation FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_roleassignment FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_sampledcase FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_savedaudit FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_secrecybranch FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_secrecyreview FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_securityclassification FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_informationset t0 where t0.id = ($1->>''information_set_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_seenrevision FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_serviceofdecision FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_standingassessment FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_standingrecipient FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_standingassessment t0 where t0.id = ($1->>''standing_assessment_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_standingreliance FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_statuteparagraph FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_webhooksecret FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{sealed}', 'select null::bigint', '{}');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalabsence FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_absence');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalaccessgrant FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_accessgrant');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalaccessrequest FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_accessrequest');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalalteration FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_alteration');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalarrivalhandled FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_arrivalhandled');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalassessmentanswer FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_assessmentanswer');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalassignment FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_assignment');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalattachment FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_attachment');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalauditfinding FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_auditfinding');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalauthority FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_authority');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalboardreport FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_boardreport');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalclassificationlabel FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_classificationlabel');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalcloudobject FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_cloudobject');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalcloudobjectinformationset FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_cloudobjectinformationset');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalcloudsystem FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_cloudsystem');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalcomparison FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_comparison');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalcondition FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_condition');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalconditionfollowup FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_conditionfollowup');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalconflictdeclaration FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_conflictdeclaration');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalconnection FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_connection');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalconsent FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_consent');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalconsultation FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_consultation');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalcontractclient FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_contractclient');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalcorrection FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_correction');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicaldecision FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_decision');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicaldecisiondocument FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_decisiondocument');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicaldelegationrule FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_delegationrule');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicaldelivery FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_delivery');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicaldeviation FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_deviation');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalfilenote FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_filenote');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalfirstmanagers FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_firstmanagers');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalfreeze FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_freeze');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalharmtest FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_harmtest');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalincidentduty FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_incidentduty');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalincomingappeal FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_incomingappeal');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalinformationset FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_informationset');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalinformationsetperson FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_informationsetperson');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalinformationsetprovision FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_informationsetprovision');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalmessage FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_message');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalnoticechannel FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_noticechannel');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalnoticechoice FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_noticechoice');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicaloutsideanswer FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_outsideanswer');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalproposal FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_proposal');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalprovider FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_provider');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalproviderproduct FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_providerproduct');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalprovision FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_provision');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalregisterchange FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_registerchange');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalreporteddecision FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_reporteddecision');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalrequestedobject FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_requestedobject');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalreservation FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_reservation');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalreviewuserpermission FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_reviewuserpermission');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalrevocation FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_revocation');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalroleassignment FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_roleassignment');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalsampledcase FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_sampledcase');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalsavedaudit FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_savedaudit');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalsecrecybranch FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_secrecybranch');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalsecrecyreview FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_secrecyreview');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalsecurityclassification FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_securityclassification');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalseenrevision FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_seenrevision');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalserviceofdecision FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_serviceofdecision');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalstandingassessment FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_standingassessment');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalstandingrecipient FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_standingrecipient');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalstandingreliance FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_standingreliance');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalstatuteparagraph FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_statuteparagraph');

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalwebhooksecret FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_webhooksecret');

CREATE TRIGGER lockbox_guard BEFORE INSERT OR DELETE OR UPDATE ON public.requests_app_idempotencykey FOR EACH ROW EXECUTE FUNCTION lockbox_idempotencykey_guard();

CREATE TRIGGER lockbox_guard BEFORE INSERT OR UPDATE ON public.requests_app_proposal FOR EACH ROW EXECUTE FUNCTION lockbox_proposal_guard();

CREATE TRIGGER lockbox_guard BEFORE INSERT OR UPDATE ON public.requests_app_secrecyreview FOR EACH ROW EXECUTE FUNCTION lockbox_review_guard();

revoke all on function lockbox_idempotencykey_guard from public;

grant execute on function audit_clock to public;

grant execute on function audit_commitment to public;

grant execute on function audit_disposal_confirm to lockbox_disposal;

grant execute on function audit_disposal_propose to lockbox_disposal;

grant execute on function audit_ledger_standing to public;

grant execute on function audit_moment to public;

grant execute on function audit_row_digest to public;

grant execute on function lockbox_idempotencykey_guard to public;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
