"""What is given is asked again, of its grounds too; what is extended is added up."""

from django.db import migrations

FALLEN = r"""
-- Has something that the proposal relied on fallen by this time: a standing assessment
-- that is revoked or has run out, a consent that is taken back?
create function lockbox_has_fallen(proposal bigint, at timestamptz) returns boolean
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
    join requests_app_harmtest t
      on t.review_id = p.review_id and t.provision_id = c.provision_id
    where p.id = proposal and coalesce(nullif(t.ground, ''), p.ground) = 'osl-12-2'
      and c.recorded_at <= p.proposed_at
      and c.withdrawal_recorded_at > p.proposed_at and c.withdrawal_recorded_at <= at)
$f$;

-- As lockbox_delivery_guard of a freeze: not ordered, and not given afterwards, on what
-- has fallen.
create function lockbox_ground_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
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

create trigger lockbox_ground_guard before insert or update on requests_app_delivery
  for each row execute function lockbox_ground_guard();
alter table requests_app_delivery enable always trigger lockbox_ground_guard;

-- Whoever takes a ground away and whoever grants on it wait for each other, as whoever
-- sets a freeze does.
create trigger lockbox_waits before update on requests_app_standingassessment
  for each row when (new.revoked_at is distinct from old.revoked_at)
  execute function lockbox_freeze_waits();
alter table requests_app_standingassessment enable always trigger lockbox_waits;

create trigger lockbox_waits before update on requests_app_consent
  for each row when (new.withdrawn_at is distinct from old.withdrawn_at)
  execute function lockbox_freeze_waits();
alter table requests_app_consent enable always trigger lockbox_waits;
"""

SUMS = r"""
-- The minutes granted in the rest of the matter: an extension gives more of the same
-- access. What several authorities have granted lasts as long as the shortest.
create function lockbox_minutes_beside(request bigint) returns integer
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(sum(minutes), 0)::integer from (
    select min(d.granted_minutes) as minutes
    from requests_app_decision d
    join requests_app_secrecyreview v on v.id = d.review_id
    where v.access_request_id in (select lockbox_matters(array[request]))
      and v.access_request_id <> request
      and v.status not in ('rerouted', 'merged', 'dropped')
      and d.answer = 'approve'
      and not exists (select from requests_app_decision later where later.supersedes_id = d.id)
    group by v.access_request_id) granted
$f$;

-- Beside what lockbox_decision_guard asks of the rule: its limit is one of the whole
-- access, extensions included.
create function lockbox_sum_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
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
alter table requests_app_decision enable always trigger lockbox_sum_guard;
"""

NO_SUMS = """
drop trigger lockbox_sum_guard on requests_app_decision;
drop function lockbox_sum_guard;
drop function lockbox_minutes_beside;
"""

GONE = """
drop trigger lockbox_waits on requests_app_consent;
drop trigger lockbox_waits on requests_app_standingassessment;
drop trigger lockbox_ground_guard on requests_app_delivery;
drop function lockbox_ground_guard;
drop function lockbox_has_fallen;
"""


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0014_what_documents_say")]

    operations = [
        migrations.RunSQL(FALLEN, GONE),
        migrations.RunSQL(SUMS, NO_SUMS),
    ]
