-- As audit_app/guards says it and why.
set local check_function_bodies = off;
create table audit_app_unsealedentry (entry_id bigint primary key);
create table audit_app_subtree (
  level smallint not null check (level > 0),
  number bigint not null check (number >= 0),
  hash bytea not null check (length(hash) = 32),
  primary key (level, number)
);
create table audit_app_setclock (since timestamptz not null default clock_timestamp());
create table audit_app_reconciled (
  name text primary key,
  position text not null,
  looked_at timestamptz not null,
  came_round_at timestamptz
);
create table audit_app_witnessedlog (
  origin text primary key,
  size bigint not null check (size >= 0),
  root bytea not null check (length(root) = 32),
  note text not null,
  at timestamptz not null
);
create table audit_app_applicationlogin (
  id bigint generated always as identity primary key,
  login text not null,
  db_role text not null,
  since timestamptz not null
);
create table audit_app_handedout (
  size bigint primary key references audit_app_checkpoint (size),
  at timestamptz not null
);
alter table audit_app_checkpoint
  add constraint audit_root_is_a_hash check (length(root) = 32),
  add constraint audit_size_is_no_nothing check (size > 0);
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
      known.authority_id, jsonb_build_object('what', in_what, 'entry', in_entry_id), in_actor_id,
      coalesce(current_setting('lockbox.request_id', true), ''));
    perform audit_ledger_add('change', 'insert', 'audit_app_disagreement', made.id::text,
      known.authority_id, jsonb_build_object('new', to_jsonb(made)), in_actor_id,
      coalesce(current_setting('lockbox.request_id', true), ''));
  end if;
  return made.id;
end $f$;
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
             where line.id = any (in_entries) and line.event in ('detail.disposed', 'row.disposed',
               'detail.expired', 'disposal.proposed', 'ledger.signed', 'application.login_recorded')) then
    raise exception 'what the ledger tells of itself stays' using errcode = 'insufficient_privilege';
  end if;
  if exists (select from audit_ledger_standing(in_entries)) then
    raise exception 'line % tells of what stands: it is not disposed of',
      (select min(line) from audit_ledger_standing(in_entries) line)
      using errcode = 'integrity_constraint_violation';
  end if;
end $f$;
create or replace function audit_disposal_propose(
  in_entries bigint[], in_basis text, in_actor_id bigint, in_request_id text
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform audit_disposal_guard(in_entries, in_basis);
  return audit_ledger_add('event', 'disposal.proposed', 'audit_app_ledgerdetail', '', null,
    jsonb_build_object('basis', in_basis, 'lines', in_entries), in_actor_id, in_request_id);
end $f$;
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
    in_actor_id, in_request_id)
  from audit_app_ledgerentry line join audit_app_ledgerdetail on entry_id = line.id
  where line.id = any (entries) order by line.id;
  delete from audit_app_ledgerdetail where entry_id = any (entries);
  get diagnostics gone = row_count;
  return gone;
end $f$;
create or replace function audit_may_expire(in_kind text, in_event text) returns boolean
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select in_kind in ('read', 'refusal', 'auth', 'export')
    or in_kind = 'event' and in_event in ('notice.sent', 'notice.told')
$f$;
create or replace function audit_details_expire(
  in_entries bigint[], in_basis jsonb, in_actor_id bigint
) returns bigint
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  gone bigint;
begin
  if exists (select from audit_app_ledgerentry line
             where line.id = any (in_entries) and not audit_may_expire(line.kind, line.event)) then
    raise exception 'what was changed or done does not run out'
      using errcode = 'insufficient_privilege';
  end if;
  perform audit_ledger_add('event', 'detail.expired', 'audit_app_ledgerdetail', line.id::text,
    line.authority_id, in_basis || case when exists (select from audit_app_setclock)
      then jsonb_build_object('clock', audit_now()) else '{}' end, in_actor_id, '')
  from audit_app_ledgerentry line join audit_app_ledgerdetail on entry_id = line.id
  where line.id = any (in_entries) order by line.id;
  delete from audit_app_ledgerdetail where entry_id = any (in_entries);
  get diagnostics gone = row_count;
  return gone;
