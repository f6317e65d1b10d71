from django.db import migrations

# What design.md section 4 says must always hold, where a constraint on one row cannot.
GUARDS = r"""
create function lockbox_refuse(what text) returns void language plpgsql as $f$
begin
  raise exception '%', what using errcode = 'integrity_constraint_violation';
end $f$;

create function lockbox_decision_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  review requests_app_secrecyreview;
  rule requests_app_delegationrule;
  proposal requests_app_proposal;
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
     or day < rule.valid_from or day > coalesce(rule.valid_to, day) then
    perform lockbox_refuse('the delegation rule does not cover this decision');
  end if;
  if rule.person_id is distinct from new.decided_by_id and not exists (
       select from requests_app_reviewer
       where person_id = new.decided_by_id and role = rule.role
         and authority_id = review.authority_id
         and valid_from <= day and coalesce(valid_to, day) >= day) then
    perform lockbox_refuse('the decision-maker does not hold the delegated role');
  end if;
  if proposal.review_id <> new.review_id or proposal.proposed_by_id <> new.rapporteur_id
     or (proposal.outcome, proposal.revision, proposal.granted_minutes, proposal.granted_scope,
         proposal.conditions_id, proposal.motivation_internal_id, proposal.motivation_for_recipient_id)
        is distinct from
        (new.outcome, new.revision, new.granted_minutes, new.granted_scope,
         new.conditions_id, new.motivation_internal_id, new.motivation_for_recipient_id) then
    perform lockbox_refuse('the decision is not what was proposed');
  end if;
  if new.security_protection <> review.security_protection then
    perform lockbox_refuse('security protection on the decision is not the review''s');
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
  if exists (select from requests_app_requestedobject
             where access_request_id = new.access_request_id
               and review_id is null and removed_in_revision is null) then
    perform lockbox_refuse('an object of the request has no review');
  end if;
  if not exists (select from requests_app_secrecyreview
                 where access_request_id = new.access_request_id
                   and status not in ('rerouted', 'merged'))
     or exists (
       select from requests_app_secrecyreview review
       where review.access_request_id = new.access_request_id
         and review.status not in ('rerouted', 'merged')
         and (review.security_protection <> 'no' or review.status <> 'decided'
              or not exists (
                select from requests_app_decision d
                where d.review_id = review.id and d.outcome = any(granting)
                  and d.revision = new.revision
                  and not exists (select from requests_app_decision later
                                  where later.supersedes_id = d.id)))) then
    perform lockbox_refuse('not every authority concerned has granted the request');
  end if;
  return new;
end $f$;
create trigger lockbox_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_delivery_guard();

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
    for table in ("decision", "delivery", "accessgrant")
)

BACK = """
drop trigger lockbox_guard on requests_app_decision;
drop trigger lockbox_guard on requests_app_delivery;
drop trigger lockbox_guard on requests_app_accessgrant;
drop function lockbox_decision_guard();
drop function lockbox_delivery_guard();
drop function lockbox_grant_guard();
drop function lockbox_refuse(text);
"""


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0002_audited")]
    operations = [migrations.RunSQL(GUARDS + ALWAYS, BACK)]
