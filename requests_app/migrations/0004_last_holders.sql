set local check_function_bodies = off;

drop trigger lockbox_two_persons_update on requests_app_authority;

drop function lockbox_runs;

-- Nobody closes an account, nor says that the directory takes a role away, where too few
-- would be left with what the person is.
create or replace function lockbox_account_kept() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  missed text;
begin
  if lockbox_delivers() then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('lockbox roles', 0));
  select r.role into missed from requests_app_roleassignment r
  where r.person_id = new.id and lockbox_gives(r, audit_now())
    and (old.directory_roles is null or r.role = any (old.directory_roles))
    and not (new.is_active and (new.directory_roles is null or r.role = any (new.directory_roles)))
    and lockbox_lacks(r.role, r.authority_id, audit_now(), null)
  limit 1;
  if missed is not null then
    perform lockbox_refuse('too few would be left as ' || missed);
  end if;
  return null;
end $f$;

-- Who can confirm roles of the authority at that moment: its managers, and those who
-- stand in for them.
create or replace function lockbox_confirmers(authority bigint, at timestamptz) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select distinct r.person_id from requests_app_roleassignment r
  where r.role = 'it_manager' and r.branch_id is null
    and (r.authority_id = authority or lockbox_stands_in(r.authority_id, authority))
    and lockbox_holds_role(r.person_id, 'it_manager', r.authority_id, null, at)
$f$;

-- First managers are proposed and settled in one's own name, by who manages at whoever
-- runs the connections; nobody proposes or confirms themselves, nor somebody whose
-- account they made.
create or replace function lockbox_first_managers_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor bigint := audit_actor();
begin
  if actor in (new.first_id, new.second_id) and new.refused_at is null or exists (
       select from lockbox_site_user u
       where u.id in (new.first_id, new.second_id) and u.made_by_id = actor)
     or not lockbox_may_stand_in(actor, new.authority_id) then
    perform lockbox_refuse('first managers are given by who manages at whoever runs the connections');
  end if;
  if tg_op = 'INSERT' then
    if lockbox_is_not_actor(new.proposed_by_id) or not lockbox_is_now(new.proposed_at)
       or num_nonnulls(new.confirmed_by_id, new.confirmed_at, new.refused_by_id, new.refused_at) > 0 then
      perform lockbox_refuse('first managers are proposed in one''s own name, and settled later');
    end if;
    return new;
  end if;
  if num_nonnulls(old.confirmed_at, old.refused_at) > 0
     or num_nonnulls(new.confirmed_by_id, new.confirmed_at) = 1
     or num_nonnulls(new.refused_by_id, new.refused_at) = 1
     or coalesce(new.confirmed_by_id, new.refused_by_id) is distinct from actor
     or not lockbox_is_now(coalesce(new.confirmed_at, new.refused_at)) then
    perform lockbox_refuse('first managers are settled once, in one''s own name');
  end if;
  return new;
end $f$;

