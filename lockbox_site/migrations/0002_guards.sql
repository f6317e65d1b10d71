-- As lockbox_site/guards says it and why.
set local check_function_bodies = off;
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
create trigger lockbox_guard before update on lockbox_site_user
  for each row execute function lockbox_user_guard();
create trigger lockbox_made_guard before insert on lockbox_site_user
  for each row execute function lockbox_user_guard();
create trigger lockbox_identity_guard before insert or update on lockbox_site_user
  for each row execute function lockbox_identity_guard();
create trigger lockbox_guard before insert or update on lockbox_site_secondfactor
  for each row execute function lockbox_secondfactor_guard();
create constraint trigger audit_history after insert or update or delete on lockbox_site_user deferrable initially deferred for each row execute function audit_history_matches('lockbox_site_historicaluser', '{password,email,phone,own_first_name,own_last_name}');
create trigger audit_stamp before insert on lockbox_site_historicaluser for each row execute function audit_history_stamp('lockbox_site_user');
create trigger audit_change after insert on lockbox_site_historicaluser for each row execute function audit_history_tells_a_change('lockbox_site_user');
create trigger audit_append_only before update or delete on lockbox_site_historicaluser for each row execute function audit_append_only();
do $d$ declare place text; begin
  foreach place in array '{
    lockbox_site_historicaluser, lockbox_site_signinbrake, lockbox_site_user_groups,
    lockbox_site_user_user_permissions, allauth_idp_oidc_token, account_emailaddress,
    account_emailconfirmation, auth_group, auth_group_permissions, guardian_groupobjectpermission,
    guardian_userobjectpermission, django_admin_log, django_session}'::text[] loop
    execute format('create trigger audit_no_truncate before truncate on %1$s for each statement execute function audit_append_only()',
      place);
  end loop;
end $d$;
create trigger audit_ledger after insert or update or delete on lockbox_site_user for each row execute function audit_ledger_change('{password,email,phone,own_first_name,own_last_name}', '', '{}');
create trigger lockbox_kept before delete on lockbox_site_user for each row execute function lockbox_kept();
create trigger audit_ledger after insert or update or delete on lockbox_site_scimtoken for each row execute function audit_ledger_change('{digest}', '', '{}');
create trigger audit_ledger after insert or update or delete on lockbox_site_secondfactor for each row execute function audit_ledger_change('{secret,last_step}', '', '{}');
do $d$ declare place text; begin
  foreach place in array '{
    lockbox_site_signinbrake, account_emailconfirmation}'::text[] loop
    execute format('create trigger audit_outside after insert or update or delete on %1$s for each row execute function audit_ledger_outside(''{key}'')',
      place);
  end loop;
end $d$;
do $d$ declare place text; begin
  foreach place in array '{
    lockbox_site_user_groups, lockbox_site_user_user_permissions, account_emailaddress, auth_group,
    auth_group_permissions, guardian_groupobjectpermission, guardian_userobjectpermission,
    django_admin_log}'::text[] loop
    execute format('create trigger audit_outside after insert or update or delete on %1$s for each row execute function audit_ledger_outside(''{}'')',
      place);
  end loop;
end $d$;
create trigger audit_ledger after insert or update or delete on allauth_idp_oidc_client for each row execute function audit_ledger_change('{secret,data}', 'select null::bigint', '{}');
create trigger audit_outside after insert or update or delete on allauth_idp_oidc_token for each row execute function audit_ledger_outside('{hash,data}');
create trigger audit_outside after insert or update or delete on django_session for each row execute function audit_ledger_outside('{session_key,session_data}');
revoke select on lockbox_site_user, lockbox_site_secondfactor, lockbox_site_scimtoken,
  django_session, allauth_idp_oidc_client, allauth_idp_oidc_token from lockbox_auditor;
grant select (id, is_superuser, username, first_name, last_name, is_staff, is_active,
  date_joined, email, title, language, is_machine, made_by_id, keys_off, opens_next,
  identity, directory_roles, broke_glass_at, left_directory,
  is_protected, municipality_id) on lockbox_site_user to lockbox_auditor;
grant select (id, person_id) on lockbox_site_secondfactor to lockbox_auditor;
grant select (id, name, made_at, ended_at, municipality_id) on lockbox_site_scimtoken to lockbox_auditor;
revoke delete on
  lockbox_site_secondfactor from lockbox_app;
revoke insert, update, delete on
  lockbox_site_scimtoken from lockbox_app;
revoke insert, update, delete on account_emailaddress, account_emailconfirmation, auth_group, auth_group_permissions, auth_permission,
  django_admin_log, django_content_type, guardian_groupobjectpermission,
  guardian_userobjectpermission, lockbox_site_user_groups,
  lockbox_site_user_user_permissions from lockbox_app;
revoke update, delete on
  lockbox_site_historicaluser from lockbox_app;
do $d$ declare guard record; begin
  for guard in select tgname, tgrelid::regclass as place from pg_trigger
    where not tgisinternal and tgenabled <> 'A' loop
    execute format('alter table %s enable always trigger %I',
      guard.place, guard.tgname);
  end loop;
end $d$;
