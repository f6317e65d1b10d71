-- Does what the row gives let somebody confirm roles of the authority: as its manager or
-- confirmer, or as one who stands in? A confirmer does so within the municipality only.
create or replace function lockbox_lets_confirm(
  r requests_app_roleassignment, authority bigint
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select r.role in ('it_manager', 'confirmer') and r.branch_id is null and (
    r.authority_id = authority
    or lockbox_stands_in(r.authority_id, authority) and (r.role = 'it_manager' or exists (
      select from requests_app_authority c, requests_app_authority a
      where c.id = r.authority_id and a.id = authority
        and c.municipality_id = a.municipality_id)))
$f$;

-- The roles in force at that moment that let somebody confirm roles of the authority.
create or replace function lockbox_confirming(
  authority bigint, at timestamptz
) returns setof requests_app_roleassignment
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select r.* from requests_app_roleassignment r
  where r.role in ('it_manager', 'confirmer') and lockbox_lets_confirm(r, authority)
    and lockbox_holds_role(r.person_id, r.role, r.authority_id, null, at)
$f$;

-- Who can confirm roles of the authority at that moment.
create or replace function lockbox_confirmers(authority bigint, at timestamptz) returns setof bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select distinct r.person_id from lockbox_confirming(authority, at) r
$f$;

-- Are too few left with the role at that moment, or would they be without this person?
-- A manager gives a role and another, or a confirmer, confirms it: that takes two. What is
-- used unconfirmed at night does not last.
create or replace function lockbox_lacks(
  held text, authority bigint, at timestamptz, gone bigint
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case
    when held in ('it_manager', 'confirmer') then (
      select count(distinct r.person_id) < 2
        or count(*) filter (where r.role = 'it_manager') = 0
      from lockbox_confirming(authority, at) r
      where r.person_id is distinct from gone)
    when held in ('decision_maker', 'information_security', 'security_protection') then not exists (
      select from requests_app_roleassignment r
      where r.role = held and r.authority_id = authority and r.branch_id is null
        and r.confirmed_at is not null and r.person_id is distinct from gone
        and lockbox_holds_role(r.person_id, held, authority, null, at))
    else false end
$f$;

-- Does the row, as it was, give the person the role at that moment?
create or replace function lockbox_gives(
  r requests_app_roleassignment, at timestamptz
) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select r.branch_id is null and coalesce(r.confirmed_at, 'infinity') <= at
    and coalesce(least(r.refused_at, r.ended_at, r.suspended_at), 'infinity') > at
    and lockbox_day(at) between r.valid_from and coalesce(r.valid_to, 'infinity')
$f$;

-- From that moment on, when fewer may have the role: then, and whenever a role of somebody
-- who can do the same begins or is over. What is known to come counts as what there is.
create or replace function lockbox_moments(
  held text, authority bigint, since timestamptz
) returns setof timestamptz
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select since
  union
  select moment from requests_app_roleassignment r, unnest(array[
    r.valid_from::timestamp at time zone 'Europe/Stockholm',
    (r.valid_to + 1)::timestamp at time zone 'Europe/Stockholm',
    r.refused_at, r.ended_at, r.suspended_at]) moment
  where r.branch_id is null and r.confirmed_at is not null and moment > since
    and (r.role = held and r.authority_id = authority
         or held in ('it_manager', 'confirmer') and lockbox_lets_confirm(r, authority))
$f$;

-- The first moment from that one on at which the row gives its role, and too few would be
-- left with it without this person.
create or replace function lockbox_lacks_from(
  row_id bigint, since timestamptz, gone bigint
) returns timestamptz
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select min(at)
  from requests_app_roleassignment r, lockbox_moments(r.role, r.authority_id, since) at
  where r.id = row_id and lockbox_gives(r, at)
    and lockbox_lacks(r.role, r.authority_id, at, gone)
$f$;

-- Nobody takes a role away of which too few would be left: it is given to another and
-- confirmed first. One lock for all: two who each take one of the last do so in turn.
create or replace function lockbox_role_kept() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_delivers() then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('lockbox roles', 0));
  if exists (select from lockbox_site_user u where u.id = new.person_id and u.is_active
             and (u.directory_roles is null or new.role = any (u.directory_roles)))
     and exists (
       select from lockbox_moments(new.role, new.authority_id, audit_now()) at
       where lockbox_gives(old, at) and not lockbox_gives(new, at)
         and lockbox_lacks(new.role, new.authority_id, at, null)) then
    perform lockbox_refuse('too few would be left as ' || new.role);
  end if;
  return null;
end $f$;

create trigger lockbox_role_kept after update on requests_app_roleassignment
  for each row when (old.confirmed_at is not null)
  execute function lockbox_role_kept();

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
  where r.person_id = new.id
    and (old.directory_roles is null or r.role = any (old.directory_roles))
    and not (new.is_active and (new.directory_roles is null or r.role = any (new.directory_roles)))
    and lockbox_lacks_from(r.id, audit_now(), null) is not null
  limit 1;
  if missed is not null then
    perform lockbox_refuse('too few would be left as ' || missed);
  end if;
  return null;
end $f$;

create trigger lockbox_account_kept after update on lockbox_site_user
  for each row when (old.is_active and not old.is_machine
    and (not new.is_active or new.directory_roles is distinct from old.directory_roles))
  execute function lockbox_account_kept();
