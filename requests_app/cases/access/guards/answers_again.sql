-- What a call that comes again is answered is written once, in the transaction of the call
-- it answered, and forgotten when no call comes again.
create or replace function lockbox_idempotencykey_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status is not null or new.body <> '' then
      perform lockbox_refuse('a call is answered when it has been made');
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    -- An hour less than the sweep: clocks differ.
    if old.made_at > audit_now() - interval '71 hours' then
      perform lockbox_refuse('an answer is kept for 72 hours');
    end if;
    return old;
  end if;
  if old.status is not null
     or to_jsonb(new) - '{status,body}'::text[] <> to_jsonb(old) - '{status,body}'::text[] then
    perform lockbox_refuse('an answer stays as it was given');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update or delete on requests_app_idempotencykey
  for each row execute function lockbox_idempotencykey_guard();
