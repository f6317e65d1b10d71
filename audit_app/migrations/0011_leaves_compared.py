"""Leaves and lines are compared both ways."""

from django.db import migrations, models

WAITS = r"""
-- Does the line wait for its leaf? As of the same moment as the query that asks.
create function audit_ledger_waits(in_entry bigint) returns boolean language sql
  stable security definer set search_path = pg_catalog, public, pg_temp as $f$
  select exists (select from audit_app_unsealedentry where entry_id = in_entry)
$f$;
revoke all on function audit_ledger_waits from public;
grant execute on function audit_ledger_waits to lockbox_app;
"""


class Migration(migrations.Migration):

    dependencies = [("audit_app", "0010_quicker_lines")]
    operations = [
        migrations.RunSQL(WAITS, "drop function audit_ledger_waits;"),
        migrations.AlterField(
            model_name='disagreement',
            name='what',
            field=models.CharField(choices=[('line', 'The line is not what was written'), ('detail', 'The detail is not what the line commits to'), ('version', 'History does not tell what the ledger tells'), ('row', 'The row is not what its history says'), ('content', 'The text or file is not what its digest says'), ('outside', 'Changed outside the application'), ('gone', 'The line that was sealed here is gone'), ('sealed', 'The line is not the one that was sealed'), ('among', 'One of the 256 lines from here is not what was sealed'), ('hash', 'The hash kept of the lines from here on is not theirs'), ('signed', 'From here on, the ledger is not the one that was signed'), ('loose', 'The line is not sealed, and will not be'), ('orphan', 'The detail is there, and its line is gone'), ('clock', 'The clock was set back before this line was written')], max_length=8, verbose_name='what'),
        ),
    ]
