-- How many days the authority keeps what is called so; what belongs to none is kept as
-- long as any keeps it, once all that have people have decided. Null: nothing of it goes.
create or replace function lockbox_retention_days(
  in_period text, in_authority bigint
) returns integer
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_authority is not null then
    return (select (to_jsonb(rule)->>in_period)::integer from requests_app_retentionrule rule
            where rule.authority_id = in_authority);
  end if;
  if exists (select from requests_app_roleassignment held
             where not exists (select from requests_app_retentionrule rule
                               where rule.authority_id = held.authority_id)) then
    return null;
  end if;
  return (select max((to_jsonb(rule)->>in_period)::integer) from requests_app_retentionrule rule);
end $f$;

-- Under which period the detail of a line runs out; null where it does not.
create or replace function lockbox_retention_period(in_kind text, in_event text) returns text
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select case
    when not audit_may_expire(in_kind, in_event) then null
    when in_kind = 'event' then 'notices'
    when in_kind = 'auth' then 'sign_ins'
    when in_kind = 'read' and (in_event in ('search.read', 'similar.read')
         or in_event like '%.searched') then 'searches'
    else 'reads' end
$f$;

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

-- The cases that a row belongs to, by its own columns; none where it is no case's.
create or replace function lockbox_reviews_of(in_table text, in_row jsonb) returns bigint[]
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select array(
    select review.id from requests_app_secrecyreview review
    where in_table = 'requests_app_secrecyreview' and review.id = (in_row->>'id')::bigint
    union select (in_row->>'review_id')::bigint where in_row->>'review_id' is not null
    union select decision.review_id from requests_app_decision decision
    where decision.id = (in_row->>'decision_id')::bigint
    union select review.id from requests_app_secrecyreview review
    where review.access_request_id = case in_table when 'requests_app_accessrequest'
      then (in_row->>'id')::bigint else (in_row->>'access_request_id')::bigint end)
$f$;

-- Why what is told of this row stays beyond its time; empty where nothing holds it.
create or replace function lockbox_row_hold(in_table text, in_id text) returns text
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  live jsonb;
begin
  if in_id ~ '^[0-9]{1,18}$' and in_table like 'requests\_app\_%' and exists (
      select from pg_attribute where attrelid = to_regclass('public.' || quote_ident(in_table))
        and attname = 'id') then
    execute format('select to_jsonb(live) from public.%I live where id = $1', in_table)
      into live using in_id::bigint;
  end if;
  return lockbox_reviews_hold(lockbox_reviews_of(in_table, coalesce(live, '{}')));
end $f$;

-- The same of what has the address of a page, as a notice has.
create or replace function lockbox_item_hold(in_item text) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select lockbox_row_hold('requests_app_' || coalesce(place[1], ''), coalesce(place[2], ''))
  from (select regexp_match(in_item, '^/requests_app/([a-z]+)/([0-9]{1,18})/')) found(place)
$f$;

-- When a line was written, by the clock that its authority goes by: one that was set
-- where the database lets it be set.
create or replace function lockbox_line_moment(
  in_at timestamptz, in_detail jsonb
) returns timestamptz
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case when in_detail ? 'clock' and exists (select from audit_app_setclock)
    then (in_detail->>'clock')::timestamptz else in_at end
$f$;

-- The newest line that can have run out under any rule; 0 where nobody has one. Where the
-- clock may be set, a line can be older than the database's time of it.
create or replace function lockbox_lines_newest_due() returns bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(max(line.id), 0) from audit_app_ledgerentry line
  where line.at < (
      select audit_now() - make_interval(
        days => min(least(rule.searches, rule.reads, rule.sign_ins, rule.notices)))
      from requests_app_retentionrule rule)
    or exists (select from audit_app_setclock) and exists (select from requests_app_retentionrule)
$f$;

-- What of the ledger has run out under a period, of the lines after one and up to another:
-- each line, whose it is, and why it stays all the same.
create or replace function lockbox_lines_due(
  in_period text, in_after bigint, in_upto bigint
) returns table (
  entry_id bigint, authority_id bigint, held text
)
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  return query
  with rule as materialized (
    select place.id, lockbox_retention_days(in_period, place.id) as days,
      lockbox_authority_holds(place.id) as held
    from (select id from requests_app_authority union all select null) place(id)
  )
  select line.id, line.authority_id, coalesce(nullif(rule.held, ''),
    nullif(lockbox_item_hold(detail.body::jsonb->>'item'), ''),
    lockbox_row_hold(line.object_type, line.object_id))
  from audit_app_ledgerentry line
  join rule on coalesce(rule.id, 0) = coalesce(line.authority_id, 0)
  join audit_app_ledgerdetail detail on detail.entry_id = line.id
  where line.id > in_after and line.id <= in_upto and rule.days is not null
    and lockbox_retention_period(line.kind, line.event) = in_period
    and lockbox_line_moment(line.at, detail.body::jsonb)
      < audit_now() - make_interval(days => rule.days);
