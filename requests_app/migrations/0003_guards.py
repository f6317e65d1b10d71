from django.db import migrations

# What design.md section 4 says must always hold, where a constraint on one row cannot.
GUARDS = r"""
create function lockbox_refuse(what text) returns void language plpgsql as $f$
begin
  raise exception '%', what using errcode = 'integrity_constraint_violation';
end $f$;

-- Confirmed by a second person and within its days, and so is what it comes from.
create function lockbox_rule_in_force(rule bigint, day date) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_delegationrule r
    left join requests_app_delegationrule p on p.id = r.parent_id
    where r.id = rule and r.confirmed_at is not null
      and day between r.valid_from and coalesce(r.valid_to, day)
      and (p.id is null or (p.confirmed_at is not null and p.may_subdelegate
           and day between p.valid_from and coalesce(p.valid_to, day))))
$f$;

-- Is an approval of the request stopped by a freeze at this time?
create function lockbox_frozen(request bigint, at timestamptz) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_freeze f
    join requests_app_accessrequest r on r.id = request
    join requests_app_connection c on c.id = r.connection_id
    join requests_app_providerproduct p on p.id = c.product_id
    where f.lifted_at is null and f.begins_at <= at
      and coalesce(f.ends_at, 'infinity') > at
      and ((f.covers_all and f.authority_id = c.authority_id)
           or exists (select from requests_app_secrecyreview v
                      where v.access_request_id = r.id
                        and v.authority_id = f.authority_id
                        and v.status not in ('rerouted', 'merged', 'dropped')))
      and (f.provider_id = p.provider_id or f.product_id = p.id
           or f.country = nullif(r.engineer_country, '')
           or f.information_set_id in (
                select l.information_set_id
                from requests_app_requestedobject o
                join requests_app_cloudobjectinformationset l
                  on l.cloud_object_id = o.cloud_object_id
                where o.access_request_id = r.id and o.removed_in_revision is null)))
$f$;

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
                 where id = new.decided_by_id and is_active and not is_service) then
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
       select from requests_app_reviewer
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
         proposal.conditions_id, proposal.motivation_internal_id, proposal.motivation_for_recipient_id)
        is distinct from
        (new.outcome, new.revision, new.object_ids, new.granted_minutes, new.granted_scope,
         new.conditions_id, new.motivation_internal_id, new.motivation_for_recipient_id) then
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

-- What was proposed stays as it was proposed; only what becomes of it is written.
create function lockbox_proposal_guard() returns trigger language plpgsql as $f$
begin
  if to_jsonb(new) - '{status,returned_comment_id}'::text[]
       <> to_jsonb(old) - '{status,returned_comment_id}'::text[]
     or (old.status <> 'open' and new.status <> old.status) then
    perform lockbox_refuse('a proposal is not rewritten');
  end if;
  return new;
end $f$;
create trigger lockbox_guard before update on requests_app_proposal
  for each row execute function lockbox_proposal_guard();

-- A suspicion is not taken back here, and a decision goes away by a new one only.
create function lockbox_review_guard() returns trigger language plpgsql as $f$
begin
  if old.security_protection in ('suspected', 'yes')
     and new.security_protection not in ('suspected', 'yes') then
    perform lockbox_refuse('a stop for security protection is not undone here');
  end if;
  return new;
end $f$;
create trigger lockbox_guard before update on requests_app_secrecyreview
  for each row execute function lockbox_review_guard();

-- Is it another than who acts? The system enters what it is delivered with.
create function lockbox_is_not_actor(person bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select person is not null
    and person::text is distinct from current_setting('lockbox.actor_id', true)
    and not exists (select from lockbox_site_user u
                    where u.id::text = current_setting('lockbox.actor_id', true)
                      and u.is_service)
$f$;

-- Nobody gives themselves a role; what is changed is looked at again, by who says so.
create function lockbox_reviewer_guard() returns trigger language plpgsql as $f$
declare
  seen text[] := '{seen_by_id,seen_at,version}';
  changed boolean := true;
  given boolean := true;
begin
  if tg_op = 'UPDATE' then
    changed := to_jsonb(new) - seen <> to_jsonb(old) - seen;
    given := new.given_by_id <> old.given_by_id;
  end if;
  if changed and new.person_id::text = current_setting('lockbox.actor_id', true) then
    perform lockbox_refuse('nobody gives themselves a role');
  end if;
  if changed and new.seen_at is not null then
    perform lockbox_refuse('a role that is changed has to be looked at again');
  end if;
  if given and lockbox_is_not_actor(new.given_by_id)
     or new.seen_by_id is not null and lockbox_is_not_actor(new.seen_by_id) then
    perform lockbox_refuse('a role is given and looked at in one''s own name');
  end if;
  return new;
end $f$;
create trigger lockbox_guard before insert or update on requests_app_reviewer
  for each row execute function lockbox_reviewer_guard();

-- An item is confirmed in one's own name, within what it comes from, and then only
-- ended: another wording is another item.
create function lockbox_delegation_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
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
create trigger lockbox_guard before insert or update on requests_app_delegationrule
  for each row execute function lockbox_delegation_guard();

-- A freeze stays as it was set; who asks and who lifts say so in their own name.
create function lockbox_freeze_guard() returns trigger language plpgsql as $f$
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
create trigger lockbox_guard before update on requests_app_freeze
  for each row execute function lockbox_freeze_guard();

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
"""

ALWAYS = "".join(
    f"alter table requests_app_{table} enable always trigger lockbox_guard;"
    for table in (
        "decision",
        "delivery",
        "accessgrant",
        "proposal",
        "secrecyreview",
        "reviewer",
        "delegationrule",
        "freeze",
    )
)

BACK = """
drop trigger lockbox_guard on requests_app_decision;
drop trigger lockbox_guard on requests_app_proposal;
drop trigger lockbox_guard on requests_app_secrecyreview;
drop trigger lockbox_guard on requests_app_reviewer;
drop function lockbox_proposal_guard();
drop function lockbox_review_guard();
drop function lockbox_reviewer_guard();
drop trigger lockbox_guard on requests_app_delegationrule;
drop trigger lockbox_guard on requests_app_freeze;
drop function lockbox_delegation_guard();
drop function lockbox_freeze_guard();
drop function lockbox_is_not_actor(bigint);
drop trigger lockbox_guard on requests_app_delivery;
drop trigger lockbox_guard on requests_app_accessgrant;
drop function lockbox_decision_guard();
drop function lockbox_delivery_guard();
drop function lockbox_grant_guard();
drop function lockbox_rule_in_force(bigint, date);
drop function lockbox_frozen(bigint, timestamptz);
drop function lockbox_refuse(text);
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0002_audited")]
    operations = [migrations.RunSQL(GUARDS + ALWAYS, BACK)]
