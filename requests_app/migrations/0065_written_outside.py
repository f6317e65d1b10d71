"""Keys to the system, what waits to leave it and what tells that it works are watched:
whoever writes them past the application leaves a line."""

from django.db import migrations

# With the columns that are left out: what opens something, and what is somebody's own.
WATCHED = (
    ("account_emailaddress", "{}"),
    ("account_emailconfirmation", "{key}"),
    ("allauth_idp_oidc_token", "{hash,data}"),
    ("auth_group", "{}"),
    ("auth_group_permissions", "{}"),
    ("django_admin_log", "{}"),
    ("django_session", "{session_key,session_data}"),
    ("guardian_groupobjectpermission", "{}"),
    ("guardian_userobjectpermission", "{}"),
    ("audit_app_handedout", "{}"),
    ("audit_app_reconciled", "{}"),
    ("audit_app_witnessedlog", "{}"),
    ("lockbox_site_signinbrake", "{key}"),
    ("lockbox_site_user_groups", "{}"),
    ("lockbox_site_user_user_permissions", "{}"),
    ("requests_app_channelnotice", "{}"),
    ("requests_app_forminuse", "{}"),
    ("requests_app_heartbeat", "{}"),
    ("requests_app_idempotencykey", "{body,fingerprint}"),
    ("requests_app_outboxmessage", "{}"),
    ("requests_app_refusedaddress", "{}"),
    ("requests_app_sentnotice", "{}"),
    ("requests_app_unsentform", "{fields}"),
)


def watched(table, hidden):
    return migrations.RunSQL(
        f"""
        create trigger audit_outside after insert or update or delete on {table}
          for each row execute function audit_ledger_outside('{hidden}');
        alter table {table} enable always trigger audit_outside;
        """,
        f"drop trigger audit_outside on {table};",
    )


def never_emptied(table):
    """At once, without a line for each row."""
    return migrations.RunSQL(
        f"""
        create trigger audit_no_truncate before truncate on {table}
          for each statement execute function audit_append_only();
        alter table {table} enable always trigger audit_no_truncate;
        """,
        f"drop trigger audit_no_truncate on {table};",
    )


class Migration(migrations.Migration):

    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("audit_app", "0014_written_outside"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("guardian", "0001_initial"),
        ("lockbox_site", "0034_planned_once"),
        ("requests_app", "0064_altered_in_one_plan_each"),
        ("sessions", "0001_initial"),
    ]
    operations = [
        *(watched(*row) for row in WATCHED),
        # This one has been so since it was made.
        *(never_emptied(table) for table, _ in WATCHED if table != "audit_app_handedout"),
    ]
