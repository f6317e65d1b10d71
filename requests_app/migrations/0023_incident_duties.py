"""What has to be told of an incident: to whom, by when, done or not needed."""

import audit_app.history
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


GUARDS = r"""
-- Begun when it becomes known; settled once, by a person, in their own name.
create function lockbox_duty_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'open' or new.known_at > audit_now() + interval '5 minutes'
       or new.deviation_id is not null and not exists (
         select from requests_app_deviation d
         where d.id = new.deviation_id and d.review_id = new.review_id
           and d.discovered_at = new.known_at) then
      perform lockbox_refuse('a duty begins when its deviation is discovered');
    end if;
    return new;
  end if;
  if old.status <> 'open' then
    perform lockbox_refuse('a duty that is settled stays so');
  end if;
  if new.due_at is distinct from old.due_at and old.kind <> 'cyber8' then
    perform lockbox_refuse('the clock of a duty runs on');
  end if;
  if new.status <> 'open' and (lockbox_is_not_actor(new.settled_by_id)
       or not lockbox_is_now(new.settled_at)
       or new.reported_at not between old.known_at and audit_now() + interval '5 minutes'
       or not exists (select from lockbox_site_user
                      where id = new.settled_by_id and is_active and not is_machine)) then
    perform lockbox_refuse('a duty is settled by a person, in their own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_incidentduty
  for each row execute function lockbox_duty_guard();
alter table requests_app_incidentduty enable always trigger lockbox_guard;

create trigger lockbox_only before update on requests_app_incidentduty
  for each row execute function
    lockbox_only('due_at', 'status', 'reported_at', 'reference', 'report_id', 'reason_id',
                 'settled_by_id', 'settled_at', 'version');
alter table requests_app_incidentduty enable always trigger lockbox_only;

create trigger lockbox_kept before delete on requests_app_incidentduty
  for each row execute function lockbox_kept();
alter table requests_app_incidentduty enable always trigger lockbox_kept;
"""

GONE = """
drop trigger lockbox_kept on requests_app_incidentduty;
drop trigger lockbox_only on requests_app_incidentduty;
drop trigger lockbox_guard on requests_app_incidentduty;
drop function lockbox_duty_guard;
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


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0022_deviations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='authority',
            name='prompt_hours',
            field=models.PositiveSmallIntegerField(default=24, help_text='How soon a report to Säkerhetspolisen is made, from when it was known.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='promptly (hours)'),
        ),
        migrations.AddField(
            model_name='historicalauthority',
            name='prompt_hours',
            field=models.PositiveSmallIntegerField(default=24, help_text='How soon a report to Säkerhetspolisen is made, from when it was known.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='promptly (hours)'),
        ),
        migrations.CreateModel(
            name='HistoricalIncidentDuty',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('history_user_name', models.TextField(editable=False, verbose_name='changed by')),
                ('kind', models.CharField(choices=[('gdpr33', 'Notify IMY (GDPR article 33)'), ('gdpr34', 'Tell the data subjects (GDPR article 34)'), ('cyber5', 'Early warning (cybersäkerhetslagen 2:5)'), ('cyber6', 'Incident report (cybersäkerhetslagen 2:6)'), ('cyber8', 'Final report (cybersäkerhetslagen 2:8)'), ('security', 'Report to Säkerhetspolisen (säkerhetsskyddslagen 2:1)')], editable=False, max_length=8, verbose_name='duty')),
                ('known_at', models.DateTimeField(editable=False, verbose_name='known since')),
                ('due_at', models.DateTimeField(editable=False, verbose_name='to be done by')),
                ('status', models.CharField(choices=[('open', 'To be done'), ('done', 'Done'), ('not_needed', 'Not needed')], default='open', editable=False, max_length=10, verbose_name='status')),
                ('reported_at', models.DateTimeField(editable=False, null=True, verbose_name='reported')),
                ('reference', models.CharField(blank=True, editable=False, max_length=200, verbose_name="the receiver's reference")),
                ('settled_at', models.DateTimeField(editable=False, null=True, verbose_name='settled')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('deviation', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.deviation', verbose_name='deviation')),
                ('reason', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='why it is not needed')),
                ('report', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='what was reported')),
                ('review', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.secrecyreview', verbose_name='review')),
                ('settled_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
            ],
            options={
                'verbose_name': 'historical incident duty',
                'verbose_name_plural': 'historical incident duties',
                'ordering': ['-history_id'],
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['id', '-history_id'], name='requests_ap_id_7d688d_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='IncidentDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('gdpr33', 'Notify IMY (GDPR article 33)'), ('gdpr34', 'Tell the data subjects (GDPR article 34)'), ('cyber5', 'Early warning (cybersäkerhetslagen 2:5)'), ('cyber6', 'Incident report (cybersäkerhetslagen 2:6)'), ('cyber8', 'Final report (cybersäkerhetslagen 2:8)'), ('security', 'Report to Säkerhetspolisen (säkerhetsskyddslagen 2:1)')], editable=False, max_length=8, verbose_name='duty')),
                ('known_at', models.DateTimeField(editable=False, verbose_name='known since')),
                ('due_at', models.DateTimeField(editable=False, verbose_name='to be done by')),
                ('status', models.CharField(choices=[('open', 'To be done'), ('done', 'Done'), ('not_needed', 'Not needed')], default='open', editable=False, max_length=10, verbose_name='status')),
                ('reported_at', models.DateTimeField(editable=False, null=True, verbose_name='reported')),
                ('reference', models.CharField(blank=True, editable=False, max_length=200, verbose_name="the receiver's reference")),
                ('settled_at', models.DateTimeField(editable=False, null=True, verbose_name='settled')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('deviation', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='requests_app.deviation', verbose_name='deviation')),
                ('reason', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='why it is not needed')),
                ('report', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='what was reported')),
                ('review', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='incident_duties', to='requests_app.secrecyreview', verbose_name='review')),
                ('settled_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
            ],
            options={
                'verbose_name': 'incident duty',
                'verbose_name_plural': 'incident duties',
                'ordering': ['due_at', 'id'],
                'indexes': [models.Index(condition=models.Q(('status', 'open')), fields=['due_at'], name='incidentduty_open')],
                'constraints': [models.UniqueConstraint(fields=('review', 'deviation', 'kind'), name='incidentduty_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('known_at'))), name='incidentduty_due_after_it_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('reason', None), ('reported_at', None), ('settled_at', None), ('settled_by', None), ('status', 'open')), models.Q(('reason', None), ('report__isnull', False), ('reported_at__isnull', False), ('settled_at__isnull', False), ('settled_by__isnull', False), ('status', 'done'), models.Q(('reference', ''), _negated=True)), models.Q(('reason__isnull', False), ('reported_at', None), ('settled_at__isnull', False), ('settled_by__isnull', False), ('status', 'not_needed')), _connector='OR'), name='incidentduty_settled_whole')],
            },
        ),
        with_history(
            "requests_app_incidentduty",
            "requests_app_historicalincidentduty",
            "select authority_id from requests_app_secrecyreview"
            " where id = ($1->>''review_id'')::bigint",
        ),
        migrations.RunSQL(GUARDS, GONE),
    ]
