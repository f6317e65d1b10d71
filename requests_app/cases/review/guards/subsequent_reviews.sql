-- A decision is looked at afterwards by another than made it, proposed it or works the
-- case: once, and in their own name.
create or replace function lockbox_subsequentreview_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.conclusion <> '' or not exists (
         select from requests_app_decision d
         where d.id = new.decision_id and d.review_id = new.review_id
           and new.due_at > d.decided_at) then
      perform lockbox_refuse('a subsequent review is ordered with its decision');
    end if;
    return new;
  end if;
  if old.conclusion <> '' then
    perform lockbox_refuse('a subsequent review is concluded once');
  end if;
  if new.conclusion = '' then
    return new;
  end if;
  if lockbox_is_not_actor(new.concluded_by_id) or not lockbox_is_now(new.concluded_at) then
    perform lockbox_refuse('a subsequent review is concluded in one''s own name');
  end if;
  if new.conclusion <> 'stopped' and (
       not exists (select from lockbox_site_user
                   where id = new.concluded_by_id and is_active and not is_machine)
       or exists (select from requests_app_decision d
                  where d.id = new.decision_id
                    and new.concluded_by_id in (d.decided_by_id, d.rapporteur_id))
       or exists (select from requests_app_assignment a
                  where a.review_id = new.review_id and a.person_id = new.concluded_by_id)) then
    perform lockbox_refuse('a decision is looked at by another than made or prepared it');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_subsequentreview
  for each row execute function lockbox_subsequentreview_guard();

-- What was decided outside office hours is to be looked at; but of a case that is
-- stopped for protective security nobody reads the content.
create or replace function lockbox_night_is_looked_at() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if lockbox_night_ends(new.decided_at) is not null
     and not exists (select from requests_app_subsequentreview s where s.decision_id = new.id)
     and not exists (select from requests_app_secrecyreview v
                     where v.id = new.review_id and v.status = 'stopped') then
    perform lockbox_refuse('what is decided at night is looked at by another');
  end if;
  return null;
end $f$;

create constraint trigger lockbox_night_is_looked_at after insert on requests_app_decision
  deferrable initially deferred for each row execute function lockbox_night_is_looked_at();

-- A lapse is told when it has happened; its cause is given by a person. Who closes the case
-- without a decision says so in their own name, and another looks at it.
create or replace function lockbox_lapse_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.cause <> '' or new.closed_by_id is not null
       or not lockbox_is_now(new.lapsed_at) or new.due_at <= new.lapsed_at then
      perform lockbox_refuse('a lapse is told when it happens, and its cause afterwards');
    end if;
    return new;
  end if;
  if (new.cause, new.text, new.given_by_id, new.given_at)
       is distinct from (old.cause, old.text, old.given_by_id, old.given_at)
     and (new.cause = '' or not lockbox_is_now(new.given_at)
       or lockbox_is_not_actor(new.given_by_id) or not exists (
         select from lockbox_site_user
         where id = new.given_by_id and is_active and not is_machine)) then
    perform lockbox_refuse('the cause of a lapse is given by a person, in their own name');
  end if;
  if new.closed_by_id is distinct from old.closed_by_id and (
       old.confirmed_by_id is not null
       or coalesce(lockbox_is_not_actor(coalesce(new.closed_by_id, audit_actor())), true)
       or new.closed_by_id is null and audit_actor() = old.closed_by_id) then
    perform lockbox_refuse('a case is closed in one''s own name, and opened by another');
  end if;
  if new.confirmed_by_id is distinct from old.confirmed_by_id and (
       old.confirmed_by_id is not null or lockbox_is_not_actor(new.confirmed_by_id)
       or not lockbox_is_now(new.confirmed_at)) then
    perform lockbox_refuse('a closing is confirmed once, in one''s own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_lapse
  for each row execute function lockbox_lapse_guard();

-- A case is closed with a decision, or by one person whom another looks at.
create or replace function lockbox_closing_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_decision where review_id = new.id)
     and not exists (select from requests_app_lapse
                     where review_id = new.id and closed_by_id is not null) then
    perform lockbox_refuse('a case is closed with a decision, or in one''s own name');
  end if;
  return new;
end $f$;

create trigger lockbox_closing before update on requests_app_secrecyreview
  for each row when (new.status = 'closed' and old.status <> 'closed')
  execute function lockbox_closing_guard();
