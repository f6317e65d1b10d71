-- A row as a line commits to it. Its times are written in one zone, whoever asks.
create or replace function audit_row_digest(in_row anyelement) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' as $f$
  select encode(sha256(convert_to(to_jsonb(in_row)::text, 'UTF8')), 'hex')
$f$;

-- Tells the ledger which checkpoints, cosignatures and stamps have been kept and handed
-- out since it was told last, each by its number and its digest, and how far that went:
-- so that none is taken away later. Only where other lines wait, or each checkpoint called for another.
create or replace function audit_ledger_tell_signed() returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  upto jsonb := coalesce((
    select detail.body::jsonb->'upto'
    from audit_app_ledgerentry line join audit_app_ledgerdetail detail on detail.entry_id = line.id
    where line.object_type = 'audit_app_checkpoint' and line.object_id = ''
      and line.event = 'ledger.signed' order by line.id desc limit 1), '{}');
  rows jsonb := '{}';
  signed record;
  news jsonb;
begin
  for signed in
    select * from (values ('audit_app_checkpoint', 'size'), ('audit_app_cosignature', 'id'),
                          ('audit_app_stamp', 'checkpoint_id'),
                          ('audit_app_handedout', 'size')) signed (place, key) loop
    execute format('select jsonb_object_agg(kept.%2$I, audit_row_digest(kept)) from %1$I kept
      where kept.%2$I > $1', signed.place, signed.key)
      into news using coalesce((upto->>signed.place)::bigint, 0);
    if news is not null then
      rows := rows || jsonb_build_object(signed.place, news);
      upto := upto || jsonb_build_object(signed.place,
        (select max(number::bigint) from jsonb_object_keys(news) number));
    end if;
  end loop;
  if rows <> '{}' then
    perform audit_ledger_add('event', 'ledger.signed', 'audit_app_checkpoint', '', null,
      jsonb_build_object('rows', rows, 'upto', upto), null, '');
  end if;
end $f$;

-- Gives the lines that wait their leaves, in order and without gaps, and hashes the
-- subtrees that became whole. Returns how many; null where another transaction seals.
create or replace function audit_ledger_seal(most integer) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  first bigint;
  past bigint;
  step integer := 0;
  span bigint := 256;
begin
  if not pg_try_advisory_xact_lock(hashtext('audit_ledger_seal')) then
    return null;
  end if;
  if exists (select from audit_app_unsealedentry) then
    perform audit_ledger_tell_signed();
  end if;
  first := (select coalesce(max(leaf_index) + 1, 0) from audit_app_sealedleaf);
  with taken as (
    delete from audit_app_unsealedentry where entry_id in (
      select entry_id from audit_app_unsealedentry order by entry_id limit most)
    returning entry_id)
  insert into audit_app_sealedleaf (leaf_index, entry_id)
  select first - 1 + row_number() over (order by entry_id), entry_id from taken;
  past := (select coalesce(max(leaf_index) + 1, 0) from audit_app_sealedleaf);
  insert into audit_app_subtree (level, number, hash)
  select 1, leaf.leaf_index / 256, audit_whole_root(array_agg(entry.leaf_hash order by leaf.leaf_index))
  from audit_app_sealedleaf leaf join audit_app_ledgerentry entry on entry.id = leaf.entry_id
  where leaf.leaf_index >= first / 256 * 256 and leaf.leaf_index < past / 256 * 256
  group by leaf.leaf_index / 256;
  while first / span < past / span loop
    step := step + 1;
    insert into audit_app_subtree (level, number, hash)
    select step + 1, number / 256, audit_whole_root(array_agg(hash order by number))
    from audit_app_subtree
    where level = step and number >= first / span / 256 * 256 and number < past / span / 256 * 256
    group by number / 256;
    span := span * 256;
  end loop;
  return past - first;
end $f$;

-- The root of a whole subtree from its hashes, whose number is a power of two.
create or replace function audit_whole_root(hashes bytea[]) returns bytea
  language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $f$
begin
  while cardinality(hashes) > 1 loop
    select array_agg(sha256('\x01'::bytea || lefts.hash || rights.hash) order by lefts.place) into hashes
    from unnest(hashes) with ordinality lefts(hash, place)
    join unnest(hashes) with ordinality rights(hash, place) on rights.place = lefts.place + 1
    where lefts.place % 2 = 1;
  end loop;
  return hashes[1];
end $f$;

-- How many lines wait for their leaves, a hundred thousand at most, and since when.
create or replace function audit_ledger_unsealed(
  out number bigint, out since timestamptz
)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select (select count(*) from (select from audit_app_unsealedentry limit 100000) waiting),
    (select entry.at from audit_app_ledgerentry entry
     where entry.id = (select min(entry_id) from audit_app_unsealedentry))
$f$;

-- Does the line wait for its leaf? As of the same moment as the query that asks.
create or replace function audit_ledger_waits(in_entry bigint) returns boolean
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from audit_app_unsealedentry where entry_id = in_entry)
$f$;

-- A checkpoint is of leaves that there are, and never of fewer than the one before.
create or replace function audit_ledger_checkpoint(
  in_size bigint, in_root bytea, in_note text
) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_size > (select coalesce(max(leaf_index) + 1, 0) from audit_app_sealedleaf)
     or in_size <= (select coalesce(max(size), 0) from audit_app_checkpoint) then
    raise exception 'a checkpoint of % leaves', in_size
      using errcode = 'integrity_constraint_violation';
  end if;
  insert into audit_app_checkpoint (size, root, note, at)
  values (in_size, in_root, in_note, clock_timestamp());
end $f$;

-- Keeps a witness's signature under a checkpoint, once. Whether it is one is asked where
-- it is read: one that is none keeps no other out.
create or replace function audit_ledger_cosigned(
  in_size bigint, in_witness text, in_line text
) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_cosignature (checkpoint_id, witness, line, at)
  values (in_size, in_witness, in_line, clock_timestamp())
  on conflict do nothing
$f$;

-- Keeps the answer of a time-stamping authority to a checkpoint, once.
create or replace function audit_ledger_stamped(
  in_size bigint, in_answer bytea
) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_stamp (checkpoint_id, answer, at)
  values (in_size, in_answer, clock_timestamp())
  on conflict (checkpoint_id) do nothing
$f$;

-- Keeps that a checkpoint has left the house, once.
create or replace function audit_ledger_handed_out(in_size bigint) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_handedout (size, at) values (in_size, clock_timestamp())
  on conflict do nothing
$f$;

-- Keeps the receipt of a line that has its leaf, once.
create or replace function audit_ledger_receipt(
  in_leaf bigint, in_body bytea
) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_receipt (leaf_id, body, at)
  values (in_leaf, in_body, clock_timestamp())
  on conflict (leaf_id) do nothing
$f$;

-- Keeps what a key of ours says of the one that takes over from it.
create or replace function audit_ledger_key_statement(in_note text) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_keystatement (note, at) values (in_note, clock_timestamp())
$f$;
