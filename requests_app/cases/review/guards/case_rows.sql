-- The texts and files that these rows or their versions have, and what those read as.
create or replace function lockbox_contents_of(in_tables text[], in_keys text[]) returns text[]
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  place record;
  more text[];
  digests text[] := '{}';
begin
  for place in
    select live.oid::regclass as live, audit_history_of(row.name) as history, col.attname as col,
      array_agg(row.key) as keys
    from unnest(in_tables, in_keys) row(name, key)
    join pg_class live on live.relname = row.name and live.relnamespace = 'public'::regnamespace
    join pg_constraint leads on leads.conrelid = live.oid and leads.contype = 'f'
      and leads.confrelid = 'requests_app_content'::regclass
    join pg_attribute col on col.attrelid = live.oid and col.attnum = leads.conkey[1]
    group by 1, 2, 3
  loop
    execute format('select array_agg(%1$I) from %2$s where id = any ($1::bigint[]) and %1$I is not null',
      place.col, place.live) into more using place.keys;
    digests := digests || more;
    if place.history is not null then
      execute format('select array_agg(%1$I) from %2$s where id = any ($1::bigint[]) and %1$I is not null',
        place.col, place.history) into more using place.keys;
      digests := digests || more;
    end if;
  end loop;
  return array(
    select one from unnest(digests) one
    union select reads_as_id from requests_app_content
    where digest = any (digests) and reads_as_id is not null);
end $f$;

-- Of these texts and files, those that a row has which stands, or a version of one.
create or replace function lockbox_contents_in_use(in_digests text[]) returns text[]
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  place record;
  more text[];
  digests text[] := '{}';
begin
  for place in
    select part.relation, col.attname as col
    from pg_constraint leads
    join pg_class live on live.oid = leads.conrelid
    join pg_attribute col on col.attrelid = live.oid and col.attnum = leads.conkey[1]
    cross join lateral (
      select live.oid::regclass union select audit_history_of(live.relname)) part(relation)
    where leads.contype = 'f' and leads.confrelid = 'requests_app_content'::regclass
      and part.relation is not null
  loop
    execute format('select array_agg(distinct %1$I) from %2$s where %1$I = any ($1)%3$s',
      place.col, place.relation,
      case when place.relation = 'requests_app_content'::regclass
        then ' and digest <> all ($1)' else '' end) into more using in_digests;
    digests := digests || more;
  end loop;
  return digests;
end $f$;

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

-- Carries out a list that two persons have stood for, so many of its cases after one, and
-- says what stood in the way of those that stay. What has gone is looked at no more: so it
-- goes on where it was. Only the login of disposals calls it.
create or replace function lockbox_cases_dispose(
  in_disposal bigint, in_after bigint, in_most integer
) returns table (item_id bigint, obstacle text)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
#variable_conflict use_column
declare
  list requests_app_disposal;
  basis jsonb := jsonb_build_object('disposal', in_disposal);
  item bigint;
  why text;
  more text[];
  contents text[] := '{}';
  shared text[];
begin
  select * into list from requests_app_disposal where id = in_disposal for update;
  if current_setting('role') <> 'lockbox_disposal' or list.status is distinct from 'confirmed'
     or list.confirmed_by_id is not distinct from list.proposed_by_id then
    perform lockbox_refuse('a list is carried out once two persons have stood for it');
  end if;
  if lockbox_disposal_outdated(in_disposal) then
    perform lockbox_refuse('a rule of disposal has changed since the list was drawn up: it is to be drawn up anew');
  end if;
  perform set_config('lockbox.actor_id', list.confirmed_by_id::text, true);
  for item in
    select one.id from requests_app_disposalitem one
    where one.disposal_id = in_disposal and one.id > in_after
      and not exists (select from requests_app_disposedcase gone where gone.item_id = one.id)
    order by one.id limit in_most
  loop
    begin
      select told.obstacle, told.contents into why, more
        from lockbox_case_dispose(item, basis) told;
      contents := contents || more;
    exception when foreign_key_violation then
      why := 'referred';
    end;
    return query select item, why;
  end loop;
  shared := lockbox_contents_in_use(contents);
  select array_agg(digest) into contents from requests_app_content
    where digest = any (contents) and digest <> all (shared);
  if cardinality(contents) > 0 then
    perform audit_rows_dispose(
      array_fill('requests_app_content'::text, array[cardinality(contents)]), contents,
      list.authority_id, basis, audit_actor());
  end if;
end $f$;
