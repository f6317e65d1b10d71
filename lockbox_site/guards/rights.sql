-- The auditor reads who people are, and nothing that opens an account.
revoke select on lockbox_site_user, lockbox_site_secondfactor, lockbox_site_scimtoken,
  django_session, allauth_idp_oidc_client, allauth_idp_oidc_token from lockbox_auditor;
grant select (id, is_superuser, username, first_name, last_name, is_staff, is_active,
  date_joined, email, title, language, is_machine, made_by_id, keys_off, opens_next,
  identity, directory_roles, broke_glass_at, left_directory,
  is_protected, municipality_id) on lockbox_site_user to lockbox_auditor;
grant select (id, person_id) on lockbox_site_secondfactor to lockbox_auditor;
grant select (id, name, made_at, ended_at, municipality_id) on lockbox_site_scimtoken to lockbox_auditor;

-- A second factor is replaced, never taken away; tokens are made by the owner.
revoke delete on lockbox_site_secondfactor from lockbox_app;
revoke insert, update, delete on lockbox_site_scimtoken from lockbox_app;

-- Rights are dated rows: Django's own and guardian's general ones are closed. A person's
-- address stands at the account alone.
revoke insert, update, delete on account_emailaddress, account_emailconfirmation, auth_group, auth_group_permissions, auth_permission,
  django_admin_log, django_content_type, guardian_groupobjectpermission,
  guardian_userobjectpermission, lockbox_site_user_groups,
  lockbox_site_user_user_permissions from lockbox_app;
