-- A notice channel is made by a manager of the authority in their own name, and ended by
-- one; nothing else of it changes.
create or replace function lockbox_noticechannel_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
  if not lockbox_holds_role(audit_actor(), 'it_manager', new.authority_id, null, clock_timestamp())
     and not lockbox_left_unconfirmed(tg_table_name, new.id) then
    perform lockbox_refuse('a notice channel is kept by a manager of its authority');
  end if;
  if tg_op = 'INSERT' then
    if lockbox_is_not_actor(new.made_by_id) or not lockbox_is_now(new.made_at) or new.ended_at is not null then
      perform lockbox_refuse('a notice channel is made now, in one''s own name');
    end if;
  elsif old.ended_at is not null or not lockbox_is_now(new.ended_at) then
    perform lockbox_refuse('a notice channel is ended once, and now');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_noticechannel
  for each row execute function lockbox_noticechannel_guard();

-- Only the sweep says that somebody has been told: whoever else could, could keep a mail
-- from going out.
create or replace function lockbox_sentnotice_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_now(new.sent_at) or not exists (
       select from lockbox_site_user u
       where u.id = audit_actor() and u.is_machine and u.username = 'sweep') then
    perform lockbox_refuse('a notice is sent by the sweep, now');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert on requests_app_channelnotice
  for each row execute function lockbox_sentnotice_guard();

create trigger lockbox_guard before insert on requests_app_sentnotice
  for each row execute function lockbox_sentnotice_guard();
