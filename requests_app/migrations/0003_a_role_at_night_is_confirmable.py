"""A role at night is confirmable."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

-- A manager gives a role, another confirms it, and any but the person stops it; each in
-- their own name. What is given is not rewritten: it is ended, and another given.
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
    if not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id, maker]) then
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
         new.role in ('it_manager', 'system_administrator')
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
               or new.role = 'it_manager'
                  and lockbox_confirms_as_first(new.authority_id, new.person_id, new.confirmed_at))) then
    perform lockbox_refuse('a role is confirmed by a second manager, who did not make the account');
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
       and not lockbox_left_unconfirmed(tg_table_name, new.id) then
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

CREATE OR REPLACE FUNCTION public.lockbox_roleassignment_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
    if not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id, maker]) then
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
         new.role in ('it_manager', 'system_administrator')
         or new.usable_until is distinct from lockbox_night_ends(new.given_at)
         or exists (select from requests_app_roleassignment r
                    where r.person_id = new.person_id and r.authority_id = new.authority_id
                      and num_nonnulls(r.ended_at, r.suspended_at) > 0)
         or not exists (select from requests_app_roleassignment r
                        where r.person_id = new.person_id and r.authority_id = new.authority_id
                          and r.confirmed_at is not null and r.refused_at is null)) then
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
               or new.role = 'it_manager'
                  and lockbox_confirms_as_first(new.authority_id, new.person_id, new.confirmed_at))) then
    perform lockbox_refuse('a role is confirmed by a second manager, who did not make the account');
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
       and not lockbox_left_unconfirmed(tg_table_name, new.id) then
      perform lockbox_refuse('a role is stopped by a manager, and not by who has it');
    end if;
  end if;
  if new.suspended_at is null and old.suspended_at is not null
     and not lockbox_manages(actor, new.authority_id, new.branch_id,
                             array[new.person_id, old.suspended_by_id]) then
    perform lockbox_refuse('a suspension is lifted by another manager');
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
    dependencies = [('requests_app', '0002_guards')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
