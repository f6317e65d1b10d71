"""Who is left later."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

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
  where r.role = held and r.branch_id is null and r.confirmed_at is not null
    and (r.authority_id = authority
         or held = 'it_manager' and lockbox_stands_in(r.authority_id, authority))
    and moment > since
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

revoke all on function lockbox_lacks_from from public;

revoke all on function lockbox_moments from public;

grant execute on function lockbox_lacks_from to public;

grant execute on function lockbox_moments to public;

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

revoke execute on function lockbox_moments from public;

revoke execute on function lockbox_lacks_from from public;

drop function lockbox_moments;

drop function lockbox_lacks_from;

CREATE OR REPLACE FUNCTION public.lockbox_account_kept()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_role_kept()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
    dependencies = [('requests_app', '0002_guards')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
