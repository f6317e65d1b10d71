"""Guards of cases and registers."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__)


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0001_tables"),
        ("audit_app", "0003_guards"),
        ("lockbox_site", "0002_tables"),
    ]
    operations = [
        migrations.RunSQL(
            HERE.with_suffix(".sql").read_text("utf-8"),
            HERE.with_suffix(".undo.sql").read_text("utf-8"),
        )
    ]
