from django.db import migrations

HISTORY = r"""
create constraint trigger audit_history
  after insert or update or delete on lockbox_site_user
  deferrable initially deferred for each row
  execute function audit_history_matches('lockbox_site_historicaluser', '{password}');
alter table lockbox_site_user enable always trigger audit_history;
revoke truncate on lockbox_site_user from lockbox_app;

create trigger audit_stamp before insert on lockbox_site_historicaluser
  for each row execute function audit_history_stamp();
alter table lockbox_site_historicaluser enable always trigger audit_stamp;

create constraint trigger audit_change after insert on lockbox_site_historicaluser
  deferrable initially deferred for each row
  execute function audit_history_tells_a_change('lockbox_site_user');
alter table lockbox_site_historicaluser enable always trigger audit_change;

create trigger audit_append_only before update or delete on lockbox_site_historicaluser
  for each row execute function audit_append_only();
alter table lockbox_site_historicaluser enable always trigger audit_append_only;

create trigger audit_no_truncate before truncate on lockbox_site_historicaluser
  for each statement execute function audit_append_only();
alter table lockbox_site_historicaluser enable always trigger audit_no_truncate;

revoke update, delete, truncate on lockbox_site_historicaluser from lockbox_app;
"""

LEDGER = r"""
create trigger audit_ledger after insert or update or delete on lockbox_site_user
  for each row execute function audit_ledger_change('{password}', '');
alter table lockbox_site_user enable always trigger audit_ledger;
"""

# The auditor reads what happened, not what opens a received_by: all columns but the password.
AUDITOR = r"""
revoke select on lockbox_site_user from lockbox_auditor;
grant select (id, is_superuser, username, first_name, last_name, is_staff, is_active,
              date_joined, email, title, language, is_machine)
  on lockbox_site_user to lockbox_auditor;
"""

GUARD = r"""
create function lockbox_user_guard() returns trigger language plpgsql as $f$
begin
  if new.is_machine <> old.is_machine then
    raise exception 'a machine account does not become a person, nor a person one'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $f$;
create trigger lockbox_guard before update on lockbox_site_user
  for each row execute function lockbox_user_guard();
alter table lockbox_site_user enable always trigger lockbox_guard;
"""

# Groups, permissions and what else of Django is not used.
CLOSED = r"""
revoke insert, update, delete, truncate on
  guardian_userobjectpermission, guardian_groupobjectpermission,
  auth_group, auth_group_permissions, auth_permission,
  lockbox_site_user_groups, lockbox_site_user_user_permissions,
  django_content_type, django_admin_log
from lockbox_app;
"""


class Migration(migrations.Migration):
    """People change with history only; groups and permissions are not used: closed."""

    dependencies = [
        ("lockbox_site", "0001_people"),
        ("audit_app", "0002_ledger"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
    ]
    operations = [
        migrations.RunSQL(
            HISTORY,
            """
            grant update, delete on lockbox_site_historicaluser to lockbox_app;
            drop trigger audit_no_truncate on lockbox_site_historicaluser;
            drop trigger audit_append_only on lockbox_site_historicaluser;
            drop trigger audit_change on lockbox_site_historicaluser;
            drop trigger audit_stamp on lockbox_site_historicaluser;
            drop trigger audit_history on lockbox_site_user;
            """,
        ),
        migrations.RunSQL(LEDGER, "drop trigger audit_ledger on lockbox_site_user;"),
        # Taking it from the table first takes it from its columns too.
        migrations.RunSQL(
            AUDITOR,
            """
            revoke select on lockbox_site_user from lockbox_auditor;
            grant select on lockbox_site_user to lockbox_auditor;
            """,
        ),
        migrations.RunSQL(
            GUARD,
            """
            drop trigger lockbox_guard on lockbox_site_user;
            drop function lockbox_user_guard;
            """,
        ),
        migrations.RunSQL(
            CLOSED,
            """
            grant insert, update, delete on
              guardian_userobjectpermission, guardian_groupobjectpermission,
              auth_group, auth_group_permissions, auth_permission,
              lockbox_site_user_groups, lockbox_site_user_user_permissions,
              django_content_type, django_admin_log
            to lockbox_app;
            """,
        ),
    ]