end $f$;

-- A notice goes when its time is out, and not before: what goes is told of again, if it
-- still waits. Arguments: the period, and the column with the moment that it runs from,
-- or from when it was sent, where that is later. For before delete.
create or replace function lockbox_expires() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  live jsonb := to_jsonb(old);
  days integer := lockbox_retention_days(tg_argv[0], null);
begin
  if audit_is_disposed(tg_table_name, live) then
    return old;
  end if;
  if days is null or greatest((live->>tg_argv[1])::timestamptz, (live->>'sent_at')::timestamptz)
       >= audit_now() - make_interval(days => days) then
    perform lockbox_refuse(tg_table_name || ' is kept for as long as the rule says');
  end if;
  if lockbox_authority_holds(null) <> ''
     or lockbox_item_hold(live->>'item') <> '' then
    perform lockbox_refuse(tg_table_name || ' is kept while its case is open');
  end if;
  return old;
end $f$;

-- Lets the details of what has run out under a period go, of the lines after one and up to
-- another, and says how many did. What a rule confirmed by two lets go, and nothing else:
-- so the application may call it.
create or replace function lockbox_lines_run(
  in_period text, in_after bigint, in_upto bigint
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  return audit_details_expire(
    array(select due.entry_id from lockbox_lines_due(in_period, in_after, in_upto) due
          where due.held = ''),
    jsonb_build_object('period', in_period), audit_actor());
end $f$;

-- The notices that have run out, as `lockbox_expires` has it. One of many that went
-- together stays while another of them does.
create or replace function lockbox_notices_run(in_most integer) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  days integer := lockbox_retention_days('notices', null);
  before timestamptz := audit_now() - make_interval(days => days);
  gone bigint := 0;
  part bigint;
begin
  if days is null or lockbox_authority_holds(null) <> '' then
    return 0;
  end if;
  delete from requests_app_sentnotice where id in (
    select id from requests_app_sentnotice where greatest(ends_at, sent_at) < before
      and lockbox_item_hold(item) = '' limit in_most);
  get diagnostics part = row_count;
  gone := gone + part;
  delete from requests_app_channelnotice where id in (
    select id from requests_app_channelnotice where greatest(ends_at, sent_at) < before
      and lockbox_item_hold(item) = '' limit in_most);
  get diagnostics part = row_count;
  gone := gone + part;
  with due as materialized (
    select id, told_with_id from requests_app_laddernotice
    where greatest(ends_at, sent_at) < before and lockbox_item_hold(item) = '' limit in_most)
  delete from requests_app_laddernotice where id in (
    select id from due where not exists (
      select from requests_app_laddernotice other where other.told_with_id = due.id
        and other.id not in (select id from due)));
  get diagnostics part = row_count;
  return gone + part;
end $f$;

-- When somebody left, as the last change of their account tells it; null of whoever has
-- not.
create or replace function lockbox_left_at(in_person bigint) returns timestamptz
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select max(version.history_date) from lockbox_site_historicaluser version
  join lockbox_site_user person on person.id = version.id and not person.is_active
  where version.id = in_person
$f$;

-- Why the address of somebody who has left stays beyond its time: somebody waits for
-- documents, they have asked for what is kept of them, or a case that they handled or
-- decided is open. Empty where nothing holds it.
create or replace function lockbox_account_hold(in_person bigint) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case
    when lockbox_authority_holds(null) <> '' then lockbox_authority_holds(null)
    when exists (select from requests_app_datasubjectrequest
                 where account_id = in_person and status = 'open') then 'data_subject'
    else lockbox_reviews_hold(array(
      select id from requests_app_secrecyreview where case_officer_id = in_person
      union select review_id from requests_app_decision where decided_by_id = in_person)) end
$f$;

-- How a person is reached goes when they have left, or taken it away, for as long as the
-- rules say. For before delete.
create or replace function lockbox_address_expires() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  days integer := lockbox_retention_days('addresses', null);
  since timestamptz := coalesce((to_jsonb(old)->>'ended_at')::timestamptz, lockbox_left_at(old.person_id));
begin
  if (days is null or since >= audit_now() - make_interval(days => days)) is not false then
    perform lockbox_refuse(tg_table_name || ' is kept for as long as the rule says');
  end if;
  return old;
end $f$;
