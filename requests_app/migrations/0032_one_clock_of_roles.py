"""The guard of roles goes by the clock that all other guards go by."""

from django.db import migrations

SAME_CLOCK = r"""
-- Two clocks are one wherever none may be set.
do $f$ begin
  execute replace(pg_get_functiondef('lockbox_roleassignment_guard'::regproc),
    'soon timestamptz := %s', 'soon timestamptz := %s');
end $f$;
"""
REAL = "clock_timestamp()"
EITHER = "greatest(clock_timestamp(), audit_now())"


class Migration(migrations.Migration):

    dependencies = [
        ("requests_app", "0031_english_words"),
        ("audit_app", "0003_history_not_invented"),
    ]

    operations = [
        migrations.RunSQL(SAME_CLOCK % (REAL, EITHER), SAME_CLOCK % (EITHER, REAL)),
    ]
