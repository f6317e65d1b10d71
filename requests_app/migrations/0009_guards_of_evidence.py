"""What the application's own login can not make up: decisions, answers, what is sent,
who did it and when; and what it does not take away.

The texts at the end are those that a way back restores.
"""

from django.db import migrations

BASE = r"""
-- Is it anybody but the one who acts? Machines act in their own name too.
create or replace function lockbox_is_not_actor(person bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select person is not null and person is distinct from audit_actor()
$f$;

-- Is it about now? What takes effect by its time is not dated otherwise.
create function lockbox_is_now(moment timestamptz) returns boolean language sql
  set search_path = pg_catalog, public, pg_temp as $f$
  select moment between audit_now() - interval '1 hour' and audit_now() + interval '5 minutes'
$f$;

create function lockbox_day(moment timestamptz) returns date language sql immutable
  set search_path = pg_catalog, public, pg_temp as $f$
  select (moment at time zone 'Europe/Stockholm')::date
$f$;

-- As lockbox_own_name, of a column that is written later than its row.
create function lockbox_own_name_once_set() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
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

-- The arguments are the columns that may change; the others stay as they were.
create function lockbox_only() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  later text[] := coalesce(tg_argv, '{}');
begin
  if to_jsonb(new) - later <> to_jsonb(old) - later then
    perform lockbox_refuse(tg_table_name || ' stays as it was written');
  end if;
  return new;
end $f$;
"""

MATTERS = r"""
-- What is one matter with these requests: what they extend or were merged into, and
-- what extends them or was merged into them.
create function lockbox_matters(requests bigint[]) returns setof bigint
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

-- The requests that a person has nothing to do with, for a conflict of interest.
create function lockbox_conflicts_of(person bigint) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_matters(array(
    select v.access_request_id from requests_app_conflictdeclaration c
    join requests_app_secrecyreview v on v.id = c.review_id
    where c.person_id = person and c.has_conflict))
$f$;
"""

CLASSES = r"""
-- The highest confidentiality of what a review's objects hold. What nobody has
-- classified may be as sensitive as anything that can be granted: 3.
create function lockbox_class(review bigint, day date) returns integer
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(max(coalesce((
      select c.confidentiality from requests_app_securityclassification c
      where c.information_set_id = l.information_set_id and c.valid_from <= day
      order by c.valid_from desc, c.id desc limit 1), 3)), 3)::integer
  from requests_app_requestedobject o
  left join requests_app_cloudobjectinformationset l on l.cloud_object_id = o.cloud_object_id
  where o.review_id = review and o.removed_in_revision is null
$f$;
"""

FREEZES = r"""
-- The freezes that stop an approval of the request at this time. What is not known is
-- taken for what is stopped: a country that nobody has told, an object on no map.
create function lockbox_freezes(request bigint, at timestamptz) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select f.id
  from requests_app_freeze f
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
         or f.country <> '' and r.engineer_country in ('', f.country)
         or f.information_set_id is not null and exists (
              select from requests_app_requestedobject o
              left join requests_app_cloudobjectinformationset l
                on l.cloud_object_id = o.cloud_object_id
              where o.access_request_id = r.id and o.removed_in_revision is null
                and coalesce(l.information_set_id, f.information_set_id) = f.information_set_id))
$f$;

create or replace function lockbox_frozen(request bigint, at timestamptz) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select lockbox_freezes(request, at))
$f$;

-- Whoever decides, orders or confirms an approval and whoever stops approvals wait for
-- each other: no approval slips in beside a freeze that is being set.
create function lockbox_keep_freezes_out() returns void language sql
  set search_path = pg_catalog, public, pg_temp as $f$
  select pg_advisory_xact_lock_shared(hashtextextended('lockbox freeze', 0))
$f$;

create function lockbox_freeze_waits() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform pg_advisory_xact_lock(hashtextextended('lockbox freeze', 0));
  return new;
end $f$;

create trigger lockbox_waits before insert on requests_app_freeze
  for each row execute function lockbox_freeze_waits();
alter table requests_app_freeze enable always trigger lockbox_waits;
"""

