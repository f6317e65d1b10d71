from django.db import migrations

from audit_app.db import LEDGER, append_only

TYPES = "text, text, text, text, bigint, jsonb, bigint, text, text"


class Migration(migrations.Migration):
    """The one way into the ledger is a function; the tables themselves are closed."""

    dependencies = [("audit_app", "0002_ledger")]
    operations = [
        migrations.RunSQL(
            LEDGER,
            f"drop function audit_ledger_change(); drop function audit_ledger_record({TYPES});"
            f"drop function audit_ledger_add({TYPES});",
        ),
        append_only("audit_app_ledgerentry"),
        append_only("audit_app_ledgerdetail"),
        migrations.RunSQL(
            f"""revoke insert, update, delete, truncate
                 on audit_app_ledgerentry, audit_app_ledgerdetail from lockbox_app;
               revoke all on sequence audit_app_ledgerentry_id_seq from lockbox_app;
               revoke all on function audit_ledger_add({TYPES}), audit_ledger_record({TYPES}),
                 audit_ledger_change() from public;
               grant execute on function audit_ledger_record({TYPES}) to lockbox_app;""",
            migrations.RunSQL.noop,
        ),
    ]
