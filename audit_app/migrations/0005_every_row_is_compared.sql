set local check_function_bodies = off;

-- Records which login the application has from now on, the first of them from ever, and
-- tells the ledger first. Returns since when, or null where it is known. The owner's
-- alone.
create or replace function audit_application_login(
  in_login text, in_role text
) returns timestamptz
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  last audit_app_applicationlogin;
begin
  select * into last from audit_app_applicationlogin order by since desc, id desc limit 1;
  -- Where there is one login for all it is the owner's: it takes no other's place.
  if (last.login, last.db_role) is not distinct from (in_login, in_role)
     or last.id is not null and in_login = session_user then
    return null;
  end if;
  perform audit_ledger_add('event', 'application.login_recorded', '', '', null,
    jsonb_build_object('login', in_login, 'role', in_role), null, '', '');
  insert into audit_app_applicationlogin (login, db_role, since)
  values (in_login, in_role, case when last.id is null then '-infinity' else clock_timestamp() end)
  returning * into last;
  perform audit_ledger_add('change', 'insert', 'audit_app_applicationlogin', last.id::text, null,
    jsonb_build_object('new', to_jsonb(last)), null, '', '');
  return clock_timestamp();
end $f$;

-- The instant that was set, where the database lets it be set; else null.
create or replace function audit_clock() returns timestamptz
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  told text := coalesce(current_setting('lockbox.clock', true), '');
begin
  if told <> '' and exists (select from audit_app_setclock) then
    return told::timestamptz;
  end if;
  return null;
end $f$;