DECISIONS = r"""
-- What an outcome means to a provider whose product can grant a part, or can not.
create function lockbox_meaning(outcome text, partly boolean) returns text language sql immutable
  set search_path = pg_catalog, public, pg_temp as $f$
  select case when outcome = 'struck_off' then ''
    when outcome in ('granted', 'granted_with_reservation') then 'approve'
    when outcome = 'partially_granted' and partly then 'approve'
    else 'deny' end
$f$;

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
    if grants and lockbox_frozen(request.id, moment) then
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

TERMS = r"""
-- Beside what lockbox_guard asks of a decision: its terms, and what it relies on.
create or replace function lockbox_decision_terms_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
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
                       or lockbox_day(new.decided_at) not between s.valid_from and s.review_due
                       or lockbox_day(audit_now()) not between s.valid_from and s.review_due)) then
    perform lockbox_refuse('the standing assessment relied on is not in force');
  end if;
  return new;
end $f$;
"""

ANSWERS = r"""
-- The decisions that stand: of live reviews that are not open again.
create function lockbox_standing(request bigint) returns setof requests_app_decision
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select d.* from requests_app_decision d
  join requests_app_secrecyreview v on v.id = d.review_id
  where v.access_request_id = request and v.status in ('decided', 'closed')
    and not exists (select from requests_app_decision later where later.supersedes_id = d.id)
$f$;

-- An answer is ordered when the decisions that stand say so, in their words, and taken
-- back only while access runs; what was given or called back stays.
create function lockbox_answer_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' then
    if old.status in ('confirmed', 'cancelled')
         and to_jsonb(new) - 'version' <> to_jsonb(old) - 'version'
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
       join requests_app_content said on said.digest = d.motivation_for_recipient_id
       join requests_app_content told on told.digest = new.text_id
       where position(lockbox_text(said.body) in lockbox_text(told.body)) = 0) then
    perform lockbox_refuse('the answer leaves out what a decision says');
  end if;
  return new;
end $f$;

create trigger lockbox_answer_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_answer_guard();
alter table requests_app_delivery enable always trigger lockbox_answer_guard;

-- An Approve may wait, and may be given, only while every live review has granted it.
create or replace function lockbox_delivery_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
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
  if new.status = 'confirmed' and new.given_at > request.answer_deadline then
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
         and (review.security_protection <> 'no' or review.status <> 'decided'
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
                                  where later.supersedes_id = d.id)))) then
    perform lockbox_refuse('not every authority concerned has granted the request');
  end if;
  if (tg_op = 'INSERT' or new.status <> old.status) and exists (
       select from requests_app_secrecyreview review
       where review.access_request_id = new.access_request_id
         and review.status not in ('rerouted', 'merged', 'dropped')
         and lockbox_class(review.id, lockbox_day(moment)) = 4) then
    perform lockbox_refuse('an object holds information of class 4');
  end if;
  return new;
end $f$;
"""

ACCESS = r"""
create or replace function lockbox_grant_guard() returns trigger language plpgsql
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
  if tg_op = 'INSERT' and exists (
       select from requests_app_accessrequest
       where id = new.access_request_id and answer_deadline < new.opens_at) then
    perform lockbox_refuse('the time to answer had run out');
  end if;
  return new;
end $f$;
"""

OUTBOX = r"""
-- A message names what to tell of, once; what is sent is read from there. Only how far
-- it has come changes, and it is delivered only by a try.
create function lockbox_outbox_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
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
  if new.attempts <> 0 or new.uncertain or new.finished_at is not null
     or new.topic = 'answer' and not exists (
       select from requests_app_delivery d
       where d.id = new.delivery_id and d.access_request_id = new.access_request_id
         and d.status = 'open' and d.answer in ('approve', 'deny'))
     or new.topic = 'webhook' and not exists (
       select from requests_app_contractclient l
       join requests_app_accessrequest r on r.connection_id = l.connection_id
       where l.id = new.client_id and r.id = new.access_request_id and l.ended_at is null)
     or new.question_id is not null and not exists (
       select from requests_app_message q
       where q.id = new.question_id and q.access_request_id = new.access_request_id
         and not q.from_provider) then
    perform lockbox_refuse('a message of the outbox tells of what there is');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_outboxmessage
  for each row execute function lockbox_outbox_guard();
