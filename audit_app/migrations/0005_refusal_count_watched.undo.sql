set local check_function_bodies = off;

drop trigger audit_outside on audit_app_refusalcount;

drop trigger audit_no_truncate on audit_app_refusalcount;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
