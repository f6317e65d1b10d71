"""Suspended delegates."""

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
end $f$;

-- Does an item of delegation let the person act: with the role that it names, or named by
-- it, and with a role there that is in force? Whoever is suspended from all decides nothing.
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

-- A revocation is decided by a person entitled to it, in their own name, of a grant that
-- stands.
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

-- A standing assessment is confirmed under the scheme of delegation, by an item for
-- just that.
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

revoke all on function lockbox_is_delegated from public;

grant execute on function lockbox_is_delegated to public;

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

revoke execute on function lockbox_is_delegated from public;

drop function lockbox_is_delegated;

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

CREATE OR REPLACE FUNCTION public.lockbox_revocation_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
  if rule.person_id is distinct from new.decided_by_id and not lockbox_holds_role(
       new.decided_by_id, rule.role, review.authority_id, review.branch_id, audit_now()) then
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
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_settles_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
  if rule.person_id is distinct from new.confirmed_by_id and not lockbox_holds_role(
       new.confirmed_by_id, rule.role, new.authority_id, null, audit_now()) then
    perform lockbox_refuse('whoever confirms does not hold the delegated role');
  end if;
  if new.delegation_snapshot->>'item_no' is distinct from rule.item_no
     or new.delegation_snapshot->>'board_decision' is distinct from rule.board_decision then
    perform lockbox_refuse('the copy of the delegation is not the rule');
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
    dependencies = [('requests_app', '0003_auditor_reads_names')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
