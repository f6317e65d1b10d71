"""What a time-stamping authority answered to a checkpoint is kept beside it."""

import django.db.models.deletion
from django.db import migrations, models

STAMPS = r"""
create trigger audit_append_only before update or delete on audit_app_stamp
  for each row execute function audit_append_only();
alter table audit_app_stamp enable always trigger audit_append_only;
create trigger audit_no_truncate before truncate on audit_app_stamp
  for each statement execute function audit_append_only();
alter table audit_app_stamp enable always trigger audit_no_truncate;
revoke insert, update, delete, truncate on audit_app_stamp from lockbox_app;

create function audit_ledger_stamped(in_size bigint, in_answer bytea) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp as $f$
  insert into audit_app_stamp (checkpoint_id, answer, at)
  values (in_size, in_answer, clock_timestamp())
  on conflict (checkpoint_id) do nothing
$f$;
revoke all on function audit_ledger_stamped from public;
grant execute on function audit_ledger_stamped to lockbox_app;
"""


class Migration(migrations.Migration):

    dependencies = [("audit_app", "0007_audit_indexes")]
    operations = [
        migrations.CreateModel(
            name='Stamp',
            fields=[
                ('checkpoint', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='stamp', serialize=False, to='audit_app.checkpoint')),
                ('answer', models.BinaryField()),
                ('at', models.DateTimeField(verbose_name='received at')),
            ],
            options={
                'verbose_name': 'time stamp',
                'verbose_name_plural': 'time stamps',
                'default_permissions': (),
            },
        ),
        migrations.RunSQL(STAMPS, "drop function audit_ledger_stamped;"),
    ]
