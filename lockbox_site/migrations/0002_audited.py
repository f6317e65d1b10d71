from django.db import migrations

from audit_app.db import audited


class Migration(migrations.Migration):
    """People change with history only; groups and permissions are not used: closed."""

    dependencies = [
        ("lockbox_site", "0001_initial"),
        ("audit_app", "0003_ledger_functions"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
    ]
    operations = [
        *audited(
            "lockbox_site_user", "lockbox_site_historicaluser", hidden=["password"]
        ),
        migrations.RunSQL(
            """revoke insert, update, delete, truncate on
                 guardian_userobjectpermission, guardian_groupobjectpermission,
                 auth_group, auth_group_permissions, auth_permission,
                 lockbox_site_user_groups, lockbox_site_user_user_permissions,
                 django_content_type, django_admin_log
               from lockbox_app;""",
            """grant insert, update, delete on
                 guardian_userobjectpermission, guardian_groupobjectpermission,
                 auth_group, auth_group_permissions, auth_permission,
                 lockbox_site_user_groups, lockbox_site_user_user_permissions,
                 django_content_type, django_admin_log
               to lockbox_app;""",
        ),
    ]