alter table requests_app_outboxmessage enable always trigger lockbox_guard;
revoke truncate on requests_app_outboxmessage from lockbox_app;
"""

AT_ONCE = r"""
do $d$ declare
  audit record;
begin
  for audit in
    select tgrelid::regclass::text as history, split_part(encode(tgargs, 'escape'), '\000', 1) as live
    from pg_trigger where tgname = 'audit_change' and not tgisinternal
  loop
    execute format('drop trigger audit_change on %s', audit.history);
    execute format('create trigger audit_change after insert on %s for each row'
      ' execute function audit_history_tells_a_change(%L)', audit.history, audit.live);
    execute format('alter table %s enable always trigger audit_change', audit.history);
  end loop;
end $d$;
"""

AT_COMMIT = r"""
do $d$ declare
  audit record;
begin
  for audit in
    select tgrelid::regclass::text as history, split_part(encode(tgargs, 'escape'), '\000', 1) as live
    from pg_trigger where tgname = 'audit_change' and not tgisinternal
  loop
    execute format('drop trigger audit_change on %s', audit.history);
    execute format('create constraint trigger audit_change after insert on %s deferrable initially deferred'
      ' for each row execute function audit_history_tells_a_change(%L)', audit.history, audit.live);
    execute format('alter table %s enable always trigger audit_change', audit.history);
  end loop;
