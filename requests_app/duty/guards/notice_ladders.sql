-- A ladder ends with everybody who may, at all hours: else a request could lapse while
-- all who were told are asleep.
create or replace function lockbox_noticeladder_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if jsonb_typeof(new.rungs) <> 'array' or new.rungs->-1->>'whom' is distinct from 'everybody'
     or new.rungs->-1->>'hours' is distinct from 'any' then
    perform lockbox_refuse('the last rung of a ladder tells everybody who may, at all hours');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_noticeladder
  for each row execute function lockbox_noticeladder_guard();

create trigger lockbox_guard before insert on requests_app_requestladder
  for each row execute function lockbox_noticeladder_guard();

-- “I take it” is said now, of what nobody else has taken, and holds for a while only.
create or replace function lockbox_turntaken_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform 1 from requests_app_accessrequest where id = new.access_request_id for no key update;
  if not lockbox_is_now(new.taken_at) or new.held_until <= new.taken_at
     or new.held_until > new.taken_at + interval '1 day' then
    perform lockbox_refuse('a turn is taken now, for a while');
  end if;
  if exists (select from requests_app_turntaken t
             where t.item = new.item and t.act = new.act and t.turn = new.turn
               and t.held_until > new.taken_at) then
    perform lockbox_refuse('a turn is taken by one at a time');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_turntaken
  for each row execute function lockbox_turntaken_guard();

-- Only the sweep says that somebody has been told, and what it has sent stays sent.
create or replace function lockbox_laddernotice_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from lockbox_site_user u
       where u.id = audit_actor() and u.is_machine and u.username = 'sweep') then
    perform lockbox_refuse('a notice of a ladder is sent by the sweep');
  end if;
  if tg_op = 'UPDATE' and old.sent_at is not null then
    perform lockbox_refuse('a notice of a ladder is sent once');
  end if;
  if new.sent_at is not null and not lockbox_is_now(new.sent_at) then
    perform lockbox_refuse('a notice of a ladder is sent now');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_laddernotice
  for each row execute function lockbox_laddernotice_guard();

-- Devices are people's own; the sweep ends one whose service no longer knows it.
create or replace function lockbox_pushdevice_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
  if old.ended_at is not null then
    perform lockbox_refuse('a device has ended, and is added anew');
  end if;
  if audit_actor() <> old.person_id and not (
       new.ended_at is not null and new.name = old.name and exists (
         select from lockbox_site_user u
         where u.id = audit_actor() and u.is_machine and u.username = 'sweep')) then
    perform lockbox_refuse('a device is its person''s');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before update on requests_app_pushdevice
  for each row execute function lockbox_pushdevice_guard();
