"""Guards of the decision, and of the answer that is given on it."""

from django.db import migrations

DECISIONS = r"""
-- Decided by a person entitled to it, on what was proposed, as things stand now.
create function lockbox_decision_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  review requests_app_secrecyreview;
  rule requests_app_delegationrule;
  proposal requests_app_proposal;
  grants boolean := new.outcome in ('granted', 'granted_with_reservation', 'partially_granted');
  highest int;
  day date := (new.decided_at at time zone 'Europe/Stockholm')::date;
begin
  select * into review from requests_app_secrecyreview where id = new.review_id;
  select * into rule from requests_app_delegationrule where id = new.delegation_rule_id;
  select * into proposal from requests_app_proposal where id = new.proposal_id;
  if not exists (select from lockbox_site_user
                 where id = new.decided_by_id and is_active and not is_machine) then
    perform lockbox_refuse('only a person decides');
  end if;
  if rule.authority_id <> review.authority_id or not (new.outcome = any(rule.outcomes))
     or not lockbox_rule_in_force(rule.id, day)
     or new.granted_minutes > rule.max_minutes
     or rule.product_id <> (select c.product_id from requests_app_accessrequest r
                            join requests_app_connection c on c.id = r.connection_id
                            where r.id = review.access_request_id) then
    perform lockbox_refuse('the delegation rule does not cover this decision');
  end if;
  if rule.person_id is distinct from new.decided_by_id and not exists (
       select from requests_app_roleassignment
       where person_id = new.decided_by_id and role = rule.role
         and authority_id = review.authority_id
         and (branch_id is null or branch_id = review.branch_id)
         and valid_from <= day and coalesce(valid_to, day) >= day) then
    perform lockbox_refuse('the decision-maker does not hold the delegated role');
  end if;
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
  if exists (select from requests_app_conflictdeclaration c
             join requests_app_secrecyreview r on r.id = c.review_id
             join requests_app_accessrequest q on q.id = r.access_request_id
             where review.access_request_id in (q.id, q.merged_into_id)
               and c.person_id = new.decided_by_id and c.has_conflict)
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
  select max((select c.confidentiality from requests_app_securityclassification c
              where c.information_set_id = l.information_set_id and c.valid_from <= day
              order by c.valid_from desc, c.id desc limit 1))
    into highest
    from requests_app_requestedobject o
    join requests_app_cloudobjectinformationset l on l.cloud_object_id = o.cloud_object_id
    where o.review_id = new.review_id and o.removed_in_revision is null;
  if grants and highest = 4 then
    perform lockbox_refuse('an object holds information of class 4');
  end if;
  if grants and highest > rule.max_confidentiality then
    perform lockbox_refuse('the delegation rule does not cover this confidentiality');
  end if;
  if grants and lockbox_frozen(review.access_request_id, new.decided_at) then
    perform lockbox_refuse('approvals are stopped by a freeze');
  end if;
  if new.revision <> (select revision from requests_app_accessrequest
                      where id = review.access_request_id) then
    perform lockbox_refuse('the request has changed since the proposal');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_decision
  for each row execute function lockbox_decision_guard();
alter table requests_app_decision enable always trigger lockbox_guard;
"""

TERMS = r"""
-- Beside what lockbox_guard asks of a decision: its terms, and what it relies on.
create function lockbox_decision_terms_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  day date := (new.decided_at at time zone 'Europe/Stockholm')::date;
begin
  if new.outcome not in ('granted', 'granted_with_reservation', 'partially_granted') then
    return new;
  end if;
  if (new.outcome = 'granted_with_reservation') <> exists (
       select from requests_app_reservation where proposal_id = new.proposal_id)
     or (new.outcome = 'granted_with_reservation') <> (new.ground = 'osl-10-14') then
    perform lockbox_refuse('granting with reservation needs a reservation, and only that does');
  end if;
  if exists (select from requests_app_harmtest t
             where t.review_id = new.review_id and t.outcome = 'applies')
     and new.ground not in ('osl-10-2a', 'osl-10-2', 'osl-12-2') then
    perform lockbox_refuse('secrecy applies and the ground does not break it');
  end if;
  if exists (select from requests_app_harmtest t
             where t.review_id = new.review_id and t.outcome = 'applies_unless_reserved')
     and new.ground = 'not_secret' then
    perform lockbox_refuse('the risk of harm is not taken away');
  end if;
  if not exists (select from requests_app_standingreliance
                 where proposal_id = new.proposal_id)
     or exists (select from requests_app_standingreliance l
                join requests_app_standingassessment s on s.id = l.standing_assessment_id
                where l.proposal_id = new.proposal_id
                  and (s.confirmed_at is null or s.revoked_at is not null
                       or day not between s.valid_from and s.review_due)) then
    perform lockbox_refuse('the standing assessment relied on is not in force');
  end if;
  return new;
end $f$;

create trigger lockbox_terms_guard before insert on requests_app_decision
  for each row execute function lockbox_decision_terms_guard();
alter table requests_app_decision enable always trigger lockbox_terms_guard;
"""

