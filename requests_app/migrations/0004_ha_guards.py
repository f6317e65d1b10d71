"""Ha guards."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

drop trigger lockbox_only on requests_app_disclosurerequest;

drop trigger lockbox_only on requests_app_discloseddocument;

drop trigger audit_ledger on requests_app_incomingappeal;

-- An appeal is of a decision there is; its time is tried by the authority or the court,
-- each as the law lets it, and what is settled stays.
create or replace function lockbox_appeal_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status not in ('to_try', 'to_hand_over')
       or new.hand_out_id is null and not exists (
            select from requests_app_decision
            where id = new.decision_id and review_id = new.review_id
              and decided_at < new.received_at + interval '1 minute')
       or new.hand_out_id is not null and not exists (
            select from requests_app_disclosuredecision d
            where d.id = new.hand_out_id and d.outcome <> 'granted'
              and (new.review_id is null and not exists (
                     select from requests_app_discloseddocument asked
                     where asked.request_id = d.request_id)
                   or exists (
                     select from requests_app_discloseddocument asked
                     where asked.request_id = d.request_id and asked.review_id = new.review_id))
              and d.decided_at < new.received_at + interval '1 minute')
       or new.revocation_id is not null
          and not exists (select from requests_app_revocation
                          where id = new.revocation_id and decision_id = new.decision_id
                            and decided_at < new.received_at + interval '1 minute') then
      perform lockbox_refuse('an appeal is of the review''s own decision, and waits');
    end if;
    if new.timeliness = 'court' and 'kl_legality' is distinct from coalesce(
         (select regime from requests_app_revocation where id = new.revocation_id),
         (select regime from requests_app_decision where id = new.decision_id)) then
      perform lockbox_refuse('the court tries the time of a review of legality only');
    end if;
    return new;
  end if;
  if old.status in ('dismissed', 'ended')
     or old.status = 'to_hand_over' and new.status <> 'at_court'
     or old.status = 'at_court' and new.status <> 'ended'
     or new.timeliness = 'court' and old.timeliness <> 'court'
     or old.status <> 'to_try' and (new.timeliness, new.timeliness_reason_id)
          is distinct from (old.timeliness, old.timeliness_reason_id) then
    perform lockbox_refuse('an appeal goes one way');
  end if;
  return new;
end $f$;

-- The same of all that an authority has told, or what belongs to none: while somebody
-- waits for official documents, nobody knows which they will be.
create or replace function lockbox_authority_holds(in_authority bigint) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case when exists (
    select from requests_app_secrecyreview
    where (in_authority is null or authority_id = in_authority) and matter = 'documents'
      and status not in ('closed', 'rerouted', 'merged', 'dropped'))
    or exists (
    select from requests_app_disclosurerequest asked
    where (in_authority is null or asked.authority_id = in_authority)
      and asked.status in ('open', 'look', 'ready', 'asked') and not exists (
        select from requests_app_discloseddocument where request_id = asked.id))
    then 'documents' else '' end
$f$;

-- Disposes of the case of an item, and returns what its texts and files are: those go
-- when no other row has them. Returns why not, where something stands in the way. Whoever
-- would retain it, or open it again, waits for us, or we for them.
create or replace function lockbox_case_dispose(
  in_item bigint, in_basis jsonb, out obstacle text, out contents text[]
)
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  item requests_app_disposalitem;
  review requests_app_secrecyreview;
  closed_on date;
  whole boolean;
  names text[];
  keys text[];
  gone record;
begin
  select * into item from requests_app_disposalitem where id = in_item for update;
  perform from requests_app_accessrequest where id = (
    select access_request_id from requests_app_secrecyreview where id = item.case_key) for update;
  select * into review from requests_app_secrecyreview where id = item.case_key for update;
  -- Asked anew, now that nobody else writes.
  obstacle := lockbox_item_obstacle(in_item);
  if obstacle <> '' then
    return;
  end if;
  closed_on := lockbox_closed_on(review.id);
  whole := not exists (select from requests_app_secrecyreview other
                       where other.access_request_id = review.access_request_id
                         and other.id <> review.id);
  select array_agg(row.name), array_agg(row.key) into names, keys
    from (select * from lockbox_rows_of_case(review.id, review.access_request_id, whole)
          union select * from lockbox_rows_of_hand_outs(review.id)) row;
  contents := lockbox_contents_of(names, keys);
  gone := audit_rows_dispose(names, keys, review.authority_id, in_basis, audit_actor());
  insert into requests_app_disposedcase (authority_id, item_id, case_key, diary_number,
    registered_on, closed_on, rule_id, disposal_decision, rows, versions, details, disposed_at)
  select review.authority_id, item.id, review.id, review.diary_number,
    lockbox_day(review.registered_at), closed_on, rule.id, rule.disposal_decision,
    cardinality(keys), gone.versions, gone.details, audit_now()
  from requests_app_disposalrule rule where rule.id = item.rule_id;
  set constraints all immediate;
  set constraints all deferred;
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

-- Why what is told of these cases stays beyond its time: an appeal, reasons that were
-- asked for, a deviation, that its documents are being handed out or a decision on that can
-- be appealed still, or that one is not closed. Empty where nothing holds it.
create or replace function lockbox_reviews_hold(in_reviews bigint[]) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case
    when exists (select from requests_app_incomingappeal where review_id = any (in_reviews)
                 and status in ('to_try', 'to_hand_over', 'at_court')) then 'appeal'
    when exists (select from requests_app_requestforreasons
                 where review_id = any (in_reviews) and status = 'open') then 'reasons'
    when exists (select from requests_app_deviation
                 where review_id = any (in_reviews) and status = 'open') then 'deviation'
    when exists (select from requests_app_discloseddocument document
                 join requests_app_disclosurerequest request on request.id = document.request_id
                 left join requests_app_disclosuredecision decision
                   on decision.request_id = request.id
                 where document.review_id = any (in_reviews)
                   and (request.status in ('open', 'look', 'ready', 'asked')
                        or decision.outcome in ('refused', 'partly', 'reserved')
                           and coalesce(decision.served_at, 'infinity')
                               > audit_now() - interval '30 days')) then 'documents'
    when exists (select from requests_app_secrecyreview where id = any (in_reviews)
                 and status not in ('closed', 'rerouted', 'merged', 'dropped')) then 'open'
    else '' end
$f$;

-- What somebody was handed out goes with the last case of which it has something: the
-- request, its file and answer, what was decided on it, and what was typed of it.
create or replace function lockbox_rows_of_hand_outs(in_review bigint) returns table (name text, key text)
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  with asked as (
    select request_id as id from requests_app_discloseddocument
    group by request_id having bool_and(review_id = in_review))
  select 'requests_app_disclosurerequest', id::text from asked
  union select 'requests_app_disclosuredecision', made.id::text
  from requests_app_disclosuredecision made join asked on asked.id = made.request_id
  union select 'requests_app_draft', draft.id::text
  from requests_app_draft draft join asked
    on draft.path like '/requests\_app/disclosurerequest/' || asked.id || '/%'
  union select 'requests_app_draft', draft.id::text
  from requests_app_draft draft join requests_app_discloseddocument document
    on document.review_id = in_review
    and draft.path like '/requests\_app/discloseddocument/' || document.id || '/%'
$f$;

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_incomingappeal FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select coalesce((select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint), (select t1.authority_id from requests_app_disclosuredecision t0 join requests_app_disclosurerequest t1 on t1.id = t0.request_id where t0.id = ($1->>''hand_out_id'')::bigint))', '{}');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_discloseddocument FOR EACH ROW EXECUTE FUNCTION lockbox_only('outcome', 'provision_id', 'reasons_id', 'reserved_by_id', 'paper_id', 'pages', 'tested_by_id', 'tested_at', 'version');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_disclosurerequest FOR EACH ROW EXECUTE FUNCTION lockbox_only('status', 'bound_id', 'file_id', 'file_sha256', 'pages', 'made_by_id', 'made_at', 'looked_by_id', 'looked_at', 'sent_back_id', 'answer_id', 'delivered_how', 'delivered_to_id', 'delivered_by_id', 'delivered_at', 'fee', 'asked_at', 'version');

revoke all on function lockbox_rows_of_hand_outs from public;

grant execute on function lockbox_rows_of_hand_outs to public;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""
BACK = r"""
set local check_function_bodies = off;

