-- What an outcome means to a provider whose product can grant a part, or can not.
create or replace function lockbox_meaning(outcome text, partly boolean) returns text
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select case when outcome = 'struck_off' then ''
    when outcome in ('granted', 'granted_with_reservation') then 'approve'
    when outcome = 'partially_granted' and partly then 'approve'
    else 'deny' end
$f$;

-- The decisions that stand: of live reviews that are not open again.
create or replace function lockbox_standing(
  request bigint
) returns setof requests_app_decision
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select d.* from requests_app_decision d
  join requests_app_secrecyreview v on v.id = d.review_id
  where v.access_request_id = request and v.status in ('decided', 'closed')
    and not exists (select from requests_app_decision later where later.supersedes_id = d.id)
$f$;

-- Was the review decided and not stopped, by what had been recorded at the moment?
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

-- The minutes granted in the rest of the matter: an extension gives more of the same
-- access. What several authorities have granted lasts as long as the shortest.
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

create trigger lockbox_guard before insert or update on requests_app_proposal
  for each row execute function lockbox_proposal_guard();

-- A comment is written while its proposal is returned, and ticked off once, in one's own name.
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

create trigger lockbox_guard before insert or update on requests_app_returncomment
  for each row execute function lockbox_return_comment_guard();

-- Terms, and what is relied on, are written together with their proposal: what the
-- decision-maker has read is all there is.
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

create trigger lockbox_guard before insert on requests_app_standingreliance
  for each row execute function lockbox_terms_guard();

create trigger lockbox_guard before insert on requests_app_condition
  for each row execute function lockbox_terms_guard();

create trigger lockbox_guard before insert on requests_app_reservation
  for each row execute function lockbox_terms_guard();

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

create trigger lockbox_guard before insert on requests_app_decision
  for each row execute function lockbox_decision_guard();

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

create trigger lockbox_parts_guard before insert on requests_app_decision
  for each row execute function lockbox_parts_guard();

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

create trigger lockbox_terms_guard before insert on requests_app_decision
  for each row execute function lockbox_decision_terms_guard();

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

create trigger lockbox_reasons_guard before insert on requests_app_decision
  for each row execute function lockbox_reasons_guard();

-- The limit of the delegation rule is one of the whole access, extensions included.
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

create trigger lockbox_sum_guard before insert on requests_app_decision
  for each row execute function lockbox_sum_guard();

-- Nothing is handed out to a foreign authority without a ground for it (OSL 8:3).
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

create trigger lockbox_foreign_demand_guard before insert on requests_app_decision
  for each row execute function lockbox_foreign_demand_guard();

-- Reasons are asked for of the review's own decision, or of its revocation, where some were
-- left out; and answered once, by whoever answers in their own name.
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

create trigger lockbox_guard before insert or update on requests_app_requestforreasons
  for each row execute function lockbox_reasons_asked_guard();

-- A reservation is served on each whom it binds, other decisions once.
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

create trigger lockbox_guard before insert on requests_app_serviceofdecision
  for each row execute function lockbox_service_guard();

-- A reservation binds from when it is served: no access is approved before.
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

create trigger lockbox_served_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_served_guard();

-- An appeal is of a decision there is; its time is tried by the authority or the court,
-- each as the law lets it, and what is settled stays.
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

create trigger lockbox_guard before insert or update on requests_app_incomingappeal
  for each row execute function lockbox_appeal_guard();
