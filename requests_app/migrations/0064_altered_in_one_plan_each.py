"""What is compared with its history, on each page of a case, is written table by table:
asked of each anew, PostgreSQL planned thirty queries a page."""

from django.db import migrations

WRITTEN = r"""
-- Of one audited table, how its rows among these are compared with their newest history.
-- in_where names rows by in_request and in_reviews; in_indexed: does it hold in the
-- history table too, so that rows gone behind our back are found?
create function lockbox_comparison(in_table regclass, in_where text, in_indexed boolean)
returns text language plpgsql stable
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  arguments text[];
begin
  -- Of the trigger that keeps them equal: the history table, the columns it lacks.
  select string_to_array(encode(tgargs, 'escape'), '\000') into strict arguments
    from pg_trigger where tgrelid = in_table and tgname = 'audit_history';
  return format($q$
  return query
    select %4$L::text, numbers.id
    from (select t.id from %1$s t where %2$s%3$s) numbers
    left join %1$s live on live.id = numbers.id
    left join lateral (select h.history_type, to_jsonb(h) as told from %5$I h
                       where h.id = numbers.id
                       order by h.history_id desc limit 1) last on true
    where case
      when live.id is null then last.history_type <> '-'
      when last.told is null or last.history_type = '-' then true
      else exists (select from jsonb_each(to_jsonb(live) - %6$L::text[]) col
                   where col.value is distinct from last.told->col.key)
    end;$q$,
    in_table, in_where,
    case when in_indexed
         then format(' union select t.id from %I t where %s', arguments[1], in_where) end,
    in_table::text, arguments[1], arguments[2]);
end $f$;

-- Writes lockbox_altered, which knows every audited table whose rows belong to a request
-- or a review. To be called where such a table is made.
create function lockbox_write_altered() returns void language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  place record;
  compared text := lockbox_comparison('requests_app_accessrequest', 't.id = in_request', false)
    || lockbox_comparison('requests_app_secrecyreview', 't.id = any(in_reviews)', false);
  of_decision text := 't.decision_id in (select id from requests_app_decision where review_id = any(in_reviews))';
begin
  for place in
    select c.oid::regclass as name, array_agg(a.attname::text) as columns
    from pg_trigger g join pg_class c on c.oid = g.tgrelid
    join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
      and a.attname in ('review_id', 'decision_id', 'access_request_id', 'content_object_id')
    where g.tgname = 'audit_history'
      and c.relname not in ('requests_app_secrecyreview', 'requests_app_alteration')
    group by c.oid order by c.relname
  loop
    -- What is a review's is its authority's: never found by the request alone.
    compared := compared || lockbox_comparison(
      place.name,
      case when 'review_id' = any(place.columns) and 'access_request_id' = any(place.columns)
           then '(t.review_id = any(in_reviews) or t.review_id is null and t.access_request_id = in_request)'
           when 'review_id' = any(place.columns) then 't.review_id = any(in_reviews)'
           when 'decision_id' = any(place.columns) then of_decision
           when 'access_request_id' = any(place.columns) then 't.access_request_id = in_request'
           else 't.content_object_id = any(in_reviews)' end,
      not ('content_object_id' = any(place.columns)));
  end loop;
  -- One plan for all cases: each page would make thirty anew.
  execute format($q$
create or replace function public.lockbox_altered(in_request bigint, in_reviews bigint[])
returns table (object_type text, object_id bigint) language plpgsql stable
  set search_path = pg_catalog, public, pg_temp
  set plan_cache_mode = force_generic_plan as $body$
begin%s
end $body$$q$, compared);
end $f$;
revoke execute on function lockbox_write_altered() from public;

select lockbox_write_altered();
drop function audit_altered;
"""


BEFORE = r"""
drop function lockbox_write_altered;
drop function lockbox_comparison;

-- Which rows of an audited table, among these, are not what their newest history says?
-- in_where names rows by $1 (the request) and $2 (reviews); in_indexed: does it hold in
-- the history table too, so that rows gone behind our back are found?
create function audit_altered(in_table regclass, in_where text, in_indexed boolean,
                              in_request bigint, in_reviews bigint[])
returns table (object_type text, object_id bigint) language plpgsql stable
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  arguments text[];
  history text;
begin
  -- Of the trigger that keeps them equal: the history table, the columns it lacks.
  select string_to_array(encode(tgargs, 'escape'), '\000') into arguments
    from pg_trigger where tgrelid = in_table and tgname = 'audit_history';
  history := arguments[1];
  return query execute format($q$
    with numbers as (
      select t.id from %1$s t where %2$s
      %3$s
    )
    select %4$L::text, numbers.id
    from numbers
    left join %1$s live on live.id = numbers.id
    left join lateral (select h.* from %5$I h where h.id = numbers.id
                       order by h.history_id desc limit 1) last on true
    where case
      when live.id is null then last.history_type <> '-'
      when last.id is null or last.history_type = '-' then true
      else exists (select from jsonb_each(to_jsonb(live) - %6$L::text[]) col
                   where col.value is distinct from to_jsonb(last)->col.key)
    end$q$,
    in_table, in_where,
    case when in_indexed
         then format('union select t.id from %I t where %s', history, in_where) end,
    in_table::text, history, arguments[2])
  using in_request, in_reviews;
end $f$;

-- Of a request and these of its reviews: every audited row that belongs to them.
create or replace function lockbox_altered(in_request bigint, in_reviews bigint[])
returns table (object_type text, object_id bigint) language plpgsql stable
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  place record;
  of_decision text := 't.decision_id in (select id from requests_app_decision where review_id = any($2))';
begin
  return query select * from audit_altered('requests_app_accessrequest', 't.id = $1', false,
                                           in_request, in_reviews);
  return query select * from audit_altered('requests_app_secrecyreview', 't.id = any($2)', false,
                                           in_request, in_reviews);
  for place in
    select c.oid::regclass as name, array_agg(a.attname::text) as columns
    from pg_trigger g join pg_class c on c.oid = g.tgrelid
    join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
      and a.attname in ('review_id', 'decision_id', 'access_request_id', 'content_object_id')
    where g.tgname = 'audit_history'
      and c.relname not in ('requests_app_secrecyreview', 'requests_app_alteration')
    group by c.oid
  loop
    -- What is a review's is its authority's: never found by the request alone.
    return query select * from audit_altered(
      place.name,
      case when 'review_id' = any(place.columns) and 'access_request_id' = any(place.columns)
           then '(t.review_id = any($2) or t.review_id is null and t.access_request_id = $1)'
           when 'review_id' = any(place.columns) then 't.review_id = any($2)'
           when 'decision_id' = any(place.columns) then of_decision
           when 'access_request_id' = any(place.columns) then 't.access_request_id = $1'
           else 't.content_object_id = any($2)' end,
      not ('content_object_id' = any(place.columns)), in_request, in_reviews);
  end loop;
end $f$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0063_notice_channels'),
    ]

    operations = [migrations.RunSQL(WRITTEN, BEFORE)]
