"""Guards of the ledger and of histories."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__)


class Migration(migrations.Migration):
    dependencies = [
        ("audit_app", "0002_tables"),
    ]
    operations = [
        migrations.RunSQL(
            HERE.with_suffix(".sql").read_text("utf-8"),
            HERE.with_suffix(".undo.sql").read_text("utf-8"),
        )
    ]
