set local check_function_bodies = off;

drop function audit_row_digest;

drop function audit_moment;

drop function audit_ledger_tell_signed;

drop function audit_ledger_standing;

drop function audit_disposal_propose;

drop function audit_disposal_guard;

drop function audit_disposal_confirm;

drop function audit_commitment;

drop function audit_clock;

CREATE OR REPLACE FUNCTION public.audit_application_login(in_login text, in_role text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  last audit_app_applicationlogin;
  begins timestamptz;
begin
  select * into last from audit_app_applicationlogin order by since desc, id desc limit 1;
  -- Where there is one login for all it is the owner's: it takes no other's place.
  if (last.login, last.db_role) is not distinct from (in_login, in_role)
     or last.id is not null and in_login = session_user then
    return null;
  end if;
  begins := case when last.id is null then '-infinity' else clock_timestamp() end;
  perform audit_ledger_add('event', 'application.login_recorded', '', '', null,
    jsonb_build_object('login', in_login, 'role', in_role), null, '', '');
  insert into audit_app_applicationlogin (login, db_role, since) values (in_login, in_role, begins);
  return clock_timestamp();
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_disagreement_add(in_what text, in_object_type text, in_object_id text, in_entry_id bigint, in_actor_id bigint, in_digest text DEFAULT ''::text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  known audit_app_ledgerentry;
  found_id bigint;
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
  on conflict do nothing returning id into found_id;
  if found_id is not null then
    perform audit_ledger_add('event', 'record.disagreement', in_object_type, in_object_id,
      known.authority_id, jsonb_build_object('what', in_what, 'entry', in_entry_id), in_actor_id, '',
      coalesce(current_setting('lockbox.request_id', true), ''));
  end if;
  return found_id;
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_history_stamp()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  new.history_id := nextval(pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'history_id'));
  new.history_xid := pg_current_xact_id();
  new.history_date := audit_now();
  new.history_user_id := audit_actor();
  new.history_user_name := audit_name_of(new.history_user_id);
  return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_ledger_add(in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint, in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
    'at', to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
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
  live_row jsonb;
  before jsonb;
  authority bigint;
  detail jsonb;
begin
  if actor is null then
    raise exception 'change of % signed by nobody', TG_TABLE_NAME
      using errcode = 'integrity_constraint_violation';
  end if;
  if TG_OP = 'INSERT' then
    live_row := to_jsonb(new) - TG_ARGV[0]::text[];
    detail := jsonb_build_object('new', live_row);
  elsif TG_OP = 'DELETE' then
    live_row := to_jsonb(old) - TG_ARGV[0]::text[];
    detail := jsonb_build_object('old', live_row);
  else
    live_row := to_jsonb(new) - TG_ARGV[0]::text[];
    before := to_jsonb(old) - TG_ARGV[0]::text[];
    if before->>'id' is distinct from live_row->>'id' then
      raise exception 'a row of % keeps its number', TG_TABLE_NAME
        using errcode = 'integrity_constraint_violation';
    end if;
    select jsonb_build_object('old', coalesce(jsonb_object_agg(col.key, before->col.key), '{}'),
                              'new', coalesce(jsonb_object_agg(col.key, col.value), '{}'))
      into detail from jsonb_each(live_row) col where before->col.key is distinct from col.value;
  end if;
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

CREATE OR REPLACE FUNCTION public.audit_ledger_cosigned(in_size bigint, in_witness text, in_line text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  insert into audit_app_cosignature (checkpoint_id, witness, line, at)
  values (in_size, in_witness, in_line, clock_timestamp())
  on conflict (checkpoint_id, witness) do nothing
$function$
;

CREATE OR REPLACE FUNCTION public.audit_ledger_record(in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint, in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if in_kind not in ('change', 'event', 'read', 'refusal', 'auth', 'export') then
    raise exception 'there is no kind of line called %', in_kind
      using errcode = 'check_violation';
  end if;
  if in_kind = 'change' then
    raise exception 'changes are recorded by the database' using errcode = 'insufficient_privilege';
  end if;
  if in_event = 'detail.disposed' then
    raise exception 'a disposal is recorded by audit_ledger_dispose'
      using errcode = 'insufficient_privilege';
  end if;
  return audit_ledger_add(in_kind, in_event, in_object_type, in_object_id, in_authority,
    in_detail, in_actor_id, in_actor_name, in_request_id);
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_ledger_seal(most integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  first bigint;
  past bigint;
  step integer := 0;
  span bigint := 256;
begin
  if not pg_try_advisory_xact_lock(hashtext('audit_ledger_seal')) then
    return null;
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
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_now()
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  told text := coalesce(current_setting('lockbox.clock', true), '');
begin
  if told <> '' and exists (select from audit_app_setclock) then
    return told::timestamptz;
  end if;
  return clock_timestamp();
end $function$
;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
