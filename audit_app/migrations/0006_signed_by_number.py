"""Signed by number."""

from django.db import migrations

GUARDS = r"""
set local check_function_bodies = off;

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
      known.authority_id, jsonb_build_object('what', in_what, 'entry', in_entry_id), in_actor_id,
      coalesce(current_setting('lockbox.request_id', true), ''));
    perform audit_ledger_add('change', 'insert', 'audit_app_disagreement', made.id::text,
      known.authority_id, jsonb_build_object('new', to_jsonb(made)), in_actor_id,
      coalesce(current_setting('lockbox.request_id', true), ''));
  end if;
  return made.id;
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
      jsonb_build_object('rows', rows, 'upto', upto), null, '');
  end if;
end $f$;

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

CREATE OR REPLACE FUNCTION public.audit_disagreement_add(in_what text, in_object_type text, in_object_id text, in_entry_id bigint, in_actor_id bigint, in_digest text DEFAULT ''::text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION public.audit_ledger_tell_signed()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
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
    dependencies = [('audit_app', '0005_names_are_gone')]
    operations = [migrations.RunSQL(GUARDS, BACK)]
