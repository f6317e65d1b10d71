-- A request of a data subject is recorded once it has come, and answered once, by somebody who
-- decides there and is not the one who asks.
create or replace function lockbox_data_subject_request_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.extended_at is not null or new.identity <> ''
       or new.received_at > audit_now() + interval '5 minutes'
       or new.due_at > new.received_at + interval '1 month 15 days'
       or not lockbox_is_now(new.recorded_at)
       or not (lockbox_holds_role(audit_actor(), 'dpo', new.authority_id, null, clock_timestamp())
         or lockbox_holds_role(
           audit_actor(), 'registrar', new.authority_id, null, clock_timestamp())) then
      perform lockbox_refuse('a request of a data subject is recorded as it came, by registrar or data protection officer');
    end if;
    return new;
  end if;
  if old.status <> 'open' then
    perform lockbox_refuse('a request of a data subject that is answered stays so');
  end if;
  if new.due_at <> old.due_at or new.extended_at is distinct from old.extended_at then
    if old.extended_at is not null or new.extended_at is null
       or not lockbox_is_now(new.extended_at) or new.extended_at > old.due_at
       or new.due_at > old.received_at + interval '3 months 15 days' then
      perform lockbox_refuse('a request of a data subject is extended once, within its month');
    end if;
  end if;
  if audit_actor() is not distinct from new.account_id then
    perform lockbox_refuse('nobody handles their own request');
  end if;
  if new.status <> 'open' and (lockbox_is_not_actor(new.settled_by_id)
       or not lockbox_is_now(new.settled_at)
       or not lockbox_holds_role(
         audit_actor(), 'decision_maker', new.authority_id, null, clock_timestamp())) then
    perform lockbox_refuse('a request of a data subject is answered by who decides there');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_datasubjectrequest
  for each row execute function lockbox_data_subject_request_guard();

-- What is given of a case is tested while the request is open and it is known who asks, by
-- somebody else, of the authority that was asked.
create or replace function lockbox_disclosure_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_now(new.tested_at) or not exists (
       select from requests_app_datasubjectrequest r
       where r.id = new.request_id and r.status = 'open' and r.identity <> ''
         and r.kind = 'access' and r.account_id is distinct from audit_actor()
         and (new.review_id is null or exists (
           select from requests_app_secrecyreview s
           where s.id = new.review_id and s.authority_id = r.authority_id))) then
    perform lockbox_refuse('what a data subject is given is tested before the answer, of the authority asked');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_disclosure
  for each row execute function lockbox_disclosure_guard();
