-- A request for documents has the next number of its authority's year, is recorded as it
-- came, and goes one way: tested, looked through by another, delivered, and decided on.
create or replace function lockbox_disclosure_request_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.received_at > audit_now() + interval '5 minutes'
       or not lockbox_is_now(new.recorded_at) or new.sent_back_id is not null
       or num_nonnulls(new.file_id, new.asked_at, new.bound_id) > 0
       or new.of_data_subject_id is not null and not exists (
         select from requests_app_datasubjectrequest r
         where r.id = new.of_data_subject_id and r.authority_id = new.authority_id
           and r.status = 'open' and r.kind = 'access' and r.identity <> ''
           and r.account_id is distinct from audit_actor())
       or new.year <> extract(year from lockbox_day(audit_now()))
       or new.sequence <> (select coalesce(max(r.sequence), 0) + 1
                           from requests_app_disclosurerequest r
                           where r.authority_id = new.authority_id and r.year = new.year)
       or not lockbox_hands_out(audit_actor(), new.authority_id) then
      perform lockbox_refuse('a request for documents is recorded as it came, with the next number');
    end if;
    return new;
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
       ('open', 'look'), ('look', 'open'), ('look', 'ready'), ('ready', 'open'), ('ready', 'answered'),
       ('answered', 'asked'), ('asked', 'decided')) then
    perform lockbox_refuse('a request for documents goes from test to look to delivery');
  end if;
  if new.status = 'look' and old.status = 'open' and (lockbox_is_not_actor(new.made_by_id)
       or not lockbox_hands_out(audit_actor(), new.authority_id)
       or exists (select from requests_app_discloseddocument d
                  where d.request_id = new.id and d.outcome = '')) then
    perform lockbox_refuse('a hand-out is put together by who handles it, when all is tested');
  end if;
  if old.status in ('answered', 'asked', 'decided')
     and to_jsonb(new) - '{status,asked_at,version}'::text[]
         <> to_jsonb(old) - '{status,asked_at,version}'::text[] then
    perform lockbox_refuse('what has been handed out stays as it was');
  end if;
  if old.status = 'ready' and new.status <> 'open' and (new.looked_by_id, new.looked_at)
     is distinct from (old.looked_by_id, old.looked_at)
     or old.status in ('look', 'ready') and new.status <> 'open'
     and (new.file_id, new.file_sha256, new.pages, new.made_by_id)
         is distinct from (old.file_id, old.file_sha256, old.pages, old.made_by_id) then
    perform lockbox_refuse('what was looked through is what is handed out');
  end if;
  if new.status = 'ready' and old.status = 'look' and not exists (
       select from requests_app_roleassignment held
       where held.person_id = audit_actor() and held.authority_id = new.authority_id
         and held.role in ('registrar', 'legal_reviewer', 'decision_maker')
         and lockbox_holds_role(
           audit_actor(), held.role, new.authority_id, held.branch_id, clock_timestamp())) then
    perform lockbox_refuse('a hand-out is looked through by who has such work at the authority');
  end if;
  if new.status = 'ready' and old.status = 'look' and (
       lockbox_is_not_actor(new.looked_by_id) or not lockbox_is_now(new.looked_at)
       or exists (select from requests_app_discloseddocument d
                  where d.request_id = new.id and d.tested_by_id = new.looked_by_id)
       or exists (select from requests_app_redaction m
                  join requests_app_discloseddocument d on d.id = m.of_document_id
                  where d.request_id = new.id and m.made_by_id = new.looked_by_id)) then
    perform lockbox_refuse('a hand-out is looked through by somebody who tested and masked nothing in it');
  end if;
  if new.bound_id is distinct from old.bound_id and old.status <> 'open'
     or old.status = 'ready' and new.status = 'open' and exists (
       select from requests_app_disclosuredecision d where d.request_id = new.id) then
    perform lockbox_refuse('whom a reservation binds is said before the second look, and what it was decided on stays');
  end if;
  if new.status = 'answered' and old.status = 'ready' and (exists (
         select from requests_app_discloseddocument d
         where d.request_id = new.id and d.reserved_by_id is not null
           and not exists (select from requests_app_disclosuredecision made
                           where made.request_id = new.id and made.outcome = 'reserved'
                             and made.served_at is not null))
       or exists (select from requests_app_datasubjectrequest r
                  where r.id = new.of_data_subject_id and r.status = 'open')) then
    perform lockbox_refuse('what is reserved leaves when that is served, and what is a data subject''s with the answer');
  end if;
  if new.status = 'answered' and old.status = 'ready' and (
       lockbox_is_not_actor(new.delivered_by_id)
       or not lockbox_hands_out(audit_actor(), new.authority_id)) then
    perform lockbox_refuse('a hand-out is delivered by who handles it');
  end if;
  return new;
