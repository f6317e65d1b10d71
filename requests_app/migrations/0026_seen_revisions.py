"""Who has looked at which revision of a request."""

import audit_app.history
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


def with_history(table, history, authority):
    return migrations.RunSQL(
        f"""
        create constraint trigger audit_history
          after insert or update or delete on {table}
          deferrable initially deferred for each row
          execute function audit_history_matches('{history}', '{{}}');
        alter table {table} enable always trigger audit_history;
        revoke truncate on {table} from lockbox_app;

        create trigger audit_stamp before insert on {history}
          for each row execute function audit_history_stamp();
        alter table {history} enable always trigger audit_stamp;

        create trigger audit_change after insert on {history}
          for each row execute function audit_history_tells_a_change('{table}');
        alter table {history} enable always trigger audit_change;

        create trigger audit_append_only before update or delete on {history}
          for each row execute function audit_append_only();
        alter table {history} enable always trigger audit_append_only;

        create trigger audit_no_truncate before truncate on {history}
          for each statement execute function audit_append_only();
        alter table {history} enable always trigger audit_no_truncate;

        revoke update, delete, truncate on {history} from lockbox_app;

        create trigger audit_ledger after insert or update or delete on {table}
          for each row execute function audit_ledger_change('{{}}', '{authority}');
        alter table {table} enable always trigger audit_ledger;
        """,
        f"""
        drop trigger audit_ledger on {table};
        drop trigger audit_no_truncate on {history};
        drop trigger audit_append_only on {history};
        drop trigger audit_change on {history};
        drop trigger audit_stamp on {history};
        drop trigger audit_history on {table};
        """,
    )


def guarded(table, person, later=""):
    """A row in one's own name that stays, but for the columns written later."""
    columns = ", ".join(f"'{column}'" for column in later.split())
    return migrations.RunSQL(
        f"""
        create trigger lockbox_own_name before insert on {table}
          for each row execute function lockbox_own_name('{person}');
        alter table {table} enable always trigger lockbox_own_name;
        create trigger lockbox_kept before delete on {table}
          for each row execute function lockbox_kept();
        alter table {table} enable always trigger lockbox_kept;
        create trigger lockbox_only before update on {table}
          for each row execute function lockbox_only({columns});
        alter table {table} enable always trigger lockbox_only;
        """,
        f"""
        drop trigger lockbox_only on {table};
        drop trigger lockbox_kept on {table};
        drop trigger lockbox_own_name on {table};
        """,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0025_entry'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalSeenRevision',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('history_user_name', models.TextField(editable=False, verbose_name='changed by')),
                ('revision', models.PositiveIntegerField(verbose_name='revision')),
                ('act', models.CharField(choices=[('assessment', 'Assessed'), ('decision', 'Decided or returned'), ('looked', 'Looked at what had changed'), ('stop', 'Took over a stop for security protection')], max_length=10, verbose_name='what the person did')),
                ('seen_at', models.DateTimeField(verbose_name='seen')),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('person', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('review', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.secrecyreview', verbose_name='review')),
            ],
            options={
                'verbose_name': 'historical seen revision',
                'verbose_name_plural': 'historical seen revisions',
                'ordering': ['-history_id'],
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['id', '-history_id'], name='requests_ap_id_ce6cf3_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='SeenRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(verbose_name='revision')),
                ('act', models.CharField(choices=[('assessment', 'Assessed'), ('decision', 'Decided or returned'), ('looked', 'Looked at what had changed'), ('stop', 'Took over a stop for security protection')], max_length=10, verbose_name='what the person did')),
                ('seen_at', models.DateTimeField(verbose_name='seen')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seen_revisions', to='requests_app.secrecyreview', verbose_name='review')),
            ],
            options={
                'verbose_name': 'seen revision',
                'verbose_name_plural': 'seen revisions',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('review', 'person', 'revision', 'act'), name='seen_once')],
            },
        ),
        with_history(
            "requests_app_seenrevision",
            "requests_app_historicalseenrevision",
            "select authority_id from requests_app_secrecyreview"
            " where id = ($1->>''review_id'')::bigint",
        ),
        guarded("requests_app_seenrevision", "person_id"),
    ]
