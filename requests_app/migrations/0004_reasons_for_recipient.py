"""Reasons for recipient."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

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
     or (proposal.outcome, proposal.revision, proposal.object_ids, proposal.granted_minutes, proposal.granted_scope,
         proposal.ground, proposal.motivation_internal_id, proposal.motivation_for_recipient_id,
         proposal.left_out_for, proposal.left_out_because_id, proposal.left_out_weight_id,
         proposal.told_instead_id, proposal.named_codes, proposal.named_because_id)
        is distinct from
        (new.outcome, new.revision, new.object_ids, new.granted_minutes, new.granted_scope,
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

-- The recipient reads all reasons, unless it has been tried to leave some out; and no
-- provision that it may not read of stands in them (FL 32, OSL 10:3).
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

CREATE TRIGGER lockbox_reasons_guard BEFORE INSERT ON public.requests_app_decision FOR EACH ROW EXECUTE FUNCTION lockbox_reasons_guard();

revoke all on function lockbox_reasons_guard from public;

grant execute on function lockbox_reasons_guard to public;

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

revoke execute on function lockbox_reasons_guard from public;

drop trigger lockbox_reasons_guard on requests_app_decision;

drop function lockbox_reasons_guard;

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

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_reasons_for_recipient')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