end $f$;
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
create or replace function audit_now() returns timestamptz
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  return coalesce(audit_clock(), clock_timestamp());
end $f$;
create or replace function audit_moment(instant timestamptz) returns text
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$f$;
create or replace function audit_actor() returns bigint
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select nullif(current_setting('lockbox.actor_id', true), '')::bigint
$f$;
create or replace function audit_name_of(person bigint) returns text
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  return (select coalesce(nullif(btrim(first_name || ' ' || last_name), ''), username)
          from lockbox_site_user where id = person);
end $f$;
create or replace function audit_changes_now(
  in_table text, in_id text, out number bigint, out last text
)
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
begin
  select count(*), (array_agg(event order by id desc))[1] into number, last
  from audit_app_ledgerentry
  where object_type = in_table and object_id = in_id and kind = 'change'
    and xid = pg_current_xact_id();
end $f$;
create or replace function audit_versions_now(
  in_history text, in_id bigint
) returns bigint
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  number bigint;
begin
  execute format('select count(*) from public.%I where id = $1 and history_xid = pg_current_xact_id()',
    in_history) into number using in_id;
  return number;
end $f$;
create or replace function audit_append_only() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'DELETE' and audit_is_disposed(tg_table_name, to_jsonb(old)) then
    return old;
  end if;
  raise exception '% is append-only', TG_TABLE_NAME using errcode = 'insufficient_privilege';
end $f$;
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
  return new;
end $f$;
create or replace function audit_history_tells_a_change() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  told jsonb := to_jsonb(new);
  changes record;
  truth jsonb;
