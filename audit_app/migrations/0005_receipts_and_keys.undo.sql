set local check_function_bodies = off;

drop trigger audit_no_truncate on audit_app_receipt;

drop trigger audit_no_truncate on audit_app_keystatement;

drop trigger audit_append_only on audit_app_receipt;

drop trigger audit_append_only on audit_app_keystatement;

drop function audit_ledger_receipt;

drop function audit_ledger_key_statement;

grant delete on audit_app_keystatement to lockbox_app;

grant delete on audit_app_receipt to lockbox_app;

grant insert on audit_app_keystatement to lockbox_app;

grant insert on audit_app_receipt to lockbox_app;

grant select on audit_app_keystatement_id_seq to lockbox_app;

grant update on audit_app_keystatement to lockbox_app;

grant update on audit_app_receipt to lockbox_app;

grant usage on audit_app_keystatement_id_seq to lockbox_app;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
