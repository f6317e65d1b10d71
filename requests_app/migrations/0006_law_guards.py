"""Law guards."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

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

CREATE OR REPLACE FUNCTION public.lockbox_decision_terms_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
    elsif test.ground not in ('osl-10-2a', 'osl-10-2', 'osl-12-2', 'osl-8-3')
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
    dependencies = [('requests_app', '0005_law_2026_4')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
