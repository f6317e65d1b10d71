set local check_function_bodies = off;

revoke usage on audit_app_keystatement_id_seq from lockbox_app;

revoke update on audit_app_receipt from lockbox_app;

revoke update on audit_app_keystatement from lockbox_app;

revoke select on audit_app_keystatement_id_seq from lockbox_app;

revoke insert on audit_app_receipt from lockbox_app;

revoke insert on audit_app_keystatement from lockbox_app;

revoke delete on audit_app_receipt from lockbox_app;

revoke delete on audit_app_keystatement from lockbox_app;

-- Keeps what a key of ours says of the one that takes over from it.
create or replace function audit_ledger_key_statement(in_note text) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_keystatement (note, at) values (in_note, clock_timestamp())
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

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.audit_app_keystatement FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.audit_app_receipt FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.audit_app_keystatement FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.audit_app_receipt FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