-- Does the row, as it was, give the person the role at that moment?
create or replace function lockbox_gives(
  r requests_app_roleassignment, at timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select r.branch_id is null and coalesce(r.confirmed_at, 'infinity') <= at
    and coalesce(least(r.refused_at, r.ended_at, r.suspended_at), 'infinity') > at
    and lockbox_day(at) between r.valid_from and coalesce(r.valid_to, 'infinity')
$f$;

-- Are too few left with the role at that moment, or would they be without this person?
-- One gives a role and another confirms it: of managers that takes two. What is used
-- unconfirmed at night does not last.
create or replace function lockbox_lacks(
  held text, authority bigint, at timestamptz, gone bigint
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case
    when held = 'it_manager' then 2 > (
      select count(*) from lockbox_confirmers(authority, at) person
      where person is distinct from gone)
    when held in ('decision_maker', 'information_security', 'security_protection') then not exists (
      select from requests_app_roleassignment r
      where r.role = held and r.authority_id = authority and r.branch_id is null
        and r.confirmed_at is not null and r.person_id is distinct from gone
        and lockbox_holds_role(r.person_id, held, authority, null, at))
    else false end
$f$;

-- Does the person manage roles of the authority? Not if they are among the others; where
-- no manager is left but those, the managers of an authority that runs a connection do.
create or replace function lockbox_manages(
  person bigint, authority bigint, branch bigint, others bigint[]
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select person <> all (array_remove(others, null)) and (
    lockbox_holds_role(person, 'it_manager', authority, branch, clock_timestamp())
    or (not exists (
          select from requests_app_roleassignment r
          where r.authority_id = authority and r.role = 'it_manager' and r.branch_id is null
            and r.person_id <> all (array_remove(others, null))
            and lockbox_holds_role(r.person_id, 'it_manager', authority, null, clock_timestamp()))
        and lockbox_may_stand_in(person, authority)))
$f$;

-- May the person stand in at the authority, as a manager of one that does?
create or replace function lockbox_may_stand_in(person bigint, authority bigint) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_roleassignment r
    where r.person_id = person and r.role = 'it_manager' and r.branch_id is null
      and lockbox_stands_in(r.authority_id, authority)
      and lockbox_holds_role(person, 'it_manager', r.authority_id, null, clock_timestamp()))
$f$;

-- Of which municipality an authority is, the owner of the tables alone says anew: its
-- managers stand in for others.
create or replace function lockbox_municipality_stays() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage') then
    perform lockbox_refuse('an authority stays in its municipality');
  end if;
  return new;
end $f$;

-- Nobody takes a role away of which too few would be left: it is given to another and
-- confirmed first. One lock for all: two who each take one of the last do so in turn.
create or replace function lockbox_role_kept() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  at timestamptz;
begin
  if lockbox_delivers() then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('lockbox roles', 0));
  foreach at in array array[
    greatest(audit_now(), new.refused_at, new.suspended_at, new.ended_at),
    greatest(audit_now(), (new.valid_to + 1)::timestamp at time zone 'Europe/Stockholm')]
  loop
    if lockbox_gives(old, at) and not lockbox_gives(new, at)
       and exists (select from lockbox_site_user u where u.id = new.person_id and u.is_active
                   and (u.directory_roles is null or new.role = any (u.directory_roles)))
       and lockbox_lacks(new.role, new.authority_id, at, null) then
      perform lockbox_refuse('too few would be left as ' || new.role);
    end if;
  end loop;
  return null;
end $f$;

-- Do managers of the first authority stand in where the second has none: does it run a
-- connection, or does nobody yet; and is it of the same municipality, or one that an
-- agreement on record names?
create or replace function lockbox_stands_in(manages bigint, authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
      select from requests_app_authority m, requests_app_authority a
      where m.id = manages and a.id = authority
        and (m.municipality = a.municipality
             or a.managers_from <> '' and m.municipality = a.managers_from))
    and (exists (select from requests_app_connection c where c.authority_id = manages)
         or not exists (select from requests_app_connection))
$f$;

CREATE TRIGGER lockbox_account_kept AFTER UPDATE ON public.lockbox_site_user FOR EACH ROW WHEN ((old.is_active AND (NOT old.is_machine) AND ((NOT new.is_active) OR (new.directory_roles IS DISTINCT FROM old.directory_roles)))) EXECUTE FUNCTION lockbox_account_kept();

CREATE TRIGGER lockbox_municipality_stays BEFORE UPDATE ON public.requests_app_authority FOR EACH ROW WHEN (((new.municipality)::text IS DISTINCT FROM (old.municipality)::text)) EXECUTE FUNCTION lockbox_municipality_stays();

CREATE TRIGGER lockbox_role_kept AFTER UPDATE ON public.requests_app_roleassignment FOR EACH ROW WHEN ((old.confirmed_at IS NOT NULL)) EXECUTE FUNCTION lockbox_role_kept();

CREATE TRIGGER lockbox_two_persons_update BEFORE UPDATE ON public.requests_app_authority FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{kind,regime,managers_from,managers_agreement}');

grant execute on function lockbox_account_kept to public;

grant execute on function lockbox_confirmers to public;

grant execute on function lockbox_gives to public;

grant execute on function lockbox_lacks to public;

grant execute on function lockbox_may_stand_in to public;

grant execute on function lockbox_municipality_stays to public;

grant execute on function lockbox_role_kept to public;

grant execute on function lockbox_stands_in to public;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
