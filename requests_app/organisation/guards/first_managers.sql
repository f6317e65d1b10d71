-- Has nobody ever been manager of the authority?
create or replace function lockbox_never_managed(authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select not exists (
    select from requests_app_historicalroleassignment h
    where h.authority_id = authority and h.role = 'it_manager' and h.branch_id is null
      and h.confirmed_at is not null)
$f$;

-- Does a proposal of first managers that names the person wait; of this proposer, or of
-- anybody?
create or replace function lockbox_waits_as_first(
  authority bigint, person bigint, proposer bigint
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_firstmanagers f
    where f.authority_id = authority and person in (f.first_id, f.second_id)
      and num_nonnulls(f.confirmed_at, f.refused_at) = 0
      and f.proposed_by_id = coalesce(proposer, f.proposed_by_id))
$f$;

-- Has the one who acts confirmed a proposal of first managers that names the person, at
-- that moment, just now?
create or replace function lockbox_confirms_as_first(
  authority bigint, person bigint, moment timestamptz
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_firstmanagers f
    where f.authority_id = authority and person in (f.first_id, f.second_id)
      and f.confirmed_by_id = audit_actor() and f.confirmed_at = moment
      and moment > audit_now() - interval '5 minutes')
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

create trigger lockbox_guard before insert or update on requests_app_firstmanagers
  for each row execute function lockbox_first_managers_guard();
