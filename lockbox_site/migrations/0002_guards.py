"""Guards of accounts, and of tables of other packages."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__)


class Migration(migrations.Migration):
    dependencies = [
        ("lockbox_site", "0002_tables"),
        ("requests_app", "0002_guards"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("guardian", "0001_initial"),
        ("sessions", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(
            HERE.with_suffix(".sql").read_text("utf-8"),
            HERE.with_suffix(".undo.sql").read_text("utf-8"),
        )
    ]
