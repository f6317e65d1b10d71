set local check_function_bodies = off;

-- Whoever sends is woken as soon as it is committed that there is something to send.
create or replace function lockbox_outbox_wakes() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  perform pg_notify('lockbox_outbox', '');
  return null;
end $f$;

CREATE TRIGGER lockbox_outbox_wakes AFTER INSERT ON public.requests_app_outboxmessage FOR EACH STATEMENT EXECUTE FUNCTION lockbox_outbox_wakes();

grant execute on function lockbox_outbox_wakes to public;

do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
