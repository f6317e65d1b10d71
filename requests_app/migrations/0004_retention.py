"""Retention."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

revoke update on requests_app_historicalretentionrule from lockbox_app;

revoke delete on requests_app_historicalretentionrule from lockbox_app;

drop trigger lockbox_only on requests_app_phonenumber;

drop trigger lockbox_kept on requests_app_sentnotice;

drop trigger lockbox_kept on requests_app_pushdevice;

drop trigger lockbox_kept on requests_app_phonenumber;

drop trigger lockbox_kept on requests_app_laddernotice;

drop trigger lockbox_kept on requests_app_channelnotice;

drop trigger audit_ledger on requests_app_phonenumber;

drop trigger audit_history on requests_app_phonenumber;

-- How a person is reached goes when they have left, or taken it away, for as long as the
-- rules say: as told to the ledger by the last change of their account. For before delete.
create or replace function lockbox_address_expires() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  days integer := lockbox_retention_days('addresses', null);
  since timestamptz := coalesce((to_jsonb(old)->>'ended_at')::timestamptz, (
    select max(version.history_date) from lockbox_site_historicaluser version
    join lockbox_site_user person on person.id = version.id and not person.is_active
    where version.id = old.person_id));
begin
  if (days is null or since >= audit_now() - make_interval(days => days)) is not false then
    perform lockbox_refuse(tg_table_name || ' is kept for as long as the rule says');
  end if;
  return old;
end $f$;

-- The same of all that an authority has told, or what belongs to none: while somebody
-- waits for official documents, nobody knows which they will be.
create or replace function lockbox_authority_holds(in_authority bigint) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case when exists (
    select from requests_app_secrecyreview
    where (in_authority is null or authority_id = in_authority) and matter = 'documents'
      and status not in ('closed', 'rerouted', 'merged', 'dropped')) then 'documents' else '' end
$f$;

-- A notice goes when its time is out, and not before: what goes is told of again, if it
-- still waits. Arguments: the period, and the column with the moment that it runs from,
-- or from when it was sent, where that is later. For before delete.
create or replace function lockbox_expires() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  live jsonb := to_jsonb(old);
  days integer := lockbox_retention_days(tg_argv[0], null);
begin
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

-- Who did it is who acts. Argument: the column that names them.
create or replace function lockbox_own_name() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
  if lockbox_is_not_actor((to_jsonb(new)->>tg_argv[0])::bigint) then
    perform lockbox_refuse(tg_table_name || ' is written in one''s own name');
  end if;
  return new;
end $f$;

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

-- What of the ledger has run out under a period: each line, whose it is, and why it
-- stays all the same.
create or replace function lockbox_retention_due(in_period text) returns table (
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
  from rule
  join audit_app_ledgerentry line on line.authority_id is not distinct from rule.id
  join audit_app_ledgerdetail detail on detail.entry_id = line.id
  where rule.days is not null
    and lockbox_retention_period(line.kind, line.event) = in_period
    and lockbox_line_moment(line.at, detail.body::jsonb)
      < audit_now() - make_interval(days => rule.days);
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

-- Lets the details of what has run out under a period go, so many at most, and says how
-- many did. What a rule confirmed by two lets go, and nothing else: so the application
-- may call it.
create or replace function lockbox_retention_run(
  in_period text, in_most integer
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  return audit_details_expire(
    array(select due.entry_id from lockbox_retention_due(in_period) due
          where due.held = '' order by due.entry_id limit in_most),
    jsonb_build_object('period', in_period), audit_actor());
end $f$;

-- Why what is told of these cases stays beyond its time: an appeal, reasons that were
-- asked for, a deviation, or that one is not closed. Empty where nothing holds it.
create or replace function lockbox_reviews_hold(in_reviews bigint[]) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case
    when exists (select from requests_app_incomingappeal where review_id = any (in_reviews)
                 and status in ('to_try', 'to_hand_over', 'at_court')) then 'appeal'
    when exists (select from requests_app_requestforreasons
                 where review_id = any (in_reviews) and status = 'open') then 'reasons'
    when exists (select from requests_app_deviation
                 where review_id = any (in_reviews) and status = 'open') then 'deviation'
    when exists (select from requests_app_secrecyreview where id = any (in_reviews)
                 and status not in ('closed', 'rerouted', 'merged', 'dropped')) then 'open'
    else '' end
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

-- Columns that hold sealed secrets (`SealedField`), by table.
create or replace function lockbox_sealed_columns(in_table oid) returns text[]
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select case relname
    when 'requests_app_webhooksecret' then '{sealed}'::text[]
    when 'requests_app_noticechannel' then '{address_sealed,secret_sealed}'
    when 'requests_app_pushdevice' then '{address_sealed,keys_sealed}'
    when 'requests_app_phonenumber' then '{number_sealed}'
    when 'requests_app_rostergroup' then '{feed_sealed}'
    when 'lockbox_site_secondfactor' then '{secret}' end
  from pg_class where oid = in_table
$f$;

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.requests_app_historicalretentionrule FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_change AFTER INSERT ON public.requests_app_historicalretentionrule FOR EACH ROW EXECUTE FUNCTION audit_history_tells_a_change('requests_app_retentionrule');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_phonenumber DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalphonenumber', '{number_sealed}');

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_retentionrule DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalretentionrule', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_phonenumber FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{number_sealed}', 'select null::bigint', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_retentionrule FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', '', '{}');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.requests_app_historicalretentionrule FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_stamp BEFORE INSERT ON public.requests_app_historicalretentionrule FOR EACH ROW EXECUTE FUNCTION audit_history_stamp('requests_app_retentionrule');

CREATE TRIGGER lockbox_expires BEFORE DELETE ON public.requests_app_channelnotice FOR EACH ROW EXECUTE FUNCTION lockbox_expires('notices', 'ends_at');

CREATE TRIGGER lockbox_expires BEFORE DELETE ON public.requests_app_laddernotice FOR EACH ROW EXECUTE FUNCTION lockbox_expires('notices', 'ends_at');

CREATE TRIGGER lockbox_expires BEFORE DELETE ON public.requests_app_phonenumber FOR EACH ROW EXECUTE FUNCTION lockbox_address_expires();

CREATE TRIGGER lockbox_expires BEFORE DELETE ON public.requests_app_pushdevice FOR EACH ROW EXECUTE FUNCTION lockbox_address_expires();

CREATE TRIGGER lockbox_expires BEFORE DELETE ON public.requests_app_sentnotice FOR EACH ROW EXECUTE FUNCTION lockbox_expires('notices', 'ends_at');

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_retentionrule FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_phonenumber FOR EACH ROW EXECUTE FUNCTION lockbox_only('number_sealed');

CREATE TRIGGER lockbox_two_persons_insert BEFORE INSERT ON public.requests_app_retentionrule FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{}');

CREATE TRIGGER lockbox_two_persons_update BEFORE UPDATE ON public.requests_app_retentionrule FOR EACH ROW EXECUTE FUNCTION lockbox_two_persons('{authority_id,disposal_decision,searches,reads,sign_ins,notices,addresses}');

revoke all on function lockbox_address_expires from public;

revoke all on function lockbox_authority_holds from public;

revoke all on function lockbox_expires from public;

revoke all on function lockbox_item_hold from public;

revoke all on function lockbox_line_moment from public;

revoke all on function lockbox_notices_run from public;

revoke all on function lockbox_retention_days from public;

revoke all on function lockbox_retention_due from public;

revoke all on function lockbox_retention_period from public;

revoke all on function lockbox_retention_run from public;

revoke all on function lockbox_reviews_hold from public;

revoke all on function lockbox_reviews_of from public;

revoke all on function lockbox_row_hold from public;

grant execute on function audit_may_expire to public;

grant execute on function lockbox_address_expires to public;

grant execute on function lockbox_authority_holds to public;

grant execute on function lockbox_expires to public;

grant execute on function lockbox_item_hold to public;

grant execute on function lockbox_line_moment to public;

grant execute on function lockbox_notices_run to lockbox_app;

grant execute on function lockbox_retention_days to public;

grant execute on function lockbox_retention_due to public;

grant execute on function lockbox_retention_period to public;

grant execute on function lockbox_retention_run to lockbox_app;

grant execute on function lockbox_reviews_hold to public;

grant execute on function lockbox_reviews_of to public;

grant execute on function lockbox_row_hold to public;

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

revoke execute on function lockbox_row_hold from public;

revoke execute on function lockbox_reviews_of from public;

revoke execute on function lockbox_reviews_hold from public;

revoke execute on function lockbox_retention_run from lockbox_app;

revoke execute on function lockbox_retention_period from public;

revoke execute on function lockbox_retention_due from public;

revoke execute on function lockbox_retention_days from public;

revoke execute on function lockbox_notices_run from lockbox_app;

revoke execute on function lockbox_line_moment from public;

revoke execute on function lockbox_item_hold from public;

revoke execute on function lockbox_expires from public;

revoke execute on function lockbox_authority_holds from public;

revoke execute on function lockbox_address_expires from public;

revoke execute on function audit_may_expire from public;

drop trigger lockbox_two_persons_update on requests_app_retentionrule;

drop trigger lockbox_two_persons_insert on requests_app_retentionrule;

drop trigger lockbox_only on requests_app_phonenumber;

drop trigger lockbox_kept on requests_app_retentionrule;

drop trigger lockbox_expires on requests_app_sentnotice;

drop trigger lockbox_expires on requests_app_pushdevice;

drop trigger lockbox_expires on requests_app_phonenumber;

drop trigger lockbox_expires on requests_app_laddernotice;

drop trigger lockbox_expires on requests_app_channelnotice;

drop trigger audit_stamp on requests_app_historicalretentionrule;

drop trigger audit_no_truncate on requests_app_historicalretentionrule;

drop trigger audit_ledger on requests_app_retentionrule;

drop trigger audit_ledger on requests_app_phonenumber;

drop trigger audit_history on requests_app_retentionrule;

drop trigger audit_history on requests_app_phonenumber;

drop trigger audit_change on requests_app_historicalretentionrule;

drop trigger audit_append_only on requests_app_historicalretentionrule;

drop function lockbox_row_hold;

drop function lockbox_reviews_of;

drop function lockbox_reviews_hold;

drop function lockbox_retention_run;

drop function lockbox_retention_period;

drop function lockbox_retention_due;

drop function lockbox_retention_days;

drop function lockbox_notices_run;

drop function lockbox_line_moment;

drop function lockbox_item_hold;

drop function lockbox_expires;

drop function lockbox_authority_holds;

drop function lockbox_address_expires;

CREATE OR REPLACE FUNCTION public.lockbox_own_name()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if lockbox_is_not_actor((to_jsonb(new)->>tg_argv[0])::bigint) then
    perform lockbox_refuse(tg_table_name || ' is written in one''s own name');
  end if;
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.lockbox_sealed_columns(in_table oid)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select case relname
    when 'requests_app_webhooksecret' then '{sealed}'::text[]
    when 'requests_app_noticechannel' then '{address_sealed,secret_sealed}'
    when 'requests_app_pushdevice' then '{address_sealed,keys_sealed}'
    when 'requests_app_rostergroup' then '{feed_sealed}'
    when 'lockbox_site_secondfactor' then '{secret}' end
  from pg_class where oid = in_table
$function$
;

CREATE CONSTRAINT TRIGGER audit_history AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_phonenumber DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_history_matches('requests_app_historicalphonenumber', '{}');

CREATE TRIGGER audit_ledger AFTER INSERT OR DELETE OR UPDATE ON public.requests_app_phonenumber FOR EACH ROW EXECUTE FUNCTION audit_ledger_change('{}', 'select null::bigint', '{}');

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_channelnotice FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_laddernotice FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_phonenumber FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_pushdevice FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_kept BEFORE DELETE ON public.requests_app_sentnotice FOR EACH ROW EXECUTE FUNCTION lockbox_kept();

CREATE TRIGGER lockbox_only BEFORE UPDATE ON public.requests_app_phonenumber FOR EACH ROW EXECUTE FUNCTION lockbox_only('number');

grant delete on requests_app_historicalretentionrule to lockbox_app;

grant update on requests_app_historicalretentionrule to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_retention_rules'), ('audit_app', '0004_retention')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