revoke execute on function lockbox_rows_of_hand_outs from public;

drop trigger lockbox_only on requests_app_disclosurerequest;

drop trigger lockbox_only on requests_app_discloseddocument;

drop trigger audit_ledger on requests_app_incomingappeal;

drop function lockbox_rows_of_hand_outs;

CREATE OR REPLACE FUNCTION public.lockbox_appeal_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    if new.status not in ('to_try', 'to_hand_over')
       or new.hand_out_id is null and not exists (
            select from requests_app_decision
            where id = new.decision_id and review_id = new.review_id
              and decided_at < new.received_at + interval '1 minute')
       or new.hand_out_id is not null and not exists (
            select from requests_app_disclosuredecision d
            join requests_app_discloseddocument asked on asked.request_id = d.request_id
            where d.id = new.hand_out_id and asked.review_id = new.review_id
              and d.outcome <> 'granted'
              and d.decided_at < new.received_at + interval '1 minute')
       or new.revocation_id is not null
          and not exists (select from requests_app_revocation
                          where id = new.revocation_id and decision_id = new.decision_id
                            and decided_at < new.received_at + interval '1 minute') then
      perform lockbox_refuse('an appeal is of the review''s own decision, and waits');
    end if;
    if new.timeliness = 'court' and 'kl_legality' is distinct from coalesce(
         (select regime from requests_app_revocation where id = new.revocation_id),
         (select regime from requests_app_decision where id = new.decision_id)) then
      perform lockbox_refuse('the court tries the time of a review of legality only');
    end if;
    return new;
  end if;
  if old.status in ('dismissed', 'ended')
     or old.status = 'to_hand_over' and new.status <> 'at_court'
     or old.status = 'at_court' and new.status <> 'ended'
     or new.timeliness = 'court' and old.timeliness <> 'court'
     or old.status <> 'to_try' and (new.timeliness, new.timeliness_reason_id)
          is distinct from (old.timeliness, old.timeliness_reason_id) then
    perform lockbox_refuse('an appeal goes one way');
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_authority_holds(in_authority bigint)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select case when exists (
    select from requests_app_secrecyreview
    where (in_authority is null or authority_id = in_authority) and matter = 'documents'
      and status not in ('closed', 'rerouted', 'merged', 'dropped')) then 'documents' else '' end
