drop function
  lockbox_user_guard, lockbox_identity_guard, lockbox_secondfactor_guard
  cascade;
do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgrelid::regclass::text not similar to '(requests|audit)_app_%' loop
    execute format('drop trigger %I on %s', guard.tgname, guard.place);
  end loop;
end $d$;
