"""Names are numbers."""

from django.db import migrations

GUARDS = r"""
drop function audit_ledger_add(text,text,text,text,bigint,jsonb,bigint,text,text);
drop function audit_ledger_record(text,text,text,text,bigint,jsonb,bigint,text,text);
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
    jsonb_build_object('login', in_login, 'role', in_role), null, '');
  insert into audit_app_applicationlogin (login, db_role, since)
  values (in_login, in_role, case when last.id is null then '-infinity' else clock_timestamp() end)
  returning * into last;
  perform audit_ledger_add('change', 'insert', 'audit_app_applicationlogin', last.id::text, null,
    jsonb_build_object('new', to_jsonb(last)), null, '');
  return clock_timestamp();
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
    in_actor_id, in_request_id)
  from audit_app_ledgerentry line join audit_app_ledgerdetail on entry_id = line.id
  where line.id = any (entries) order by line.id;
  delete from audit_app_ledgerdetail where entry_id = any (entries);
  get diagnostics gone = row_count;
  return gone;
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
    jsonb_build_object('basis', in_basis, 'lines', in_entries), in_actor_id, in_request_id);
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
  return new;
end $f$;

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
  if in_event in ('detail.disposed', 'disposal.proposed', 'ledger.signed',
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

revoke all on function audit_ledger_add from public;

revoke all on function audit_ledger_record from public;

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

drop function audit_ledger_record;

drop function audit_ledger_add;

CREATE OR REPLACE FUNCTION public.audit_application_login(in_login text, in_role text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_disposal_confirm(in_proposal bigint, in_actor_id bigint, in_request_id text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_disposal_propose(in_entries bigint[], in_basis text, in_actor_id bigint, in_request_id text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  perform audit_disposal_guard(in_entries, in_basis);
  return audit_ledger_add('event', 'disposal.proposed', 'audit_app_ledgerdetail', '', null,
    jsonb_build_object('basis', in_basis, 'lines', in_entries), in_actor_id, '', in_request_id);
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_history_stamp()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_ledger_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_ledger_outside()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  before jsonb;
  after jsonb;
  detail jsonb;
begin
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
    coalesce(current_setting('lockbox.actor_name', true), ''),
    coalesce(current_setting('lockbox.request_id', true), ''));
  return null;
end $function$
;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
"""


class Migration(migrations.Migration):
    dependencies = [('audit_app', '0003_guards')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