$function$
;

CREATE OR REPLACE FUNCTION public.lockbox_case_dispose(in_item bigint, in_basis jsonb, OUT obstacle text, OUT contents text[])
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  item requests_app_disposalitem;
  review requests_app_secrecyreview;
  closed_on date;
  whole boolean;
  names text[];
  keys text[];
  gone record;
begin
  select * into item from requests_app_disposalitem where id = in_item for update;
  perform from requests_app_accessrequest where id = (
    select access_request_id from requests_app_secrecyreview where id = item.case_key) for update;
  select * into review from requests_app_secrecyreview where id = item.case_key for update;
  -- Asked anew, now that nobody else writes.
  obstacle := lockbox_item_obstacle(in_item);
  if obstacle <> '' then
    return;
  end if;
  closed_on := lockbox_closed_on(review.id);
  whole := not exists (select from requests_app_secrecyreview other
                       where other.access_request_id = review.access_request_id
                         and other.id <> review.id);
  select array_agg(row.name), array_agg(row.key) into names, keys
    from lockbox_rows_of_case(review.id, review.access_request_id, whole) row;
  contents := lockbox_contents_of(names, keys);
  gone := audit_rows_dispose(names, keys, review.authority_id, in_basis, audit_actor());
  insert into requests_app_disposedcase (authority_id, item_id, case_key, diary_number,
    registered_on, closed_on, rule_id, disposal_decision, rows, versions, details, disposed_at)
  select review.authority_id, item.id, review.id, review.diary_number,
    lockbox_day(review.registered_at), closed_on, rule.id, rule.disposal_decision,
    cardinality(keys), gone.versions, gone.details, audit_now()
  from requests_app_disposalrule rule where rule.id = item.rule_id;
  set constraints all immediate;
  set constraints all deferred;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_disclosure_decision_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
       where r.id = new.request_id and r.status = 'asked'
         and d.authority_id = r.authority_id and d.decision_type = 'hand_out'
         and lockbox_rule_in_force(d.id, lockbox_day(audit_now()))
         and (d.person_id = audit_actor() or lockbox_holds_role(
           audit_actor(), d.role, r.authority_id, null, clock_timestamp()))) then
    perform lockbox_refuse('what was kept back is decided on when it is asked for, by delegation');
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_disclosure_request_guard()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.received_at > audit_now() + interval '5 minutes'
       or not lockbox_is_now(new.recorded_at) or new.sent_back_id is not null
       or new.file_id is not null or new.asked_at is not null
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
       ('open', 'look'), ('look', 'open'), ('look', 'ready'), ('ready', 'answered'),
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
  if old.status = 'ready' and (new.looked_by_id, new.looked_at)
     is distinct from (old.looked_by_id, old.looked_at)
     or old.status in ('look', 'ready') and new.status <> 'open'
     and (new.file_id, new.file_sha256, new.pages, new.made_by_id)
         is distinct from (old.file_id, old.file_sha256, old.pages, old.made_by_id) then
    perform lockbox_refuse('what was looked through is what is handed out');
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
  if new.status = 'answered' and old.status = 'ready' and (
       lockbox_is_not_actor(new.delivered_by_id)
       or not lockbox_hands_out(audit_actor(), new.authority_id)) then
    perform lockbox_refuse('a hand-out is delivered by who handles it');
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_reviews_hold(in_reviews bigint[])
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select case
    when exists (select from requests_app_incomingappeal where review_id = any (in_reviews)
                 and status in ('to_try', 'to_hand_over', 'at_court')) then 'appeal'
    when exists (select from requests_app_requestforreasons
                 where review_id = any (in_reviews) and status = 'open') then 'reasons'
    when exists (select from requests_app_deviation
                 where review_id = any (in_reviews) and status = 'open') then 'deviation'
    when exists (select from requests_app_discloseddocument document
                 join requests_app_disclosurerequest request on request.id = document.request_id
                 left join requests_app_disclosuredecision decision
                   on decision.request_id = request.id
                 where document.review_id = any (in_reviews)
                   and (request.status in ('open', 'look', 'ready', 'asked')
                        or decision.outcome in ('refused', 'partly')
                           and coalesce(decision.served_at, 'infinity')
                               > audit_now() - interval '30 days')) then 'documents'
    when exists (select from requests_app_secrecyreview where id = any (in_reviews)
                 and status not in ('closed', 'rerouted', 'merged', 'dropped')) then 'open'
    else '' end
$function$
;

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_incomingappeal FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select t0.authority_id from requests_app_secrecyreview t0 where t0.id = ($1->>''review_id'')::bigint', '{}');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_discloseddocument FOR EACH ROW EXECUTE FUNCTION lockbox_only('outcome', 'provision_id', 'reasons_id', 'paper_id', 'pages', 'tested_by_id', 'tested_at', 'version');

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_disclosurerequest FOR EACH ROW EXECUTE FUNCTION lockbox_only('status', 'file_id', 'file_sha256', 'pages', 'made_by_id', 'made_at', 'looked_by_id', 'looked_at', 'sent_back_id', 'answer_id', 'delivered_how', 'delivered_to_id', 'delivered_by_id', 'delivered_at', 'fee', 'asked_at', 'version');

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_ha_tables')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
