"""What a line costs whoever writes it: fewer expressions and look-ups, one index less for
what belongs to no authority, and no lock on the line for the sake of its detail."""

import django.db.models.deletion
from django.db import migrations, models

LINE = r"""
create or replace function audit_ledger_add(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint,
  in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
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
end $f$;
"""

# As 0004 made it.
LINE_BEFORE = r"""
create or replace function audit_ledger_add(
  in_kind text, in_event text, in_object_type text, in_object_id text, in_authority bigint,
  in_detail jsonb, in_actor_id bigint, in_actor_name text, in_request_id text
) returns bigint language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  seq bigint := nextval('audit_app_ledgerentry_id_seq');
  xid xid8 := pg_current_xact_id();
  instant timestamptz := clock_timestamp();
  -- Inside SECURITY DEFINER current_user is the owner; the setting still names the caller's role.
  db_role text := current_setting('role');
  actor_name text := in_actor_name;
  salt bytea;
  detail text := in_detail::text;
  commitment text;
  body text;
begin
  if in_actor_id is not null then
    actor_name := audit_name_of(in_actor_id);
    if actor_name is null then
      raise exception '% of % signed by nobody', in_event, in_object_type
        using errcode = 'integrity_constraint_violation';
    end if;
    -- Whoever has left signs no change; it can be their own leaving.
    if in_kind = 'change' and not (in_object_type = 'lockbox_site_user' and in_object_id = in_actor_id::text)
       and not (select is_active from lockbox_site_user where id = in_actor_id) then
      raise exception '% of % signed by somebody who has left', in_event, in_object_type
        using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  if detail is not null then
    salt := decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
    commitment := encode(sha256(salt || convert_to(detail, 'UTF8')), 'hex');
  end if;
  body := jsonb_build_object(
    'seq', seq, 'xid', xid::text,
    'at', to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'session_user', session_user, 'db_role', db_role,
    'actor_id', in_actor_id, 'actor_name', actor_name, 'request_id', in_request_id,
    'kind', in_kind, 'event', in_event, 'object_type', in_object_type,
    'object_id', in_object_id, 'authority_id', in_authority, 'detail', commitment)::text;
  insert into audit_app_ledgerentry (id, xid, at, session_user_name, db_role, actor_id, actor_name,
    request_id, kind, event, object_type, object_id, authority_id, payload, leaf_hash)
  values (seq, xid, instant, session_user, db_role, in_actor_id, actor_name, in_request_id,
    in_kind, in_event, in_object_type, in_object_id, in_authority, body,
    sha256('\x00'::bytea || convert_to(body, 'UTF8')));
  if detail is not null then
    insert into audit_app_ledgerdetail (entry_id, salt, body) values (seq, salt, detail);
  end if;
  insert into audit_app_unsealedentry (entry_id) values (seq);
  return seq;
end $f$;
"""

CHANGE = r"""
-- Arguments: the columns to leave out, and SQL that finds the row's authority ($1 = the row as jsonb).
create or replace function audit_ledger_change() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
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
end $f$;
"""

# As 0002 made it.
CHANGE_BEFORE = r"""
-- Arguments: the columns to leave out, and SQL that finds the row's authority ($1 = the row as jsonb).
create or replace function audit_ledger_change() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  hidden text[] := TG_ARGV[0]::text[];
  before jsonb := to_jsonb(old) - hidden;
  after jsonb := to_jsonb(new) - hidden;
  live_row jsonb := coalesce(after, before);
  authority bigint;
  detail jsonb;
begin
  if coalesce(current_setting('lockbox.actor_id', true), '') = '' then
    raise exception 'change of % signed by nobody', TG_TABLE_NAME
      using errcode = 'integrity_constraint_violation';
  end if;
  if TG_OP = 'UPDATE' and before->>'id' is distinct from after->>'id' then
    raise exception 'a row of % keeps its number', TG_TABLE_NAME
      using errcode = 'integrity_constraint_violation';
  end if;
  if TG_ARGV[1] = '' then
    authority := (live_row->>'authority_id')::bigint;
  else
    execute TG_ARGV[1] into authority using live_row;
  end if;
  if TG_OP = 'UPDATE' then
    select jsonb_build_object('old', coalesce(jsonb_object_agg(col.key, before->col.key), '{}'),
                              'new', coalesce(jsonb_object_agg(col.key, col.value), '{}'))
      into detail from jsonb_each(after) col where before->col.key is distinct from col.value;
  elsif TG_OP = 'INSERT' then
    detail := jsonb_build_object('new', after);
  else
    detail := jsonb_build_object('old', before);
  end if;
  perform audit_ledger_add('change', lower(TG_OP), TG_TABLE_NAME, coalesce(live_row->>'id', live_row->>'digest', ''),
    authority, detail, nullif(current_setting('lockbox.actor_id', true), '')::bigint,
    coalesce(current_setting('lockbox.actor_name', true), ''),
    coalesce(current_setting('lockbox.request_id', true), ''));
  return null;
end $f$;
"""


class Migration(migrations.Migration):

    dependencies = [("audit_app", "0009_application_logins")]
    operations = [
        migrations.RunSQL(LINE, LINE_BEFORE),
        migrations.RunSQL(CHANGE, CHANGE_BEFORE),
        migrations.AlterField(
            model_name='ledgerdetail',
            name='entry',
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='detail', serialize=False, to='audit_app.ledgerentry'),
        ),
        migrations.RemoveIndex(
            model_name='ledgerentry',
            name='audit_app_l_authori_bf2d8f_idx',
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('authority_id__isnull', False)), fields=['authority_id', '-at', '-id'], name='ledger_authority'),
        ),
    ]