begin
  select * into changes from audit_changes_now(TG_ARGV[0], new.id::text);
  if changes.number <> audit_versions_now(TG_TABLE_NAME, new.id) then
    raise exception 'history of % % without a change', TG_ARGV[0], new.id
      using errcode = 'integrity_constraint_violation';
  end if;
  if changes.last = 'delete' then
    execute format('select to_jsonb(hist_row) from public.%I hist_row where id = $1 and history_id < $2
      order by history_id + 0 desc limit 1', TG_TABLE_NAME) into truth using new.id, new.history_id;
  else
    execute format('select to_jsonb(live_row) from public.%I live_row where id = $1', TG_ARGV[0])
      into truth using new.id;
  end if;
  if new.history_type <> (case changes.last when 'insert' then '+' when 'delete' then '-' else '~' end)
     or truth is null or exists (
       select from jsonb_each(told) col
       where not starts_with(col.key, 'history_') and truth ? col.key
         and truth->col.key <> col.value) then
    raise exception 'history of % % is not what changed', TG_ARGV[0], new.id
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $f$;
create or replace function audit_history_matches() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  hidden text[] := TG_ARGV[1]::text[];
  -- As text: compared with a name, no index would serve.
  live_table text := TG_TABLE_NAME;
  pk bigint := coalesce((to_jsonb(new)->>'id')::bigint, (to_jsonb(old)->>'id')::bigint);
  live jsonb;
  last jsonb;
begin
  if tg_op = 'DELETE' and audit_is_disposed(tg_table_name, to_jsonb(old)) then
    return null;
  end if;
  execute format('select to_jsonb(live_row) - $2 from %I.%I live_row where live_row.id = $1',
    TG_TABLE_SCHEMA, TG_TABLE_NAME) into live using pk, hidden;
  execute format('select to_jsonb(hist_row) from %I.%I hist_row where hist_row.id = $1
    and hist_row.history_xid = pg_current_xact_id() order by hist_row.history_id + 0 desc limit 1',
    TG_TABLE_SCHEMA, TG_ARGV[0]) into last using pk;
  -- Equal column by column: containment would let an array or object say more.
  if last is null
     or (live is null and last->>'history_type' <> '-')
     or (live is not null and (last->>'history_type' = '-' or live <>
         (select jsonb_object_agg(col.key, last->col.key) from jsonb_object_keys(live) col(key))))
     or (select number from audit_changes_now(live_table, pk::text)) <> audit_versions_now(TG_ARGV[0], pk) then
    raise exception 'change of % % without history', TG_TABLE_NAME, pk
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $f$;
create or replace function audit_differs(
  is_gone boolean, live jsonb, last_type text, told jsonb
) returns boolean
  language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $f$
begin
  if is_gone then
    return last_type <> '-';
  end if;
  return told is null or last_type = '-' or exists (
    select from jsonb_each(live) col where col.value is distinct from told->col.key);
end $f$;
create or replace function audit_ledger_add(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority
  bigint, in_detail jsonb, in_actor_id bigint, in_request_id text
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  seq bigint := nextval('audit_app_ledgerentry_id_seq');
  instant timestamptz := clock_timestamp();
  -- Inside SECURITY DEFINER current_user is the owner; the setting still names the caller's role.
  db_role text := current_setting('role');
  is_active boolean;
  salt bytea;
  body text;
begin
  if in_actor_id is not null then
    select person.is_active into is_active
    from lockbox_site_user person where person.id = in_actor_id;
    if is_active is null then
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
    'actor_id', in_actor_id, 'request_id', in_request_id,
    'kind', in_kind, 'event', in_event, 'object_type', in_object_type,
    'object_id', in_object_id, 'authority_id', in_authority,
    'detail', encode(sha256(salt || convert_to(in_detail::text, 'UTF8')), 'hex'))::text;
  insert into audit_app_ledgerentry (id, xid, at, session_user_name, db_role, actor_id,
    request_id, kind, event, object_type, object_id, authority_id, payload, leaf_hash)
  values (seq, pg_current_xact_id(), instant, session_user, db_role, in_actor_id,
    in_request_id, in_kind, in_event, in_object_type, in_object_id, in_authority, body,
    sha256('\x00'::bytea || convert_to(body, 'UTF8')));
  insert into audit_app_unsealedentry (entry_id) values (seq);
  return seq;
end $f$;
create or replace function audit_ledger_record(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority
  bigint, in_detail jsonb, in_actor_id bigint, in_request_id text
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
  if in_event in ('detail.disposed', 'detail.expired', 'disposal.proposed', 'row.disposed', 'ledger.signed',
                  'application.login_recorded') then
    raise exception '% is recorded by a function of its own', in_event
      using errcode = 'insufficient_privilege';
  end if;
  -- A name that is no account's may be a password that was typed in the wrong box.
  if in_detail ? 'username' and not exists (
      select from lockbox_site_user where username = in_detail->>'username') then
    raise exception 'a line names accounts only' using errcode = 'check_violation';
  end if;
  if in_detail ? 'tried' and (
      in_detail->'tried'->>'digest' ~ '^[0-9a-f]{16}$'
      and in_detail->'tried'->>'first' ~ '^[[:alnum:]]?$'
      and (in_detail->'tried') - '{digest,first}'::text[] = '{}') is not true then
    raise exception 'of a name that was tried a line tells a letter and a digest'
      using errcode = 'check_violation';
  end if;
  return audit_ledger_add(in_kind, in_event, in_object_type, in_object_id, in_authority,
    in_detail, in_actor_id, in_request_id);
end $f$;
create or replace function audit_commitment(in_salt text, in_value jsonb) returns jsonb
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(to_jsonb(in_salt || ':' || encode(
    sha256(convert_to(in_salt || (in_value #>> '{}'), 'UTF8')), 'hex')), 'null')
$f$;
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
  -- Its own line tells of it.
  if TG_OP = 'DELETE' and audit_is_disposed(TG_TABLE_NAME, to_jsonb(old)) then
    return null;
  end if;
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
    coalesce(current_setting('lockbox.request_id', true), ''));
  return null;
end $f$;
create or replace function audit_ledger_outside() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
declare
  before jsonb;
  after jsonb;
  detail jsonb;
begin
  if TG_OP = 'DELETE' and audit_is_disposed(TG_TABLE_NAME, to_jsonb(old)) then
    return null;
  end if;
  -- Inside SECURITY DEFINER the setting still names the caller's role.
  if exists (
      select from (select login, db_role from audit_app_applicationlogin
                   order by since desc, id desc limit 1) application
      where application.login = session_user
        and application.db_role = current_setting('role')) then
    return null;
  end if;
  before := to_jsonb(old) - TG_ARGV[0]::text[];
  after := to_jsonb(new) - TG_ARGV[0]::text[];
  if TG_OP = 'UPDATE' then
    select jsonb_build_object('old', coalesce(jsonb_object_agg(col.key, before->col.key), '{}'),
                              'new', coalesce(jsonb_object_agg(col.key, col.value), '{}'))
      into detail from jsonb_each(after) col where before->col.key is distinct from col.value;
  else
    detail := jsonb_build_object(case TG_OP when 'INSERT' then 'new' else 'old' end, coalesce(after, before));
  end if;
  perform audit_ledger_add('change', lower(TG_OP), TG_TABLE_NAME,
    coalesce('#' || (coalesce(after, before)->>'id'), ''), null, detail,
    nullif(current_setting('lockbox.actor_id', true), '')::bigint,
    coalesce(current_setting('lockbox.request_id', true), ''));
  return null;
end $f$;
create or replace function audit_detail_stays() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  -- The setting names the caller's role, inside SECURITY DEFINER too.
  if TG_OP = 'DELETE' and exists (
      select from audit_app_ledgerentry line
      where line.object_type = TG_TABLE_NAME and line.object_id = old.entry_id::text
        and line.kind = 'event' and line.xid = pg_current_xact_id()
        and (line.event = 'detail.expired'
             or line.event = 'detail.disposed' and line.db_role = 'lockbox_disposal'
                and current_setting('role') = 'lockbox_disposal')) then
    return old;
  end if;
  raise exception '% is append-only', TG_TABLE_NAME using errcode = 'insufficient_privilege';
end $f$;
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
    jsonb_build_object('login', in_login, 'role', in_role), null, '');
  insert into audit_app_applicationlogin (login, db_role, since)
  values (in_login, in_role, case when last.id is null then '-infinity' else clock_timestamp() end)
  returning * into last;
  perform audit_ledger_add('change', 'insert', 'audit_app_applicationlogin', last.id::text, null,
    jsonb_build_object('new', to_jsonb(last)), null, '');
  return clock_timestamp();
end $f$;
create or replace function audit_login_has_its_line() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (
      select from audit_app_ledgerentry line
      where line.id > (select max(id) from audit_app_ledgerentry) - 1000
        and line.xid = pg_current_xact_id() and line.kind = 'event'
        and line.event = 'application.login_recorded') then
    raise exception 'a login is recorded by audit_application_login'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $f$;
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
create or replace function audit_history_of(in_table text) returns regclass
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select to_regclass('public.' || regexp_replace(in_table, '_([^_]+)$', '_historical\1'))
$f$;
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
create or replace function audit_row_digest(in_row anyelement) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' as $f$
  select encode(sha256(convert_to(to_jsonb(in_row)::text, 'UTF8')), 'hex')
$f$;
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
create or replace function audit_ledger_unsealed(
  out number bigint, out since timestamptz
)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select (select count(*) from (select from audit_app_unsealedentry limit 100000) waiting),
    (select entry.at from audit_app_ledgerentry entry
     where entry.id = (select min(entry_id) from audit_app_unsealedentry))
$f$;
create or replace function audit_ledger_waits(in_entry bigint) returns boolean
  language sql stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from audit_app_unsealedentry where entry_id = in_entry)
$f$;
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
create or replace function audit_ledger_cosigned(
  in_size bigint, in_witness text, in_line text
) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_cosignature (checkpoint_id, witness, line, at)
  values (in_size, in_witness, in_line, clock_timestamp())
  on conflict do nothing
$f$;
create or replace function audit_ledger_stamped(
  in_size bigint, in_answer bytea
) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_stamp (checkpoint_id, answer, at)
  values (in_size, in_answer, clock_timestamp())
  on conflict (checkpoint_id) do nothing
$f$;
create or replace function audit_ledger_handed_out(in_size bigint) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_handedout (size, at) values (in_size, clock_timestamp())
  on conflict do nothing
$f$;
create or replace function audit_ledger_receipt(
  in_leaf bigint, in_body bytea
) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_receipt (leaf_id, body, at)
  values (in_leaf, in_body, clock_timestamp())
  on conflict (leaf_id) do nothing
$f$;
create or replace function audit_ledger_key_statement(in_note text) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_keystatement (note, at) values (in_note, clock_timestamp())
$f$;
create or replace function audit_witness_advance(
  in_origin text, in_old bigint, in_size bigint, in_root bytea, in_note text
) returns boolean
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $f$
begin
  if in_size < in_old then
    return false;
  end if;
  if in_old = 0 then
    insert into audit_app_witnessedlog (origin, size, root, note, at)
    values (in_origin, in_size, in_root, in_note, clock_timestamp()) on conflict do nothing;
    if found then
      return true;
    end if;
  end if;
  update audit_app_witnessedlog
  set size = in_size, root = in_root, note = in_note, at = clock_timestamp()
  where origin = in_origin and size = in_old and (in_size > in_old or root = in_root);
  return found;
end $f$;
create unique index audit_disagreement_once on audit_app_disagreement
  (what, object_type, object_id, coalesce(entry_id, 0), digest);
create trigger audit_append_only before update or delete on audit_app_ledgerdetail
  for each row execute function audit_detail_stays();
create trigger audit_its_line before insert on audit_app_applicationlogin
  for each row execute function audit_login_has_its_line();
do $d$ declare place text; begin
  foreach place in array '{
    audit_app_ledgerentry, audit_app_subtree, audit_app_sealedleaf, audit_app_checkpoint,
    audit_app_cosignature, audit_app_stamp, audit_app_receipt, audit_app_keystatement,
    audit_app_disagreement, audit_app_applicationlogin, audit_app_handedout}'::text[] loop
    execute format('create trigger audit_append_only before update or delete on %1$s for each row execute function audit_append_only()',
      place);
  end loop;
end $d$;
do $d$ declare place text; begin
  foreach place in array '{
    audit_app_ledgerentry, audit_app_ledgerdetail, audit_app_subtree, audit_app_sealedleaf,
    audit_app_checkpoint, audit_app_cosignature, audit_app_stamp, audit_app_receipt,
    audit_app_keystatement, audit_app_disagreement, audit_app_foldedline, audit_app_refusalcount,
    audit_app_applicationlogin, audit_app_handedout, audit_app_reconciled,
    audit_app_witnessedlog}'::text[] loop
    execute format('create trigger audit_no_truncate before truncate on %1$s for each statement execute function audit_append_only()',
      place);
  end loop;
end $d$;
do $d$ declare place text; begin
  foreach place in array '{
    audit_app_foldedline, audit_app_refusalcount, audit_app_handedout, audit_app_reconciled,
    audit_app_witnessedlog}'::text[] loop
    execute format('create trigger audit_outside after insert or update or delete on %1$s for each row execute function audit_ledger_outside(''{}'')',
      place);
  end loop;
end $d$;
revoke all on
  audit_app_unsealedentry from lockbox_app;
revoke all on sequence audit_app_ledgerentry_id_seq, audit_app_cosignature_id_seq,
  audit_app_disagreement_id_seq, audit_app_keystatement_id_seq from lockbox_app;
revoke insert, update, delete on audit_app_ledgerdetail, audit_app_setclock,
  audit_app_witnessedlog from lockbox_app;
revoke delete on
  audit_app_reconciled from lockbox_app;
revoke all on function audit_ledger_add, audit_ledger_record, audit_ledger_change,
  audit_ledger_outside, audit_ledger_seal, audit_ledger_tell_signed, audit_ledger_unsealed,
  audit_ledger_waits,
  audit_ledger_checkpoint, audit_ledger_cosigned, audit_ledger_stamped,
  audit_ledger_handed_out, audit_ledger_receipt, audit_ledger_key_statement,
  audit_disposal_guard, audit_disposal_propose, audit_disposal_confirm, audit_detail_stays,
  audit_details_expire, audit_rows_dispose,
  audit_disagreement_add, audit_witness_advance, audit_application_login,
  audit_login_has_its_line from public;
grant execute on function audit_ledger_record, audit_ledger_seal, audit_ledger_unsealed,
  audit_ledger_waits, audit_ledger_checkpoint, audit_ledger_cosigned, audit_ledger_stamped,
  audit_ledger_handed_out, audit_ledger_receipt, audit_ledger_key_statement,
  audit_disagreement_add, audit_witness_advance to lockbox_app;
grant execute on function audit_ledger_unsealed to lockbox_auditor;
grant execute on function audit_disposal_propose, audit_disposal_confirm to lockbox_disposal;
revoke update, delete on
  audit_app_ledgerentry, audit_app_subtree, audit_app_sealedleaf, audit_app_checkpoint,
  audit_app_cosignature, audit_app_stamp, audit_app_receipt, audit_app_keystatement,
  audit_app_disagreement, audit_app_applicationlogin, audit_app_handedout from lockbox_app;
revoke insert on
  audit_app_ledgerentry, audit_app_subtree, audit_app_sealedleaf, audit_app_checkpoint,
  audit_app_cosignature, audit_app_stamp, audit_app_receipt, audit_app_keystatement,
  audit_app_disagreement, audit_app_applicationlogin, audit_app_handedout from lockbox_app;
do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
