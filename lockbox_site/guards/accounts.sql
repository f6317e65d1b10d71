-- Whoever makes an account says so in their own name, and it stays so; for the
-- municipality that they belong to, or whose accounts they make. Only the person
-- chooses the password. Who comes back gets neither old sessions nor confirmed roles.
create or replace function lockbox_user_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor bigint := nullif(current_setting('lockbox.actor_id', true), '')::bigint;
  is_owner boolean := pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage');
begin
  if not is_owner and not new.is_machine
     and (tg_op = 'INSERT' or new.username is distinct from (to_jsonb(old)->>'username'))
     and exists (select from requests_app_municipality m
                 where m.name_ending <> '' and (m.id = new.municipality_id)
                   <> (right(lower(new.username), length(m.name_ending)) = m.name_ending)) then
    raise exception 'a user name ends as those of its municipality do'
      using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op = 'INSERT' then
    if not is_owner and (new.made_by_id is null or new.made_by_id is distinct from actor
         or not new.is_machine and exists (select from lockbox_site_user where id = actor and is_machine and username <> 'directory')) then
      raise exception 'an account is made by a person, in their own name'
        using errcode = 'integrity_constraint_violation';
    end if;
    if not is_owner and not new.is_machine and not exists (
         select from lockbox_site_user u where u.id = actor
           and (u.is_machine or u.municipality_id = new.municipality_id))
       and not lockbox_administers(actor, new.municipality_id) then
      raise exception 'an account is made in a municipality by one of its own'
        using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end if;
  if new.is_machine <> old.is_machine then
    raise exception 'a machine account does not become a person, nor a person one'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.made_by_id is distinct from old.made_by_id then
    raise exception 'who made an account is not rewritten'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.session_epoch < old.session_epoch
     or old.is_active and not new.is_active and new.session_epoch = old.session_epoch then
    raise exception 'sessions from before do not come back'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.password is distinct from old.password and not is_owner and new.id is distinct from actor then
    raise exception 'a password is chosen by the person alone'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.is_active and not old.is_active and exists (
       select from requests_app_roleassignment r
       where r.person_id = new.id and r.refused_at is null and r.ended_at is null
         and coalesce(r.valid_to, 'infinity') >= (now() at time zone 'Europe/Stockholm')::date
         and num_nonnulls(r.confirmed_at, r.usable_until) > 0) then
    raise exception 'the roles of whoever comes back are confirmed anew'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $f$;

create trigger lockbox_guard before update on lockbox_site_user
  for each row execute function lockbox_user_guard();

create trigger lockbox_made_guard before insert on lockbox_site_user
  for each row execute function lockbox_user_guard();

-- Whoever signs in to the account from now on has not been looked at, and what the
-- directory says comes from there: at the person's own sign-in, or by a machine.
create or replace function lockbox_identity_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor bigint := nullif(current_setting('lockbox.actor_id', true), '')::bigint;
begin
  if pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage') then
    return new;
  end if;
  if tg_op = 'UPDATE' and new.identity is distinct from old.identity and exists (
       select from requests_app_roleassignment r
       where r.person_id = new.id and r.refused_at is null and r.ended_at is null
         and coalesce(r.valid_to, 'infinity') >= (now() at time zone 'Europe/Stockholm')::date
         and num_nonnulls(r.confirmed_at, r.usable_until) > 0) then
    raise exception 'the roles of whoever gets another identity are confirmed anew'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.directory_roles is distinct from (case when tg_op = 'UPDATE' then old.directory_roles end)
     and new.id is distinct from actor
     and not exists (select from lockbox_site_user where id = actor and is_machine) then
    raise exception 'what the directory says is written at sign-in, or by a machine account'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $f$;

create trigger lockbox_identity_guard before insert or update on lockbox_site_user
  for each row execute function lockbox_identity_guard();

-- Each person registers and uses their own, and it is replaced, never taken away.
create or replace function lockbox_secondfactor_guard() returns trigger
  language plpgsql set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'UPDATE' and lockbox_is_sealed_anew(tg_relid, to_jsonb(old), to_jsonb(new)) then
    return new;
  end if;
  if new.person_id::text is distinct from current_setting('lockbox.actor_id', true)
     or tg_op = 'UPDATE' and new.person_id <> old.person_id then
    raise exception 'a second factor is registered and used by the person alone'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on lockbox_site_secondfactor
  for each row execute function lockbox_secondfactor_guard();
