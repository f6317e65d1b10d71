-- Does the sweep act?
create or replace function lockbox_is_sweep() returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from lockbox_site_user u
                 where u.id = audit_actor() and u.is_machine and u.username = 'sweep')
$f$;

-- Power is confirmed anew by a person, and not by who has it; what nobody has confirmed
-- the sweep ends when its day is over, three days at least after a second reminder.
create or replace function lockbox_recertification_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.outcome <> '' or num_nonnulls(new.reminded_at, new.reminded_again_at) > 0
       or new.kept_because <> '' or not lockbox_is_now(new.opened_at) or not lockbox_is_sweep() then
      perform lockbox_refuse('a recertification is opened by the sweep');
    end if;
    return new;
  end if;
  if old.outcome <> '' then
    perform lockbox_refuse('a recertification is settled once');
  end if;
  if ((new.reminded_at, new.reminded_again_at, new.kept_because)
      is distinct from (old.reminded_at, old.reminded_again_at, old.kept_because))
     and (not lockbox_is_sweep()
          or new.reminded_at is distinct from old.reminded_at
             and (old.reminded_at is not null or not lockbox_is_now(new.reminded_at))
          or new.reminded_again_at is distinct from old.reminded_again_at
             and (old.reminded_again_at is not null or new.reminded_at is null
                  or not lockbox_is_now(new.reminded_again_at))) then
    perform lockbox_refuse('the sweep reminds, and each time once');
  end if;
  if new.outcome = '' then
    return new;
  end if;
  if lockbox_is_not_actor(new.settled_by_id) or not lockbox_is_now(new.settled_at) then
    perform lockbox_refuse('a recertification is settled in one''s own name');
  end if;
  if new.outcome = 'gone' and not lockbox_is_sweep() then
    perform lockbox_refuse('the sweep says what had ended already');
  end if;
  if new.outcome <> 'gone'
     and exists (select from lockbox_site_user where id = new.settled_by_id and is_machine) and (
       new.outcome <> 'ended' or not lockbox_is_sweep()
       or new.due_on >= lockbox_day(audit_now())
       or coalesce(new.reminded_again_at, 'infinity') > audit_now() - interval '3 days') then
    perform lockbox_refuse('only what nobody confirms after two reminders ends by itself');
  end if;
  return new;
end $f$;

-- Is it the sweep that ends this row, since nobody has confirmed it anew?
create or replace function lockbox_left_unconfirmed(about text, id bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_is_sweep() and exists (
    select from requests_app_recertification c
    where c.row_table = about and c.row_id = $2 and c.outcome = 'ended'
      and c.settled_by_id = audit_actor())
$f$;

create trigger lockbox_guard before insert or update on requests_app_recertification
  for each row execute function lockbox_recertification_guard();