end $d$;
"""

# As earlier migrations made them.
IS_NOT_ACTOR_BEFORE = r"""
create or replace function lockbox_is_not_actor(person bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select person is not null
    and person::text is distinct from current_setting('lockbox.actor_id', true)
    and not exists (select from lockbox_site_user u
                    where u.id::text = current_setting('lockbox.actor_id', true)
                      and u.is_machine)
$f$;
"""

FROZEN_BEFORE = r"""
create or replace function lockbox_frozen(request bigint, at timestamptz) returns boolean
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
"""

DECISION_BEFORE = r"""
create or replace function lockbox_decision_guard() returns trigger language plpgsql
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
"""

TERMS_BEFORE = r"""
create or replace function lockbox_decision_terms_guard() returns trigger language plpgsql
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
"""

DELIVERY_BEFORE = r"""
create or replace function lockbox_delivery_guard() returns trigger language plpgsql
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
"""

GRANT_BEFORE = r"""
create or replace function lockbox_grant_guard() returns trigger language plpgsql
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
"""

# Written in whose name, and when. Beside those of 0004.
IN_OWN_NAME = (
    ("requests_app_accessevent", "reported_by_id", "insert"),
    ("requests_app_arrival", "arrived_by_id", "insert"),
    ("requests_app_assignment", "assigned_by_id", "insert"),
    ("requests_app_boardreport", "made_by_id", "insert"),
    ("requests_app_conflictdeclaration", "person_id", "insert"),
    ("requests_app_correction", "corrected_by_id", "insert"),
    ("requests_app_decision", "decided_by_id", "insert"),
    ("requests_app_freeze", "made_by_id", "insert"),
    ("requests_app_message", "author_id", "insert"),
)
# Columns that are written later than their row, or again.
IN_OWN_NAME_ONCE_SET = (
    ("requests_app_delegationrule", "made_by_id"),
    ("requests_app_delivery", "confirmed_by_id"),
    ("requests_app_standingassessment", "revoked_by_id"),
)
# Rows that change, but never go away. Beside those of 0003 and 0004.
KEPT = (
    "lockbox_site_user",
    "requests_app_absence",
    "requests_app_accessgrant",
    "requests_app_accessrequest",
    "requests_app_arrivalhandled",
    "requests_app_assignment",
    "requests_app_authority",
    "requests_app_classificationlabel",
    "requests_app_cloudobject",
    "requests_app_cloudobjectinformationset",
    "requests_app_cloudsystem",
    "requests_app_connection",
    "requests_app_contractclient",
    "requests_app_delegationrule",
    "requests_app_delivery",
    "requests_app_freeze",
    "requests_app_informationset",
    "requests_app_informationsetprovision",
    "requests_app_message",
    "requests_app_outboxmessage",
    "requests_app_provider",
    "requests_app_providerproduct",
    "requests_app_provision",
    "requests_app_requestedobject",
    "requests_app_roleassignment",
    "requests_app_secrecybranch",
    "requests_app_secrecyreview",
    "requests_app_securityclassification",
    "requests_app_statuteparagraph",
    "requests_app_webhooksecret",
)
# Evidence, and the columns of it that are written later than their row.
ONLY = {
    "requests_app_accessgrant": "status ended_at end_reason end_note_id version",
    "requests_app_accessrequest": (
        "revision provider_service justification_id duration_minutes duration_text"
        " engineer_country employer_entity support_request requested_at answer_deadline"
        " provider_status status merged_into_id narrows_id extends_id version"
    ),
    "requests_app_arrivalhandled": "",
    "requests_app_assignment": "acknowledged_at ended_at end_reason",
    "requests_app_cloudobjectinformationset": "",
    "requests_app_contractclient": "name secret_made_at ended_at webhook_url version",
    "requests_app_delivery": (
        "status confirmed_by_id confirmed_at given_at provider_reference proof_id version"
    ),
    "requests_app_message": "",
    "requests_app_requestedobject": "review_id cloud_object_id removed_in_revision",
    "requests_app_reviewuserpermission": "",
    "requests_app_secrecyreview": (
        "is_named_list diary_number diary_year diary_sequence registered_at"
        " public_subject protected_subject_id case_officer_id security_protection"
        " status closed_at version"
    ),
    "requests_app_securityclassification": "",
    "requests_app_webhooksecret": "ended_at",
}


def trigger(table, name, event, function):
    return migrations.RunSQL(
        f"""
        create trigger {name} before {event} on {table}
          for each row execute function {function};
        alter table {table} enable always trigger {name};
        """,
        f"drop trigger {name} on {table};",
    )


def in_own_name(table, column, event):
    return trigger(table, "lockbox_own_name", event, f"lockbox_own_name('{column}')")


def in_own_name_once_set(table, column):
    function = f"lockbox_own_name_once_set('{column}')"
    return trigger(table, "lockbox_own_name", "insert or update", function)


def kept(table):
    return trigger(table, "lockbox_kept", "delete", "lockbox_kept()")


def only(table, columns):
    arguments = ", ".join(f"'{column}'" for column in columns.split())
    return trigger(table, "lockbox_only", "update", f"lockbox_only({arguments})")


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0008_said_by_decisions"),
        ("audit_app", "0003_history_not_invented"),
    ]
    operations = [
        migrations.RunSQL(
            BASE,
            """
            drop function lockbox_only;
            drop function lockbox_own_name_once_set;
            drop function lockbox_day;
            drop function lockbox_is_now;
            """
            + IS_NOT_ACTOR_BEFORE,
        ),
        migrations.RunSQL(
            MATTERS,
            "drop function lockbox_conflicts_of; drop function lockbox_matters;",
        ),
        migrations.RunSQL(CLASSES, "drop function lockbox_class;"),
        migrations.RunSQL(
            FREEZES,
            """
            drop trigger lockbox_waits on requests_app_freeze;
            drop function lockbox_freeze_waits;
            drop function lockbox_keep_freezes_out;
            """
            + FROZEN_BEFORE
            + "drop function lockbox_freezes;",
        ),
        migrations.RunSQL(
            DECISIONS, DECISION_BEFORE + "drop function lockbox_meaning;"
        ),
        migrations.RunSQL(TERMS, TERMS_BEFORE),
        migrations.RunSQL(
            ANSWERS,
            """
            drop trigger lockbox_answer_guard on requests_app_delivery;
            drop function lockbox_answer_guard;
            """
            + DELIVERY_BEFORE
            + "drop function lockbox_standing;",
        ),
        migrations.RunSQL(ACCESS, GRANT_BEFORE),
        migrations.RunSQL(
            OUTBOX,
            """
            drop trigger lockbox_guard on requests_app_outboxmessage;
            drop function lockbox_outbox_guard;
            """,
        ),
        migrations.RunSQL(AT_ONCE, AT_COMMIT),
        *(in_own_name(*row) for row in IN_OWN_NAME),
        *(in_own_name_once_set(*row) for row in IN_OWN_NAME_ONCE_SET),
        *(kept(table) for table in KEPT),
        *(only(*row) for row in ONLY.items()),
    ]
