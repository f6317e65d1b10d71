-- Is this row, or a version of it, being disposed of: does a line of this transaction say
-- so, in the one role that may?
create or replace function audit_is_disposed(in_table text, in_row jsonb) returns boolean
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  -- The setting names the caller's role, inside SECURITY DEFINER too.
  return current_setting('role') = 'lockbox_disposal' and exists (
    select from audit_app_ledgerentry line
    where line.object_type = replace(in_table, '_historical', '_')
      and line.object_id = coalesce(in_row->>'id', in_row->>'digest')
      and line.kind = 'event' and line.event = 'row.disposed'
      and line.db_role = 'lockbox_disposal' and line.xid = pg_current_xact_id());
end $f$;

-- The table with the versions of another; null where it has none.
create or replace function audit_history_of(in_table text) returns regclass
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select to_regclass('public.' || regexp_replace(in_table, '_([^_]+)$', '_historical\1'))
$f$;

-- Disposes of whole rows with all their versions, and of the details of every line about
-- them: a line says of each row that it went, a line of each detail, and on what basis.
-- `in_keys` goes with `in_tables`. Returns how many versions and details went. Only a
-- function that knows the rule calls it.
create or replace function audit_rows_dispose(
  in_tables text[], in_keys text[], in_authority bigint, in_basis jsonb, in_actor_id bigint,
  out versions bigint, out details bigint
)
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  place record;
  number bigint;
  entries bigint[];
begin
  if current_setting('role') <> 'lockbox_disposal' then
    raise exception 'only lockbox_disposal disposes of rows'
      using errcode = 'insufficient_privilege';
  end if;
  versions := 0;
  perform audit_ledger_add('event', 'row.disposed', row.name, row.key, in_authority, in_basis,
    in_actor_id, '') from unnest(in_tables, in_keys) row(name, key);
  select array_agg(distinct line.id) into entries
  from unnest(in_tables, in_keys) row(name, key)
  join audit_app_ledgerentry line on line.object_type = row.name
    and line.object_id in (row.key, '#' || row.key)
  join audit_app_ledgerdetail detail on detail.entry_id = line.id
  where line.event <> 'row.disposed';
  perform audit_ledger_add('event', 'detail.disposed', 'audit_app_ledgerdetail', entry::text,
    in_authority, in_basis, in_actor_id, '') from unnest(entries) entry;
  delete from audit_app_ledgerdetail where entry_id = any (entries);
  get diagnostics details = row_count;
  for place in
    select live.oid::regclass as live, key.attname as key,
      format_type(key.atttypid, null) as type, audit_history_of(row.name) as history,
      array_agg(row.key) as keys
    from unnest(in_tables, in_keys) row(name, key)
    join pg_class live on live.relname = row.name and live.relnamespace = 'public'::regnamespace
    join pg_index idx on idx.indrelid = live.oid and idx.indisprimary
    join pg_attribute key on key.attrelid = live.oid and key.attnum = idx.indkey[0]
    group by 1, 2, 3, 4
  loop
    if place.history is not null then
      execute format('delete from %s where id = any ($1::bigint[])', place.history)
        using place.keys;
      get diagnostics number = row_count;
      versions := versions + number;
    end if;
    execute format('delete from %s where %I = any ($1::%s[])', place.live, place.key, place.type)
      using place.keys;
  end loop;
end $f$;

-- Among lines that say of a row that it was disposed of, those whose row, or a version of
-- it, stands.
create or replace function audit_rows_standing(in_entries bigint[]) returns setof bigint
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  place record;
begin
  for place in
    select line.object_type as name, live.oid::regclass as live, key.attname as key,
      format_type(key.atttypid, null) as type, audit_history_of(line.object_type) as history
    from (select distinct object_type from audit_app_ledgerentry
          where id = any (in_entries) and event = 'row.disposed') line
    join pg_class live on live.relname = line.object_type
      and live.relnamespace = 'public'::regnamespace
    join pg_index idx on idx.indrelid = live.oid and idx.indisprimary
    join pg_attribute key on key.attrelid = live.oid and key.attnum = idx.indkey[0]
  loop
    return query execute format('select line.id from audit_app_ledgerentry line
      where line.id = any ($1) and line.event = ''row.disposed'' and line.object_type = %L
        and exists (select from %s where %I = line.object_id::%s)',
      place.name, place.live, place.key, place.type) using in_entries;
    if place.history is not null then
      return query execute format('select line.id from audit_app_ledgerentry line
        where line.id = any ($1) and line.event = ''row.disposed'' and line.object_type = %L
          and exists (select from %s where id = line.object_id::bigint)',
        place.name, place.history) using in_entries;
    end if;
  end loop;
end $f$;
