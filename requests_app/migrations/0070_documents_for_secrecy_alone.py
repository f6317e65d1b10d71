"""Official documents are refused for secrecy alone: they rest on no standing assessment,
and no freeze stops what is registered as a request for them."""

from django.db import migrations

DOCUMENTS = r"""
-- Is the review held to be of official documents? As law/case.py says it.
create function lockbox_asks_for_documents(review bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from requests_app_assessmentanswer
                 where review_id = review and node = 'N0.tf' and answer = 'yes')
$f$;

-- Has every authority concerned by the request registered it as one for documents? An
-- answer in an assessment opens no way past a freeze.
create function lockbox_hands_out_documents(request bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(bool_and(v.matter = 'documents'), false)
  from requests_app_secrecyreview v
  where v.access_request_id = request
    and v.status not in ('rerouted', 'merged', 'dropped')
$f$;
"""


def freezes(of_access):
    return rf"""
-- The freezes that stop an approval of the request at this time. What is not known is
-- taken for what is stopped: a country that nobody has told, an object on no map.
create or replace function lockbox_freezes(request bigint, at timestamptz) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select f.id
  from requests_app_freeze f
  join requests_app_accessrequest r on r.id = request
  join requests_app_connection c on c.id = r.connection_id
  join requests_app_providerproduct p on p.id = c.product_id
  where f.lifted_at is null and f.begins_at <= at
    and coalesce(f.ends_at, 'infinity') > at{of_access}
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
"""


def decision_guard(of_access):
    return rf"""
-- Decided now, by a person entitled to it, on what was proposed, as things stand now.
create or replace function lockbox_decision_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
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
    if grants{of_access} and lockbox_frozen(request.id, moment) then
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
"""


def terms_guard(demanded):
    return rf"""
-- Beside what lockbox_guard asks of a decision: its terms, and what it relies on. Past
-- each provision that gives secrecy leads a ground that the statute lets break it; what
-- that is stands with the provision (lifted_by). A tree that asks for one ground for all
-- leaves the tests' own empty.
create or replace function lockbox_decision_terms_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  reserved boolean := new.outcome = 'granted_with_reservation';
  demanded boolean := false;
  grounds text[] := '{{}}';
  settled boolean;
  test record;
begin
  if new.outcome not in ('granted', 'granted_with_reservation', 'partially_granted') then
    return new;
  end if;
  select a.tender_secrecy_yields into settled
    from requests_app_secrecyreview v
    join requests_app_authority a on a.id = v.authority_id
    where v.id = new.review_id;
  for test in
    select t.outcome, t.provision_id, t.ground <> '' as is_own,
           coalesce(nullif(t.ground, ''), new.ground) as ground,
           p.lifted_by || case when settled then p.lifted_if_settled
                               else '{{}}'::varchar[] end as lifted
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
    elsif test.ground not in ('osl-10-2a', 'osl-10-2', 'osl-12-2')
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
  if {demanded}not exists (select from requests_app_standingreliance
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
"""


NOT_ALL_DOCUMENTS = """
    and not lockbox_hands_out_documents(r.id)"""
NOT_DOCUMENTS = " and review.matter <> 'documents'"
# OSL 10:2 a asks whether it is unsuitable: that is settled there.
TO_PROCESSOR_OR_ACCESS = """\
('osl-10-2a' = any(grounds) or not lockbox_asks_for_documents(new.review_id))
     and """


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0069_revocation_appealed")]

    operations = [
        migrations.RunSQL(
            DOCUMENTS,
            """
            drop function lockbox_hands_out_documents;
            drop function lockbox_asks_for_documents;
            """,
        ),
        migrations.RunSQL(freezes(NOT_ALL_DOCUMENTS), freezes("")),
        migrations.RunSQL(decision_guard(NOT_DOCUMENTS), decision_guard("")),
        migrations.RunSQL(terms_guard(TO_PROCESSOR_OR_ACCESS), terms_guard("")),
    ]
