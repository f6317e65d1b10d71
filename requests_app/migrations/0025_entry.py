"""What is typed by hand: corrected, numbered without case, answered past us; and how an
authority's diary numbers look."""

import audit_app.history
import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
from django.conf import settings
from django.db import migrations, models


# Number and receipt are typed too: corrected with a new revision, by nobody but people,
# and only until it is decided.
ENTRY = r"""
create function lockbox_entry_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if (new.external_id, new.received_at) is distinct from (old.external_id, old.received_at)
     and (old.received_by <> 'manual' or new.revision <> old.revision + 1
          or old.status not in ('in_review', 'to_answer')
          or exists (select from requests_app_decision d
                     join requests_app_secrecyreview r on r.id = d.review_id
                     where r.access_request_id = old.id)) then
    perform lockbox_refuse('only what was typed is corrected, until it is decided');
  end if;
  return new;
end $f$;

create trigger lockbox_entry_guard before update on requests_app_accessrequest
  for each row execute function lockbox_entry_guard();
alter table requests_app_accessrequest enable always trigger lockbox_entry_guard;

drop trigger lockbox_only on requests_app_accessrequest;
create trigger lockbox_only before update on requests_app_accessrequest
  for each row execute function lockbox_only(
    'revision', 'provider_service', 'justification_id', 'duration_minutes', 'duration_text',
    'engineer_country', 'employer_entity', 'support_request', 'requested_at',
    'answer_deadline', 'provider_status', 'status', 'merged_into_id', 'narrows_id',
    'extends_id', 'version', 'revoked_at', 'external_id', 'received_at');
alter table requests_app_accessrequest enable always trigger lockbox_only;
"""
ENTRY_BEFORE = r"""
drop trigger lockbox_only on requests_app_accessrequest;
create trigger lockbox_only before update on requests_app_accessrequest
  for each row execute function lockbox_only(
    'revision', 'provider_service', 'justification_id', 'duration_minutes', 'duration_text',
    'engineer_country', 'employer_entity', 'support_request', 'requested_at',
    'answer_deadline', 'provider_status', 'status', 'merged_into_id', 'narrows_id',
    'extends_id', 'version', 'revoked_at');
alter table requests_app_accessrequest enable always trigger lockbox_only;
drop trigger lockbox_entry_guard on requests_app_accessrequest;
drop function lockbox_entry_guard;
"""


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
        ('requests_app', '0023_incident_duties'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalOutsideAnswer',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('history_user_name', models.TextField(editable=False, verbose_name='changed by')),
                ('answer', models.CharField(choices=[('approve', 'Approve'), ('deny', 'Deny')], max_length=7, verbose_name='answer')),
                ('given_at', models.DateTimeField(verbose_name='when it was answered')),
                ('way', models.CharField(choices=[('portal', "In the provider's portal"), ('support', 'In the support case or by e-mail'), ('phone', 'By telephone'), ('other', 'Another way')], max_length=7, verbose_name='how')),
                ('given_by', models.CharField(max_length=200, verbose_name='who answered')),
                ('reference', models.CharField(blank=True, max_length=200, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical answer outside Lockbox',
                'verbose_name_plural': 'historical answers outside Lockbox',
                'ordering': ['-history_id'],
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='OutsideAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(choices=[('approve', 'Approve'), ('deny', 'Deny')], max_length=7, verbose_name='answer')),
                ('given_at', models.DateTimeField(verbose_name='when it was answered')),
                ('way', models.CharField(choices=[('portal', "In the provider's portal"), ('support', 'In the support case or by e-mail'), ('phone', 'By telephone'), ('other', 'Another way')], max_length=7, verbose_name='how')),
                ('given_by', models.CharField(max_length=200, verbose_name='who answered')),
                ('reference', models.CharField(blank=True, max_length=200, verbose_name='reference')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
            ],
            options={
                'verbose_name': 'answer outside Lockbox',
                'verbose_name_plural': 'answers outside Lockbox',
            },
        ),
        migrations.RemoveConstraint(
            model_name='accessrequest',
            name='accessrequest_unique',
        ),
        migrations.AddField(
            model_name='arrival',
            name='reason',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='authority',
            name='diary_example',
            field=models.CharField(blank=True, help_text='Shown beside the field where the number is typed.', max_length=40, verbose_name='example of a diary number'),
        ),
        migrations.AddField(
            model_name='authority',
            name='diary_pattern',
            field=models.CharField(blank=True, help_text="A regular expression that every number from the authority's own diary must match, such as GSN \\d{4}/\\d{1,5}. Left empty, any number will do.", max_length=100, verbose_name='pattern of diary numbers'),
        ),
        migrations.AddField(
            model_name='historicalauthority',
            name='diary_example',
            field=models.CharField(blank=True, help_text='Shown beside the field where the number is typed.', max_length=40, verbose_name='example of a diary number'),
        ),
        migrations.AddField(
            model_name='historicalauthority',
            name='diary_pattern',
            field=models.CharField(blank=True, help_text="A regular expression that every number from the authority's own diary must match, such as GSN \\d{4}/\\d{1,5}. Left empty, any number will do.", max_length=100, verbose_name='pattern of diary numbers'),
        ),
        migrations.AlterField(
            model_name='arrival',
            name='result',
            field=models.CharField(choices=[('new', 'New request'), ('revision', 'New revision'), ('correction', 'Corrected by us'), ('status', 'New status at the provider'), ('not_taken', 'Could not be taken in')], max_length=10, verbose_name='result'),
        ),
        migrations.AddConstraint(
            model_name='accessrequest',
            constraint=models.UniqueConstraint(models.F('connection'), django.db.models.functions.text.Lower('external_id'), name='accessrequest_unique'),
        ),
        migrations.AddField(
            model_name='historicaloutsideanswer',
            name='access_request',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.accessrequest', verbose_name='access request'),
        ),
        migrations.AddField(
            model_name='historicaloutsideanswer',
            name='account',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='why it was answered outside Lockbox'),
        ),
        migrations.AddField(
            model_name='historicaloutsideanswer',
            name='proof',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='proof'),
        ),
        migrations.AddField(
            model_name='historicaloutsideanswer',
            name='recorded_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AddField(
            model_name='outsideanswer',
            name='access_request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='outside_answer', to='requests_app.accessrequest', verbose_name='access request'),
        ),
        migrations.AddField(
            model_name='outsideanswer',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='why it was answered outside Lockbox'),
        ),
        migrations.AddField(
            model_name='outsideanswer',
            name='proof',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='proof'),
        ),
        migrations.AddField(
            model_name='outsideanswer',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AddIndex(
            model_name='historicaloutsideanswer',
            index=models.Index(fields=['id', '-history_id'], name='requests_ap_id_e4c6b5_idx'),
        ),
        migrations.AddConstraint(
            model_name='outsideanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reference', ''), _negated=True), ('proof__isnull', False), _connector='OR'), name='outsideanswer_is_proven'),
        ),
        migrations.AddConstraint(
            model_name='outsideanswer',
            constraint=models.CheckConstraint(condition=models.Q(('given_at__lte', models.F('recorded_at'))), name='outsideanswer_given_before_recorded'),
        ),
        with_history(
            "requests_app_outsideanswer",
            "requests_app_historicaloutsideanswer",
            "select null::bigint",
        ),
        guarded("requests_app_outsideanswer", "recorded_by_id"),
        migrations.RunSQL(ENTRY, ENTRY_BEFORE),
    ]
