"""Replays of decisions: rows that are only added, ordered in one's own name."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = ("requests_app_replayrun", "requests_app_replaybatch", "requests_app_replayedcase")

# Who ordered is a line of the ledger; what is reckoned is none.
ORDERED = r"""
create trigger lockbox_own_name before insert on requests_app_replayrun
  for each row execute function lockbox_own_name('ordered_by_id');
alter table requests_app_replayrun enable always trigger lockbox_own_name;

create trigger audit_ledger after insert or update or delete on requests_app_replayrun
  for each row execute function audit_ledger_change('{}', '');
alter table requests_app_replayrun enable always trigger audit_ledger;
"""
ORDERED_BEFORE = r"""
drop trigger audit_ledger on requests_app_replayrun;
drop trigger lockbox_own_name on requests_app_replayrun;
"""


def append_only(table):
    return migrations.RunSQL(
        f"""
        create trigger audit_append_only before update or delete on {table}
          for each row execute function audit_append_only();
        alter table {table} enable always trigger audit_append_only;

        create trigger audit_no_truncate before truncate on {table}
          for each statement execute function audit_append_only();
        alter table {table} enable always trigger audit_no_truncate;

        revoke update, delete, truncate on {table} from lockbox_app;
        """,
        f"""
        drop trigger audit_append_only on {table};
        drop trigger audit_no_truncate on {table};
        grant update, delete on {table} to lockbox_app;
        """,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0016_recipients_and_delegation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReplayRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('premise', models.CharField(blank=True, max_length=500, verbose_name='premise')),
                ('since', models.DateField(null=True, verbose_name='decisions since')),
                ('ordered_at', models.DateTimeField(verbose_name='ordered')),
                ('authority', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.authority', verbose_name='authority')),
                ('ordered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ordered by')),
            ],
            options={
                'verbose_name': 'replay of decisions',
                'verbose_name_plural': 'replays of decisions',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ReplayedCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', models.CharField(choices=[('not_granted', 'Could not be granted'), ('not_assessed', 'Not answered: would have to be assessed'), ('other_terms', 'Could be granted, on other terms'), ('grantable', 'Was refused, and could be granted')], max_length=12, verbose_name='would come out')),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None, verbose_name='why')),
                ('access_grant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.accessgrant')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.proposal')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.secrecyreview')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='requests_app.replayrun')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('run', 'proposal'), name='replay_case_once')],
            },
        ),
        migrations.CreateModel(
            name='ReplayBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('up_to', models.BigIntegerField()),
                ('cases', models.PositiveIntegerField()),
                ('is_last', models.BooleanField()),
                ('done_at', models.DateTimeField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='requests_app.replayrun')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('run', 'up_to'), name='replay_batch_once'), models.UniqueConstraint(condition=models.Q(('is_last', True)), fields=('run',), name='replay_one_end')],
            },
        ),
        migrations.RunSQL(ORDERED, ORDERED_BEFORE),
        *(append_only(table) for table in TABLES),
    ]