ANSWERS = r"""
-- An Approve may wait, and may be given, only while every live review has granted it.
create function lockbox_delivery_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  granting text[] := array['granted', 'granted_with_reservation'];
  current_revision int;
begin
  if new.answer <> 'approve' or new.status not in ('open', 'confirmed') then
    return new;
  end if;
  select r.revision, case when p.can_answer_partly then granting || 'partially_granted'::text
                          else granting end
    into current_revision, granting
    from requests_app_accessrequest r
    join requests_app_connection c on c.id = r.connection_id
    join requests_app_providerproduct p on p.id = c.product_id
    where r.id = new.access_request_id;
  -- A machine may have given the answer before it heard of the change; that is told
  -- as it was. Nobody orders an answer on terms that have changed.
  if new.status = 'open' and new.revision <> current_revision then
    perform lockbox_refuse('the request has changed since the decision');
  end if;
  if new.status = 'open' and lockbox_frozen(new.access_request_id, new.created_at) then
    perform lockbox_refuse('approvals are stopped by a freeze');
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
                where d.review_id = review.id and d.outcome = any(granting)
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
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_delivery_guard();
alter table requests_app_delivery enable always trigger lockbox_guard;

-- A reservation binds from when it is served: no access is approved before.
create function lockbox_served_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.answer = 'approve' and new.status in ('open', 'confirmed') and exists (
       select from requests_app_decision d
       join requests_app_secrecyreview r on r.id = d.review_id
       where r.access_request_id = new.access_request_id
         and r.status not in ('rerouted', 'merged', 'dropped')
         and d.outcome = 'granted_with_reservation'
         and not exists (select from requests_app_decision l where l.supersedes_id = d.id)
         and not exists (select from requests_app_serviceofdecision s where s.decision_id = d.id)) then
    perform lockbox_refuse('the reservation has not been served');
  end if;
  return new;
end $f$;

create trigger lockbox_served_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_served_guard();
alter table requests_app_delivery enable always trigger lockbox_served_guard;
"""

ACCESS = r"""
create function lockbox_grant_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
    select from requests_app_delivery d
    where d.id = new.delivery_id and d.access_request_id = new.access_request_id
      and d.answer = 'approve' and d.status = 'confirmed'
      and new.opens_at >= d.given_at
      and new.ends_at <= new.opens_at + make_interval(mins => d.minutes)) then
    perform lockbox_refuse('access without a given approval, or longer than it');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_accessgrant
  for each row execute function lockbox_grant_guard();
alter table requests_app_accessgrant enable always trigger lockbox_guard;
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0004_guards_of_reviews")]
    operations = [
        migrations.RunSQL(
            DECISIONS,
            """
            drop trigger lockbox_guard on requests_app_decision;
            drop function lockbox_decision_guard;
            """,
        ),
        migrations.RunSQL(
            TERMS,
            """
            drop trigger lockbox_terms_guard on requests_app_decision;
            drop function lockbox_decision_terms_guard;
            """,
        ),
        migrations.RunSQL(
            ANSWERS,
            """
            drop trigger lockbox_served_guard on requests_app_delivery;
            drop trigger lockbox_guard on requests_app_delivery;
            drop function lockbox_served_guard;
            drop function lockbox_delivery_guard;
            """,
        ),
        migrations.RunSQL(
            ACCESS,
            """
            drop trigger lockbox_guard on requests_app_accessgrant;
            drop function lockbox_grant_guard;
            """,
        ),
    ]
