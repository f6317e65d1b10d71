-- Adds a line to the ledger, signed by the number of somebody there is: what they are
-- called stands at their account alone. Returns the line's number. Only other functions
-- call it.
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

-- The application's way to add a line: of anything but changes, which triggers record,
-- and disposals.
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

-- A value that no line tells, as a line commits to it: a salt, and the digest of both.
-- Null of nothing.
create or replace function audit_commitment(in_salt text, in_value jsonb) returns jsonb
  language sql immutable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(to_jsonb(in_salt || ':' || encode(
    sha256(convert_to(in_salt || (in_value #>> '{}'), 'UTF8')), 'hex')), 'null')
$f$;

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

-- Records a change that another login than the application's made. Argument: the
-- columns to leave out. A row is known by '#' and its number, or by nothing where its
-- key is a secret: such lines tell of what was done outside alone, and so nothing of
-- how the row stands now.
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

-- A detail of a line is never changed, and goes only in the transaction that records
-- its disposal.
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

create trigger audit_append_only before update or delete on audit_app_ledgerdetail
  for each row execute function audit_detail_stays();

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
    jsonb_build_object('login', in_login, 'role', in_role), null, '');
  insert into audit_app_applicationlogin (login, db_role, since)
  values (in_login, in_role, case when last.id is null then '-infinity' else clock_timestamp() end)
  returning * into last;
  perform audit_ledger_add('change', 'insert', 'audit_app_applicationlogin', last.id::text, null,
    jsonb_build_object('new', to_jsonb(last)), null, '');
  return clock_timestamp();
end $f$;

-- Which login is the application's is written only together with its line in the
-- ledger.
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

create trigger audit_its_line before insert on audit_app_applicationlogin
  for each row execute function audit_login_has_its_line();
