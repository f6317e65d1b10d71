-- A side door is written down open and uncovered; who covers it with a decision, or takes
-- it back, says so in their own name; and what is closed is as it was.
create or replace function lockbox_side_door_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.closed_at is not null or new.covered_at is not null or new.withdrawn_at is not null then
      perform lockbox_refuse('a side door is first seen open');
    end if;
    return new;
  end if;
  if old.closed_at is not null then
    perform lockbox_refuse('a side door that is closed is not rewritten');
  end if;
  if (new.decision_number, new.covered_until, new.covered_by_id, new.covered_at, new.reason_id)
       is distinct from
       (old.decision_number, old.covered_until, old.covered_by_id, old.covered_at, old.reason_id)
     and (lockbox_is_not_actor(new.covered_by_id) or not lockbox_is_now(new.covered_at))
     or (new.withdrawn_at, new.withdrawn_by_id)
       is distinct from (old.withdrawn_at, old.withdrawn_by_id)
     and (lockbox_is_not_actor(new.withdrawn_by_id) or not lockbox_is_now(new.withdrawn_at)) then
    perform lockbox_refuse('a side door is covered and taken back in one''s own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_sidedoor
  for each row execute function lockbox_side_door_guard();