end $f$;

-- Decided once, when it is asked for, or before something is given with a reservation, in
-- one's own name, by an item of delegation on hand-outs; then only served.
create or replace function lockbox_disclosure_decision_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' then
    if old.served_at is not null or lockbox_is_not_actor(new.served_by_id)
       or new.served_at > audit_now() + interval '5 minutes' then
      perform lockbox_refuse('a decision on a hand-out is served once, in one''s own name');
    end if;
    return new;
  end if;
  if new.served_at is not null or not lockbox_is_now(new.decided_at) or not exists (
       select from requests_app_disclosurerequest r
       join requests_app_delegationrule d on d.id = new.delegation_rule_id
       where r.id = new.request_id and (new.outcome <> 'reserved' and r.status = 'asked'
           or new.outcome = 'reserved' and r.status = 'ready' and r.bound_id is not null and exists (
             select from requests_app_discloseddocument asked
             where asked.request_id = r.id and asked.reserved_by_id is not null))
         and d.authority_id = r.authority_id and d.decision_type = 'hand_out'
         and lockbox_rule_in_force(d.id, lockbox_day(audit_now()))
         and (d.person_id = audit_actor() or lockbox_holds_role(
           audit_actor(), d.role, r.authority_id, null, clock_timestamp()))) then
    perform lockbox_refuse('what was kept back is decided on when it is asked for, by delegation');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_disclosuredecision
  for each row execute function lockbox_disclosure_decision_guard();

-- Does the person handle requests for documents there?
create or replace function lockbox_hands_out(person bigint, authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_holds_role(person, 'registrar', authority, null, clock_timestamp())
    or lockbox_holds_role(person, 'legal_reviewer', authority, null, clock_timestamp())
$f$;

create trigger lockbox_guard before insert or update on requests_app_disclosurerequest
  for each row execute function lockbox_disclosure_request_guard();

-- Documents are of the authority that was asked, and tested until they are looked through.
create or replace function lockbox_disclosed_document_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from requests_app_disclosurerequest r
       join requests_app_secrecyreview s on s.authority_id = r.authority_id
       where r.id = new.request_id and s.id = new.review_id and r.status = 'open' for share of r) then
    perform lockbox_refuse('a document is tested before the second look, of the authority asked');
  end if;
  if new.tested_by_id is not null and (tg_op = 'INSERT' or new.tested_by_id is distinct from old.tested_by_id
       or new.tested_at is distinct from old.tested_at) and not exists (
         select from requests_app_disclosurerequest r
         where r.id = new.request_id and lockbox_hands_out(audit_actor(), r.authority_id)) then
    perform lockbox_refuse('a document is tested by who hands out at the authority');
  end if;
  if tg_op = 'UPDATE' and (old.outcome = 'none' and new.outcome <> 'none'
       or old.pages is not null and (new.paper_id, new.pages) is distinct from (old.paper_id, old.pages)) then
    perform lockbox_refuse('what is no official document stays so, and pages as they were drawn');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_discloseddocument
  for each row execute function lockbox_disclosed_document_guard();

-- Places are judged until the hand-out is looked through.
create or replace function lockbox_redaction_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
       select from requests_app_disclosurerequest r
       join requests_app_discloseddocument d on d.request_id = r.id
       where d.id = new.of_document_id and r.status = 'open' for share of r) then
    perform lockbox_refuse('a place is judged before the second look');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_redaction
  for each row execute function lockbox_redaction_guard();