-- A value that no line tells, as a line commits to it: a salt, and the digest of both.
-- Null of nothing.
create or replace function audit_commitment(in_salt text, in_value jsonb) returns jsonb
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(to_jsonb(in_salt || ':' || encode(
    sha256(convert_to(in_salt || (in_value #>> '{}'), 'UTF8')), 'hex')), 'null')
$f$;

-- Keeps what disagrees, once, with what the ledger knows of who changed the row last,
-- and tells the ledger: of what it is about, and of the row. Returns its number, or null
-- where it is known.
create or replace function audit_disagreement_add(
  in_what text, in_object_type text, in_object_id text, in_entry_id bigint,
  in_actor_id bigint, in_digest text default ''::text
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  known audit_app_ledgerentry;
  made audit_app_disagreement;
begin
  if in_entry_id is not null then
    select * into known from audit_app_ledgerentry where id = in_entry_id;
  else
    select * into known from audit_app_ledgerentry
    where object_type = in_object_type and object_id = in_object_id and kind = 'change'
    order by id desc limit 1;
  end if;
  insert into audit_app_disagreement (what, object_type, object_id, entry_id, found_at,
    session_user_name, db_role, changed_at, authority_id, digest)
  values (in_what, in_object_type, in_object_id, in_entry_id, clock_timestamp(),
    coalesce(known.session_user_name, ''), coalesce(known.db_role, ''), known.at, known.authority_id, in_digest)
  on conflict do nothing returning * into made;
  if made.id is not null then
    perform audit_ledger_add('event', 'record.disagreement', in_object_type, in_object_id,
      known.authority_id, jsonb_build_object('what', in_what, 'entry', in_entry_id), in_actor_id, '',
      coalesce(current_setting('lockbox.request_id', true), ''));
    perform audit_ledger_add('change', 'insert', 'audit_app_disagreement', made.id::text,
      known.authority_id, jsonb_build_object('new', to_jsonb(made)), in_actor_id, '',
      coalesce(current_setting('lockbox.request_id', true), ''));
  end if;
  return made.id;
end $f$;

-- Disposes of what somebody else has proposed, and records it line by line. Returns how
-- many details there were.
create or replace function audit_disposal_confirm(
  in_proposal bigint, in_actor_id bigint, in_request_id text
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  proposal record;
  entries bigint[];
  gone bigint;
begin
  select line.actor_id, detail.body::jsonb as told into proposal
  from audit_app_ledgerentry line join audit_app_ledgerdetail detail on detail.entry_id = line.id
  where line.id = in_proposal and line.event = 'disposal.proposed' and line.kind = 'event'
    and line.db_role = 'lockbox_disposal';
  if proposal.told is null then
    raise exception 'nobody has proposed a disposal by the number %', in_proposal
      using errcode = 'integrity_constraint_violation';
  end if;
  if in_actor_id is null or in_actor_id is not distinct from proposal.actor_id then
    raise exception 'a disposal is confirmed by another than proposed it'
      using errcode = 'integrity_constraint_violation';
  end if;
  select array_agg(number::bigint) into entries
  from jsonb_array_elements_text(proposal.told->'lines') number;
  perform audit_disposal_guard(entries, proposal.told->>'basis');
  perform audit_ledger_add('event', 'detail.disposed', 'audit_app_ledgerdetail', line.id::text,
    line.authority_id, jsonb_build_object('basis', proposal.told->>'basis', 'proposal', in_proposal),
    in_actor_id, '', in_request_id)
  from audit_app_ledgerentry line join audit_app_ledgerdetail on entry_id = line.id
  where line.id = any (entries) order by line.id;
  delete from audit_app_ledgerdetail where entry_id = any (entries);
  get diagnostics gone = row_count;
  return gone;
end $f$;

-- Refuses a disposal of what is told nowhere else, or without a basis.
create or replace function audit_disposal_guard(
  in_entries bigint[], in_basis text
) returns void
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if current_setting('role') <> 'lockbox_disposal' then
    raise exception 'only lockbox_disposal disposes of details'
      using errcode = 'insufficient_privilege';
  end if;
  if btrim(coalesce(in_basis, '')) = '' then
    raise exception 'what is disposed of has a basis' using errcode = 'check_violation';
  end if;
  if exists (select from audit_app_ledgerentry line
             where line.id = any (in_entries) and line.event in ('detail.disposed',
               'disposal.proposed', 'ledger.signed', 'application.login_recorded')) then
    raise exception 'what the ledger tells of itself stays' using errcode = 'insufficient_privilege';
  end if;
  if exists (select from audit_ledger_standing(in_entries)) then
    raise exception 'line % tells of what stands: it is not disposed of',
      (select min(line) from audit_ledger_standing(in_entries) line)
      using errcode = 'integrity_constraint_violation';
  end if;
end $f$;

-- Proposes to dispose of the details of these lines on a basis. Returns the number of
-- the line that says so, which another person confirms.
create or replace function audit_disposal_propose(
  in_entries bigint[], in_basis text, in_actor_id bigint, in_request_id text
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform audit_disposal_guard(in_entries, in_basis);
  return audit_ledger_add('event', 'disposal.proposed', 'audit_app_ledgerdetail', '', null,
    jsonb_build_object('basis', in_basis, 'lines', in_entries), in_actor_id, '', in_request_id);
end $f$;

-- A version is signed by who acts. Its number, time and reason are those of the line that
-- tells of its change, whatever its writer says. Argument: the table whose history it is.
create or replace function audit_history_stamp() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  line record;
begin
  select entry.id, entry.at, detail.body::jsonb as told into line
  from audit_app_ledgerentry entry join audit_app_ledgerdetail detail on detail.entry_id = entry.id
  where entry.object_type = TG_ARGV[0] and entry.object_id = new.id::text and entry.kind = 'change'
    and entry.xid = pg_current_xact_id()
  order by entry.id + 0 desc limit 1;
  new.history_id := coalesce(line.id, 0);
  new.history_xid := pg_current_xact_id();
  new.history_date := coalesce((line.told->>'clock')::timestamptz, line.at, audit_now());
  new.history_change_reason := coalesce(line.told->>'reason', '');
  new.history_user_id := audit_actor();
  new.history_user_name := audit_name_of(new.history_user_id);
  return new;
end $f$;

-- Adds a line to the ledger, signed by somebody there is, under the name the database
-- knows. Returns its number. Only other functions call it.
create or replace function audit_ledger_add(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority
  bigint, in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  seq bigint := nextval('audit_app_ledgerentry_id_seq');
  instant timestamptz := clock_timestamp();
  -- Inside SECURITY DEFINER current_user is the owner; the setting still names the caller's role.
  db_role text := current_setting('role');
  actor_name text := in_actor_name;
  is_active boolean;
  salt bytea;
  body text;
begin
  if in_actor_id is not null then
    select audit_name_of(person.id), person.is_active into actor_name, is_active
    from lockbox_site_user person where person.id = in_actor_id;
    if actor_name is null then
      raise exception '% of % signed by nobody', in_event, in_object_type
        using errcode = 'integrity_constraint_violation';
    end if;
    -- Whoever has left signs no change; it can be their own leaving.
    if not is_active and in_kind = 'change'
       and not (in_object_type = 'lockbox_site_user' and in_object_id = in_actor_id::text) then
      raise exception '% of % signed by somebody who has left', in_event, in_object_type
        using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  if in_detail is not null then
    salt := decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
    insert into audit_app_ledgerdetail (entry_id, salt, body) values (seq, salt, in_detail::text);
  end if;
  body := jsonb_build_object(
    'seq', seq, 'xid', pg_current_xact_id()::text,
    'at', audit_moment(instant),
    'session_user', session_user, 'db_role', db_role,
    'actor_id', in_actor_id, 'actor_name', actor_name, 'request_id', in_request_id,
    'kind', in_kind, 'event', in_event, 'object_type', in_object_type,
    'object_id', in_object_id, 'authority_id', in_authority,
    'detail', encode(sha256(salt || convert_to(in_detail::text, 'UTF8')), 'hex'))::text;
  insert into audit_app_ledgerentry (id, xid, at, session_user_name, db_role, actor_id, actor_name,
    request_id, kind, event, object_type, object_id, authority_id, payload, leaf_hash)
  values (seq, pg_current_xact_id(), instant, session_user, db_role, in_actor_id, actor_name,
    in_request_id, in_kind, in_event, in_object_type, in_object_id, in_authority, body,
    sha256('\x00'::bytea || convert_to(body, 'UTF8')));
  insert into audit_app_unsealedentry (entry_id) values (seq);
  return seq;
end $f$;

-- Records a change of a row in the ledger: what it was and became, the secret columns as
-- commitments, why, and which time was set, where one was. Arguments: the secret columns,
-- SQL that finds the row's authority ($1 = the row as jsonb) or nothing where the row
-- says it itself, and the columns to leave out, which the row's key is the digest of.
create or replace function audit_ledger_change() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor bigint := nullif(current_setting('lockbox.actor_id', true), '')::bigint;
  reason text := nullif(current_setting('lockbox.reason', true), '');
  secret text[] := TG_ARGV[0]::text[];
  live_row jsonb;
  before jsonb;
  changed text[];
  authority bigint;
  detail jsonb;
begin
  if actor is null then
    raise exception 'change of % signed by nobody', TG_TABLE_NAME
      using errcode = 'integrity_constraint_violation';
  end if;
  if TG_OP = 'INSERT' then
    live_row := to_jsonb(new) - TG_ARGV[2]::text[];
    detail := jsonb_build_object('new', live_row - secret);
  elsif TG_OP = 'DELETE' then
    live_row := to_jsonb(old) - TG_ARGV[2]::text[];
    detail := jsonb_build_object('old', live_row - secret);
  else
    live_row := to_jsonb(new) - TG_ARGV[2]::text[];
    before := to_jsonb(old) - TG_ARGV[2]::text[];
    if before->>'id' is distinct from live_row->>'id' then
      raise exception 'a row of % keeps its number', TG_TABLE_NAME
        using errcode = 'integrity_constraint_violation';
    end if;
    select jsonb_build_object('old', coalesce(jsonb_object_agg(col.key, before->col.key), '{}'),
                              'new', coalesce(jsonb_object_agg(col.key, col.value), '{}'))
      into detail from jsonb_each(live_row - secret) col
      where before->col.key is distinct from col.value;
  end if;
  if TG_OP <> 'DELETE' and secret <> '{}' then
    select array_agg(name) into changed from unnest(secret) name
    where TG_OP = 'INSERT' or before->name is distinct from live_row->name;
    if changed is not null then
      detail := detail || jsonb_build_object('secret', (
        select jsonb_object_agg(name, audit_commitment(
          replace(gen_random_uuid()::text, '-', ''), live_row->name)) from unnest(changed) name));
    end if;
  end if;
  if reason is not null then
    detail := detail || jsonb_build_object('reason', reason);
  end if;
  if audit_clock() is not null then
    detail := detail || jsonb_build_object('clock', audit_moment(audit_clock()));
  end if;
  live_row := live_row - secret;
  if TG_ARGV[1] = '' then
    authority := (live_row->>'authority_id')::bigint;
  -- What has none, need not be asked.
  elsif TG_ARGV[1] <> 'select null::bigint' then
    execute TG_ARGV[1] into authority using live_row;
  end if;
  perform audit_ledger_add('change', lower(TG_OP), TG_TABLE_NAME,
    coalesce(live_row->>'id', live_row->>'digest', ''), authority, detail, actor,
    coalesce(current_setting('lockbox.actor_name', true), ''),
    coalesce(current_setting('lockbox.request_id', true), ''));
  return null;
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

-- The application's way to add a line: of anything but changes, which triggers record,
-- and disposals.
create or replace function audit_ledger_record(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority
  bigint, in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_kind not in ('change', 'event', 'read', 'refusal', 'auth', 'export') then
    raise exception 'there is no kind of line called %', in_kind
      using errcode = 'check_violation';
  end if;
  if in_kind = 'change' then
    raise exception 'changes are recorded by the database' using errcode = 'insufficient_privilege';
  end if;
  if in_event in ('detail.disposed', 'disposal.proposed', 'ledger.signed',
                  'application.login_recorded') then
    raise exception '% is recorded by a function of its own', in_event
      using errcode = 'insufficient_privilege';
  end if;
  return audit_ledger_add(in_kind, in_event, in_object_type, in_object_id, in_authority,
    in_detail, in_actor_id, in_actor_name, in_request_id);
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

-- Among lines about changes, those whose row or a version of it stands: their details are
-- all that says what it was.
create or replace function audit_ledger_standing(in_entries bigint[]) returns setof bigint
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  place record;
begin
  for place in
    select line.object_type as name, live.oid::regclass as live, key.attname as key,
      format_type(key.atttypid, null) as type, history.oid::regclass as history
    from (select distinct object_type from audit_app_ledgerentry
          where id = any (in_entries) and kind = 'change') line
    join pg_class live on live.relname = line.object_type
      and live.relnamespace = 'public'::regnamespace
    join pg_index idx on idx.indrelid = live.oid and idx.indisprimary
    join pg_attribute key on key.attrelid = live.oid and key.attnum = idx.indkey[0]
    left join pg_class history on history.relnamespace = live.relnamespace
      and history.relkind = 'r' and history.relname <> live.relname
      and replace(history.relname, '_historical', '_') = live.relname
  loop
    return query execute format('select line.id from audit_app_ledgerentry line
      where line.id = any ($1) and line.kind = ''change'' and line.object_type = %1$L
        and exists (select from %2$s where %3$I = ltrim(line.object_id, ''#'')::%4$s)',
      place.name, place.live, place.key, place.type) using in_entries;
    if place.history is not null then
      return query execute format('select line.id from audit_app_ledgerentry line
        where line.id = any ($1) and line.kind = ''change'' and line.object_type = %1$L
          and exists (select from %2$s where id = line.object_id::bigint)',
        place.name, place.history) using in_entries;
    end if;
  end loop;
end $f$;

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
      jsonb_build_object('rows', rows, 'upto', upto), null, '', '');
  end if;
end $f$;

-- An instant as lines write it.
create or replace function audit_moment(instant timestamptz) returns text
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$f$;

-- The present instant, or the one that was set.
create or replace function audit_now() returns timestamptz
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  return coalesce(audit_clock(), clock_timestamp());
end $f$;

-- A row as a line commits to it. Its times are written in one zone, whoever asks.
create or replace function audit_row_digest(in_row anyelement) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' as $f$
  select encode(sha256(convert_to(to_jsonb(in_row)::text, 'UTF8')), 'hex')
$f$;

revoke all on function audit_clock from public;

revoke all on function audit_commitment from public;

revoke all on function audit_disposal_confirm from public;

revoke all on function audit_disposal_guard from public;

revoke all on function audit_disposal_propose from public;

revoke all on function audit_ledger_standing from public;

revoke all on function audit_ledger_tell_signed from public;

revoke all on function audit_moment from public;

revoke all on function audit_row_digest from public;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
