set local check_function_bodies = off;

revoke execute on function audit_ledger_receipt from public;

revoke execute on function audit_ledger_key_statement from public;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
