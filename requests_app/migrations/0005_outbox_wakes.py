"""Outbox wakes."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__)


class Migration(migrations.Migration):
    dependencies = [('requests_app', '0004_alteration_outcome_guard')]
    operations = [
        migrations.RunSQL(
            HERE.with_suffix(".sql").read_text("utf-8"),
            HERE.with_suffix(".undo.sql").read_text("utf-8"),
        )
    ]
