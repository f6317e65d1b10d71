set local check_function_bodies = off;

revoke execute on function lockbox_stands_in from public;

revoke execute on function lockbox_role_kept from public;

revoke execute on function lockbox_municipality_stays from public;

revoke execute on function lockbox_may_stand_in from public;

revoke execute on function lockbox_lacks from public;

revoke execute on function lockbox_gives from public;

revoke execute on function lockbox_confirmers from public;

revoke execute on function lockbox_account_kept from public;

drop trigger lockbox_two_persons_update on requests_app_authority;

drop trigger lockbox_role_kept on requests_app_roleassignment;

drop trigger lockbox_municipality_stays on requests_app_authority;

drop trigger lockbox_account_kept on lockbox_site_user;

drop function lockbox_stands_in;

drop function lockbox_role_kept;

drop function lockbox_municipality_stays;

drop function lockbox_may_stand_in;

drop function lockbox_lacks;

drop function lockbox_gives;

drop function lockbox_confirmers;

drop function lockbox_account_kept;

CREATE OR REPLACE FUNCTION public.lockbox_first_managers_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  actor bigint := audit_actor();
begin
  if actor in (new.first_id, new.second_id) and new.refused_at is null or exists (
       select from lockbox_site_user u
       where u.id in (new.first_id, new.second_id) and u.made_by_id = actor)
     or not lockbox_runs(actor) then
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
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_manages(person bigint, authority bigint, branch bigint, others bigint[])
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select person <> all (array_remove(others, null)) and (
    lockbox_holds_role(person, 'it_manager', authority, branch, clock_timestamp())
    or (not exists (
          select from requests_app_roleassignment r
          where r.authority_id = authority and r.role = 'it_manager' and r.branch_id is null
            and r.person_id <> all (array_remove(others, null))
            and lockbox_holds_role(r.person_id, 'it_manager', authority, null, clock_timestamp()))
        and lockbox_runs(person)))
$function$
;

CREATE OR REPLACE FUNCTION public.lockbox_runs(person bigint)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select exists (
      select from requests_app_connection c
      where lockbox_holds_role(person, 'it_manager', c.authority_id, null, clock_timestamp()))
    or not exists (select from requests_app_connection)
      and exists (
        select from requests_app_roleassignment r
        where r.person_id = person and r.role = 'it_manager' and r.branch_id is null
          and lockbox_holds_role(person, 'it_manager', r.authority_id, null, clock_timestamp()))
$function$
;

CREATE TRIGGER lockbox_two_persons_update BEFORE UPDATE ON public.requests_app_authority FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{kind,regime}');

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
