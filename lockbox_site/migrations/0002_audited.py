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
        # The auditor reads what happened, not what opens a door.
        migrations.RunSQL(
            """revoke select on lockbox_site_user from lockbox_auditor;
               do $d$ begin execute (
                 select format('grant select (%s) on lockbox_site_user to lockbox_auditor',
                               string_agg(quote_ident(attname), ', '))
                 from pg_attribute
                 where attrelid = 'lockbox_site_user'::regclass and attnum > 0
                   and not attisdropped and attname <> 'password'); end $d$;""",
            "grant select on lockbox_site_user to lockbox_auditor;",
        ),
        migrations.RunSQL(
            """create function lockbox_user_guard() returns trigger language plpgsql as $f$
               begin
                 if new.is_service <> old.is_service then
                   raise exception 'a service account does not become a person, nor a person one'
                     using errcode = 'integrity_constraint_violation';
                 end if;
                 return new;
               end $f$;
               create trigger lockbox_guard before update on lockbox_site_user
                 for each row execute function lockbox_user_guard();
               alter table lockbox_site_user enable always trigger lockbox_guard;""",
            """drop trigger lockbox_guard on lockbox_site_user;
               drop function lockbox_user_guard();""",
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
