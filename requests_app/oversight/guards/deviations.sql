-- A deviation is found by whoever reports the act, and taken on and concluded in one's
-- own name, once.
create or replace function lockbox_deviation_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.owner_id is not null or new.status <> 'open' or not lockbox_is_now(new.discovered_at)
       or jsonb_typeof(new.divergences) <> 'array' or jsonb_array_length(new.divergences) = 0 then
      perform lockbox_refuse('a deviation is found before it is taken on, and says what diverges');
    end if;
    if not exists (select from requests_app_secrecyreview v
                   where v.id = new.review_id and v.access_request_id = new.access_request_id)
       or new.event_id is not null and not exists (
         select from requests_app_accessevent e
         join requests_app_accessrequest r on r.id = new.access_request_id
         where e.id = new.event_id and e.connection_id = r.connection_id
           and coalesce(e.access_request_id, r.id) = r.id) then
      perform lockbox_refuse('a deviation is of an act of the review''s own request');
    end if;
    return new;
  end if;
  if old.status = 'concluded' then
    perform lockbox_refuse('a deviation that is concluded is not opened again');
  end if;
  if new.owner_id is distinct from old.owner_id and (new.owner_id is null
       or lockbox_is_not_actor(new.owner_id)) then
    perform lockbox_refuse('a deviation is taken on in one''s own name');
  end if;
  if new.status = 'concluded' and (lockbox_is_not_actor(new.concluded_by_id)
       or new.owner_id <> new.concluded_by_id or not lockbox_is_now(new.concluded_at)
       or not exists (select from lockbox_site_user
                      where id = new.concluded_by_id and is_active and not is_machine)) then
    perform lockbox_refuse('a deviation is concluded by the person who has taken it on');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_deviation
  for each row execute function lockbox_deviation_guard();

-- An act is of the connection of its request, or of its log.
create or replace function lockbox_event_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_accessrequest r
                 where r.id = new.access_request_id and r.connection_id = new.connection_id)
     and not exists (select from requests_app_providerlog l
                     where l.id = new.log_id and l.connection_id = new.connection_id) then
    perform lockbox_refuse('an act is of the connection of its request or log');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_accessevent
  for each row execute function lockbox_event_guard();

-- What an act came out as, and what became of an access, is of the same connection, and
-- is reckoned anew with the next number.
create or replace function lockbox_outcome_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_now(new.reckoned_at) or new.access_request_id is not null and not exists (
       select from requests_app_accessevent e
       join requests_app_accessrequest r on r.id = new.access_request_id
       where e.id = new.event_id and e.connection_id = r.connection_id) then
    perform lockbox_refuse('an act is compared with what was granted on its connection');
  end if;
  if new.number <> 1 + (select count(*) from requests_app_eventoutcome o
                        where o.event_id = new.event_id) then
    perform lockbox_refuse('an outcome has the next number');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_eventoutcome
  for each row execute function lockbox_outcome_guard();

-- An act is added to an open deviation, of its own connection.
create or replace function lockbox_deviation_event_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_now(new.added_at) or not exists (
       select from requests_app_deviation d
       join requests_app_accessrequest r on r.id = d.access_request_id
       join requests_app_accessevent e on e.id = new.event_id
       where d.id = new.deviation_id and d.status = 'open'
         and e.connection_id = r.connection_id) then
    perform lockbox_refuse('an act is added to an open deviation of its connection');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_deviationevent
  for each row execute function lockbox_deviation_event_guard();

-- A case with a deviation that nobody has concluded is not closed.
create or replace function lockbox_deviation_keeps_open() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.status = 'closed' and old.status <> 'closed' and exists (
       select from requests_app_deviation where review_id = new.id and status = 'open') then
    perform lockbox_refuse('a case with an open deviation is not closed');
  end if;
  return new;
end $f$;

create trigger lockbox_deviation_keeps_open before update on requests_app_secrecyreview
  for each row execute function lockbox_deviation_keeps_open();

-- A breach of Lockbox is recorded by those whose duties it starts, once it is known.
create or replace function lockbox_breach_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.known_at > audit_now() + interval '5 minutes' or not lockbox_is_now(new.recorded_at)
     or not (lockbox_holds_role(audit_actor(), 'dpo', new.authority_id, null, clock_timestamp())
       or lockbox_holds_role(
         audit_actor(), 'information_security', new.authority_id, null, clock_timestamp())) then
    perform lockbox_refuse('a breach is recorded by who guards data at the authority, once it is known');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_breach
  for each row execute function lockbox_breach_guard();

-- A duty of an incident begins when it becomes known, and is settled once, by a person, in
-- their own name.
create or replace function lockbox_duty_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.known_at > audit_now() + interval '5 minutes'
       or new.deviation_id is not null and not exists (
         select from requests_app_deviation d
         where d.id = new.deviation_id and d.review_id = new.review_id
           and d.discovered_at = new.known_at)
       or new.breach_id is not null and not exists (
         select from requests_app_breach b
         where b.id = new.breach_id and b.known_at = new.known_at) then
      perform lockbox_refuse('a duty begins when its deviation is discovered');
    end if;
    return new;
  end if;
  if old.status <> 'open' then
    perform lockbox_refuse('a duty that is settled stays so');
  end if;
  if new.due_at is distinct from old.due_at and old.kind <> 'cyber8' then
    perform lockbox_refuse('the clock of a duty runs on');
  end if;
  if new.status <> 'open' and (lockbox_is_not_actor(new.settled_by_id)
       or not lockbox_is_now(new.settled_at)
       or new.reported_at not between old.known_at and audit_now() + interval '5 minutes'
       or not exists (select from lockbox_site_user
                      where id = new.settled_by_id and is_active and not is_machine)) then
    perform lockbox_refuse('a duty is settled by a person, in their own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_incidentduty
  for each row execute function lockbox_duty_guard();
