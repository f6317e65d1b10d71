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

create unique index audit_disagreement_once on audit_app_disagreement
  (what, object_type, object_id, coalesce(entry_id, 0), digest);
