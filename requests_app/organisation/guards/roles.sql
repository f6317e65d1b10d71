-- Does the person hold the role at that moment? `RoleAssignment.objects.in_force` says
-- the same.
create or replace function lockbox_holds_role(
  person bigint, held text, authority bigint, branch bigint, at timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_roleassignment r
    join lockbox_site_user u on u.id = r.person_id
    where r.person_id = person and r.role = held and r.authority_id = authority
      and (r.branch_id is null or r.branch_id = branch)
      and u.is_active and not u.is_machine
      and (u.directory_roles is null or held = any (u.directory_roles))
      and (at at time zone 'Europe/Stockholm')::date
          between r.valid_from and coalesce(r.valid_to, 'infinity')
      and coalesce(r.refused_at, 'infinity') > at
      and coalesce(r.ended_at, 'infinity') > at
      and coalesce(r.suspended_at, 'infinity') > at
      and (r.confirmed_at <= at or (r.given_at <= at and r.usable_until > at)))
$f$;

-- Does an item of delegation let the person act: with the role that it names, or named by
-- it, and with a role there that is in force? Whoever is suspended from all decides nothing.
create or replace function lockbox_is_delegated(
  person bigint, named bigint, held text, authority bigint, branch bigint, at timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_holds_role(person, held, authority, branch, at)
    or named is not distinct from person and exists (
      select from requests_app_roleassignment r
      where r.person_id = person and r.authority_id = authority
        and lockbox_holds_role(person, r.role, authority, branch, at))
$f$;

-- Only the owner of the tables delivers roles as a machine account; the application's own
-- login has no such right, whatever name it signs with.
create or replace function lockbox_delivers() returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select pg_has_role(current_user, c.relowner, 'usage')
    and exists (select from lockbox_site_user u
                where u.id::text = current_setting('lockbox.actor_id', true) and u.is_machine)
  from pg_class c where c.oid = 'public.requests_app_roleassignment'::regclass
$f$;

-- Do managers of the first authority stand in where the second has none: is it of the same
-- municipality, or one that an agreement on record names; and does it run a connection, or
-- does nobody in its municipality yet?
create or replace function lockbox_stands_in(manages bigint, authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
      select from requests_app_authority m, requests_app_authority a
      where m.id = manages and a.id = authority
        and m.municipality_id in (a.municipality_id, a.managers_from_id)
        and (exists (select from requests_app_connection c where c.authority_id = m.id)
             or not exists (
               select from requests_app_connection c
               join requests_app_authority runs on runs.id = c.authority_id
               where runs.municipality_id = m.municipality_id)))
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

-- Is no manager left at the authority but the others?
create or replace function lockbox_is_unmanaged(authority bigint, others bigint[]) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select not exists (
    select from requests_app_roleassignment r
    where r.authority_id = authority and r.role = 'it_manager' and r.branch_id is null
      and r.person_id <> all (array_remove(others, null))
      and lockbox_holds_role(r.person_id, 'it_manager', authority, null, clock_timestamp()))
$f$;

-- Does the person manage roles of the authority? Not if they are among the others; where
-- no manager is left but those, the managers of an authority that runs a connection do.
create or replace function lockbox_manages(
  person bigint, authority bigint, branch bigint, others bigint[]
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select person <> all (array_remove(others, null)) and (
    lockbox_holds_role(person, 'it_manager', authority, branch, clock_timestamp())
    or (lockbox_is_unmanaged(authority, others) and lockbox_may_stand_in(person, authority)))
$f$;

-- Does the person confirm roles of the authority by its board's decision, without managing
-- any? Not if they are among the others; as a manager does, they stand in elsewhere, but
-- within their municipality only.
create or replace function lockbox_confirms(
  person bigint, authority bigint, others bigint[]
) returns boolean
  language sql set search_path = pg_catalog, public, pg_temp as $f$
  select person <> all (array_remove(others, null)) and exists (
    select from requests_app_roleassignment r
    join requests_app_authority c on c.id = r.authority_id
    join requests_app_authority a on a.id = authority and a.municipality_id = c.municipality_id
    where r.person_id = person and r.role = 'confirmer'
      and lockbox_holds_role(person, 'confirmer', c.id, null, clock_timestamp())
      and (c.id = a.id
           or lockbox_stands_in(c.id, a.id) and lockbox_is_unmanaged(a.id, others)))
$f$;

-- A manager gives a role, another or a confirmer confirms or refuses it, and any manager but
-- the person stops it; each in their own name. A role in another municipality is lent, on a basis, by a manager of the
-- person's own: to confirm it is for the other's. What is given is not rewritten: it is ended, and another given.
create or replace function lockbox_roleassignment_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor bigint := nullif(current_setting('lockbox.actor_id', true), '')::bigint;
  soon timestamptz := greatest(clock_timestamp(), audit_now()) + interval '5 minutes';
  steps text[] := '{confirmed_by_id,confirmed_at,refused_by_id,refused_at,suspended_by_id,suspended_at,'
    'ended_by_id,ended_at,stop_reason,usable_until,valid_to,version}';
  maker bigint := (select made_by_id from lockbox_site_user where id = new.person_id);
begin
  if lockbox_delivers() then
    return new;
  end if;
  if greatest(new.given_at, new.confirmed_at, new.refused_at, new.suspended_at, new.ended_at) > soon then
    perform lockbox_refuse('nothing of a role lies in the future but its days');
  end if;
  if tg_op = 'INSERT' then
    if new.given_by_id is distinct from actor or new.person_id = actor then
      perform lockbox_refuse('a role is given in one''s own name, and to somebody else');
    end if;
    if lockbox_is_lent(new.person_id, new.authority_id) then
      if new.role = 'confirmer' or new.basis = '' or new.usable_until is not null or actor = maker
         or not lockbox_lends(actor, new.person_id, new.authority_id) then
        perform lockbox_refuse('a role in another municipality is lent, on a basis, by a manager of one''s own');
      end if;
    elsif not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id, maker]) then
      perform lockbox_refuse('a role is given by a manager who did not make the account');
    end if;
    if new.role = 'it_manager' and lockbox_never_managed(new.authority_id)
       and not lockbox_waits_as_first(new.authority_id, new.person_id, actor) then
      perform lockbox_refuse('the first managers of an authority are proposed, both at once');
    end if;
    if num_nonnulls(new.confirmed_at, new.refused_at, new.suspended_at, new.ended_at) > 0 then
      perform lockbox_refuse('a role is confirmed after it has been given');
    end if;
    if new.usable_until is not null and (
         new.role in ('it_manager', 'system_administrator', 'confirmer')
         or new.usable_until is distinct from lockbox_night_ends(new.given_at)
         or exists (select from requests_app_roleassignment r
                    where r.person_id = new.person_id and r.authority_id = new.authority_id
                      and num_nonnulls(r.ended_at, r.suspended_at) > 0)
         or not exists (select from requests_app_roleassignment r
                        where r.person_id = new.person_id and r.authority_id = new.authority_id
                          and r.confirmed_at is not null and r.refused_at is null)
         or not exists (select from lockbox_confirmers(new.authority_id, new.given_at) other
                        where other not in (new.person_id, new.given_by_id)
                          and other is distinct from maker)) then
      perform lockbox_refuse('only at night, and by somebody known, is a role used unconfirmed');
    end if;
    return new;
  end if;
  if to_jsonb(new) - steps <> to_jsonb(old) - steps
     or new.valid_to is distinct from old.valid_to
        and (new.valid_to is null or new.valid_to > old.valid_to)
     or new.usable_until is not null and new.usable_until is distinct from old.usable_until then
    perform lockbox_refuse('a role is not rewritten: it is ended, and another given');
  end if;
  if (new.confirmed_by_id, new.confirmed_at) is distinct from (old.confirmed_by_id, old.confirmed_at)
     and new.confirmed_at is not null and (
       old.confirmed_at is not null or num_nonnulls(new.refused_at, new.ended_at) > 0
       or new.confirmed_by_id is distinct from actor or new.confirmed_at < new.given_at
       or new.role = 'it_manager' and lockbox_waits_as_first(new.authority_id, new.person_id, null)
       or not (lockbox_manages(actor, new.authority_id, new.branch_id,
                               array[new.person_id, new.given_by_id, maker])
               or lockbox_confirms(actor, new.authority_id,
                                   array[new.person_id, new.given_by_id, maker])
               or new.role = 'it_manager'
                  and lockbox_confirms_as_first(new.authority_id, new.person_id, new.confirmed_at))) then
    perform lockbox_refuse('a role is confirmed by a second manager or a confirmer, who did not make the account');
  end if;
  if (new.refused_by_id, new.refused_at) is distinct from (old.refused_by_id, old.refused_at)
       and (old.refused_at is not null or old.confirmed_at is not null
            or new.refused_by_id is distinct from actor)
     or (new.ended_by_id, new.ended_at) is distinct from (old.ended_by_id, old.ended_at)
       and (old.ended_at is not null or new.ended_by_id is distinct from actor)
     or (new.suspended_by_id, new.suspended_at) is distinct from (old.suspended_by_id, old.suspended_at)
       and new.suspended_at is not null
       and (old.suspended_at is not null or new.suspended_by_id is distinct from actor) then
    perform lockbox_refuse('a role is stopped once, in one''s own name');
  end if;
  if (new.valid_to, new.refused_at, new.ended_at) is distinct from (old.valid_to, old.refused_at, old.ended_at)
     or new.suspended_at is not null and old.suspended_at is null then
    if not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id])
       and not lockbox_lends(actor, new.person_id, new.authority_id)
       and not lockbox_left_unconfirmed(tg_table_name, new.id)
       and not (new.refused_at is not null
                and (new.valid_to, new.ended_at, new.suspended_at)
                    is not distinct from (old.valid_to, old.ended_at, old.suspended_at)
                and lockbox_confirms(actor, new.authority_id,
                                     array[new.person_id, new.given_by_id, maker])) then
      perform lockbox_refuse('a role is stopped by a manager, and not by who has it');
    end if;
  end if;
  if new.suspended_at is null and old.suspended_at is not null
     and not lockbox_manages(actor, new.authority_id, new.branch_id,
                             array[new.person_id, old.suspended_by_id]) then
    perform lockbox_refuse('a suspension is lifted by another manager');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_roleassignment
  for each row execute function lockbox_roleassignment_guard();
