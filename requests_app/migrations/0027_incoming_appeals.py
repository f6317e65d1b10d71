"""Appeals that come in, and what becomes of them."""

import audit_app.history
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


# Of the review's own decision; and it goes one way: in time, to the court, ended.
APPEALS = r"""
create function lockbox_appeal_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status not in ('to_try', 'to_hand_over')
       or not exists (select from requests_app_decision
                      where id = new.decision_id and review_id = new.review_id
                        and decided_at < new.received_at + interval '1 minute') then
      perform lockbox_refuse('an appeal is of the review''s own decision, and waits');
    end if;
    return new;
  end if;
  if old.status in ('dismissed', 'ended')
     or old.status = 'to_hand_over' and new.status <> 'at_court'
     or old.status = 'at_court' and new.status <> 'ended'
     or old.status <> 'to_try' and (new.timeliness, new.timeliness_reason_id)
          is distinct from (old.timeliness, old.timeliness_reason_id) then
    perform lockbox_refuse('an appeal goes one way');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_incomingappeal
  for each row execute function lockbox_appeal_guard();
alter table requests_app_incomingappeal enable always trigger lockbox_guard;
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
        ('requests_app', '0026_seen_revisions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalIncomingAppeal',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('history_user_name', models.TextField(editable=False, verbose_name='changed by')),
                ('received_at', models.DateTimeField(verbose_name='came in')),
                ('appellant', models.CharField(max_length=200, verbose_name='who appeals')),
                ('last_day', models.DateField(null=True, verbose_name='last day of appeal')),
                ('timeliness', models.CharField(choices=[('in_time', 'In time'), ('late', 'Too late: to be dismissed (FL 45 §)'), ('excused', 'Late, and not dismissed (FL 45 § second paragraph)'), ('not_tried', 'Not tried yet')], default='not_tried', max_length=9, verbose_name='in time')),
                ('court', models.CharField(blank=True, max_length=200, verbose_name='court')),
                ('handed_over_at', models.DateTimeField(null=True, verbose_name='handed over')),
                ('court_number', models.CharField(blank=True, max_length=60, verbose_name="the court's number")),
                ('outcome', models.CharField(blank=True, choices=[('rejected', 'Rejected: the decision stands'), ('upheld', 'Upheld: the decision is changed or quashed'), ('partly', 'Upheld in part'), ('remitted', 'Remitted to the authority'), ('not_tried', 'Not tried: dismissed, withdrawn or no leave')], max_length=9, verbose_name='outcome in court')),
                ('decided_on', models.DateField(null=True, verbose_name='decided by the court')),
                ('status', models.CharField(choices=[('to_try', 'In time? To be tried'), ('to_hand_over', 'To be handed over to the court'), ('at_court', 'Handed over to the court'), ('dismissed', 'Dismissed as too late'), ('ended', 'Tried by the court')], max_length=12, verbose_name='status')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('decision', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.decision', verbose_name='decision')),
                ('outcome_note', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='what it means')),
                ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('review', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.secrecyreview', verbose_name='review')),
                ('text', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='what is asked for')),
                ('timeliness_reason', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='why it is held to be so')),
            ],
            options={
                'verbose_name': 'historical incoming appeal',
                'verbose_name_plural': 'historical incoming appeals',
                'ordering': ['-history_id'],
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['id', '-history_id'], name='requests_ap_id_1e6ed9_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='IncomingAppeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_at', models.DateTimeField(verbose_name='came in')),
                ('appellant', models.CharField(max_length=200, verbose_name='who appeals')),
                ('last_day', models.DateField(null=True, verbose_name='last day of appeal')),
                ('timeliness', models.CharField(choices=[('in_time', 'In time'), ('late', 'Too late: to be dismissed (FL 45 §)'), ('excused', 'Late, and not dismissed (FL 45 § second paragraph)'), ('not_tried', 'Not tried yet')], default='not_tried', max_length=9, verbose_name='in time')),
                ('court', models.CharField(blank=True, max_length=200, verbose_name='court')),
                ('handed_over_at', models.DateTimeField(null=True, verbose_name='handed over')),
                ('court_number', models.CharField(blank=True, max_length=60, verbose_name="the court's number")),
                ('outcome', models.CharField(blank=True, choices=[('rejected', 'Rejected: the decision stands'), ('upheld', 'Upheld: the decision is changed or quashed'), ('partly', 'Upheld in part'), ('remitted', 'Remitted to the authority'), ('not_tried', 'Not tried: dismissed, withdrawn or no leave')], max_length=9, verbose_name='outcome in court')),
                ('decided_on', models.DateField(null=True, verbose_name='decided by the court')),
                ('status', models.CharField(choices=[('to_try', 'In time? To be tried'), ('to_hand_over', 'To be handed over to the court'), ('at_court', 'Handed over to the court'), ('dismissed', 'Dismissed as too late'), ('ended', 'Tried by the court')], max_length=12, verbose_name='status')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='requests_app.decision', verbose_name='decision')),
                ('outcome_note', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='what it means')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='requests_app.secrecyreview', verbose_name='review')),
                ('text', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='what is asked for')),
                ('timeliness_reason', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='why it is held to be so')),
            ],
            options={
                'verbose_name': 'incoming appeal',
                'verbose_name_plural': 'incoming appeals',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('status__in', ['to_try', 'to_hand_over', 'at_court'])), fields=['review'], name='appeal_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('received_at__lte', models.F('recorded_at'))), name='appeal_received_before_recorded'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['at_court', 'ended']), _negated=True), models.Q(('handed_over_at__isnull', False), models.Q(('court', ''), _negated=True)), _connector='OR'), name='appeal_says_where_it_went'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'ended'), _negated=True), models.Q(models.Q(('outcome', ''), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='appeal_ended_says_how'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'to_try'), ('timeliness', 'not_tried')), models.Q(('status', 'dismissed'), ('timeliness', 'late')), models.Q(('status__in', ['to_hand_over', 'at_court', 'ended']), ('timeliness__in', ['in_time', 'excused'])), _connector='OR'), name='appeal_goes_on_only_in_time')],
            },
        ),
        with_history(
            "requests_app_incomingappeal",
            "requests_app_historicalincomingappeal",
            "select authority_id from requests_app_secrecyreview"
            " where id = ($1->>''review_id'')::bigint",
        ),
        guarded(
            "requests_app_incomingappeal",
            "recorded_by_id",
            "timeliness timeliness_reason_id court handed_over_at court_number outcome"
            " decided_on outcome_note_id status",
        ),
        migrations.RunSQL(
            APPEALS,
            """
            drop trigger lockbox_guard on requests_app_incomingappeal;
            drop function lockbox_appeal_guard;
            """,
        ),
    ]
