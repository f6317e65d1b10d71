-- A drill is ended once, in one's own name.
create or replace function lockbox_drill_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if old.ended_at is not null and new.ended_at is distinct from old.ended_at then
    perform lockbox_refuse('a drill that is over stays as it is');
  end if;
  if new.ended_by_id is distinct from old.ended_by_id and lockbox_is_not_actor(new.ended_by_id) then
    perform lockbox_refuse('a drill is ended in one''s own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before update on requests_app_drill
  for each row execute function lockbox_drill_guard();

-- Nobody says of another that they came to a drill.
create or replace function lockbox_drillcall_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.came_at is not null or new.told_at is not null then
      perform lockbox_refuse('whoever is called to a drill has not come yet');
    end if;
  elsif new.came_at is distinct from old.came_at
    and (old.came_at is not null or lockbox_is_not_actor(new.person_id)) then
    perform lockbox_refuse('whoever was called says themselves that they came');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_drillcall
  for each row execute function lockbox_drillcall_guard();
