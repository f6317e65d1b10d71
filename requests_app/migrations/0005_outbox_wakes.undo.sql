set local check_function_bodies = off;

revoke execute on function lockbox_outbox_wakes from public;

drop trigger lockbox_outbox_wakes on requests_app_outboxmessage;

drop function lockbox_outbox_wakes;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
