set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.lockbox_alteration_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  conclusion text[] := '{conclusion,concluded_by_id,concluded_at}';
begin
  if tg_op = 'UPDATE' and (old.concluded_at is not null
       or to_jsonb(new) - conclusion <> to_jsonb(old) - conclusion) then
    perform lockbox_refuse('what was found is not rewritten');
  end if;
  if tg_op = 'INSERT' and (lockbox_is_not_actor(new.found_by_id) or new.concluded_at is not null) then
    perform lockbox_refuse('what was found is told in one''s own name, and not yet concluded');
  end if;
  if new.concluded_by_id is not null and lockbox_is_not_actor(new.concluded_by_id) then
    perform lockbox_refuse('a conclusion is drawn in one''s own name');
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
