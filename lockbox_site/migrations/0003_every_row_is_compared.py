"""Every row is compared."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__)


class Migration(migrations.Migration):
    dependencies = [('lockbox_site', '0002_guards'), ('audit_app', '0005_every_row_is_compared'), ('requests_app', '0003_every_row_is_compared')]
    operations = [
        migrations.RunSQL(
            HERE.with_suffix(".sql").read_text("utf-8"),
            HERE.with_suffix(".undo.sql").read_text("utf-8"),
        )
    ]
