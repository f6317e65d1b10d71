"""Alteration outcome guard."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__)


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0003_alteration_outcome')]
    operations = [
        migrations.RunSQL(
            HERE.with_suffix(".sql").read_text("utf-8"),
            HERE.with_suffix(".undo.sql").read_text("utf-8"),
        )
    ]
