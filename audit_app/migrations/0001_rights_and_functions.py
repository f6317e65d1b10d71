from django.db import migrations

from audit_app.db import FUNCTIONS, RIGHTS


class Migration(migrations.Migration):
    """The app's rights, before any table exists: default privileges reach later tables."""

    initial = True
    run_before = [("contenttypes", "0001_initial")]
    dependencies = []
    operations = [
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(
            FUNCTIONS,
            "drop function audit_history_matches(), audit_history_stamp(),"
            " audit_history_tells_a_change(), audit_append_only();",
        ),
    ]
