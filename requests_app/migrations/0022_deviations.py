"""What the provider did outside what was granted, and what came of it."""

import audit_app.history
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


GUARDS = r"""
-- Found by whoever reports the act, taken on and concluded in one's own name, once.
create function lockbox_deviation_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.owner_id is not null or new.status <> 'open' or not lockbox_is_now(new.discovered_at)
       or jsonb_typeof(new.divergences) <> 'array' or jsonb_array_length(new.divergences) = 0 then
      perform lockbox_refuse('a deviation is found before it is taken on, and says what diverges');
    end if;
    if not exists (select from requests_app_secrecyreview v
                   where v.id = new.review_id and v.access_request_id = new.access_request_id)
       or new.event_id is not null and not exists (
         select from requests_app_accessevent e
         where e.id = new.event_id and e.access_request_id = new.access_request_id) then
      perform lockbox_refuse('a deviation is of an act of the review''s own request');
    end if;
    return new;
  end if;
  if old.status = 'concluded' then
    perform lockbox_refuse('a deviation that is concluded is not opened again');
  end if;
  if new.owner_id is distinct from old.owner_id and (new.owner_id is null
       or lockbox_is_not_actor(new.owner_id)) then
    perform lockbox_refuse('a deviation is taken on in one''s own name');
  end if;
  if new.status = 'concluded' and (lockbox_is_not_actor(new.concluded_by_id)
       or new.owner_id <> new.concluded_by_id or not lockbox_is_now(new.concluded_at)
       or not exists (select from lockbox_site_user
                      where id = new.concluded_by_id and is_active and not is_machine)) then
    perform lockbox_refuse('a deviation is concluded by the person who has taken it on');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_deviation
  for each row execute function lockbox_deviation_guard();
alter table requests_app_deviation enable always trigger lockbox_guard;

create trigger lockbox_only before update on requests_app_deviation
  for each row execute function
    lockbox_only('owner_id', 'owned_at', 'status', 'outcome', 'conclusion_id',
                 'concluded_by_id', 'concluded_at', 'version');
alter table requests_app_deviation enable always trigger lockbox_only;

create trigger lockbox_kept before delete on requests_app_deviation
  for each row execute function lockbox_kept();
alter table requests_app_deviation enable always trigger lockbox_kept;

-- A case with a deviation that nobody has concluded is not closed.
create function lockbox_deviation_keeps_open() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.status = 'closed' and old.status <> 'closed' and exists (
       select from requests_app_deviation where review_id = new.id and status = 'open') then
    perform lockbox_refuse('a case with an open deviation is not closed');
  end if;
  return new;
end $f$;

create trigger lockbox_deviation_keeps_open before update on requests_app_secrecyreview
  for each row execute function lockbox_deviation_keeps_open();
alter table requests_app_secrecyreview enable always trigger lockbox_deviation_keeps_open;
"""

GONE = """
drop trigger lockbox_deviation_keeps_open on requests_app_secrecyreview;
drop function lockbox_deviation_keeps_open;
drop trigger lockbox_kept on requests_app_deviation;
drop trigger lockbox_only on requests_app_deviation;
drop trigger lockbox_guard on requests_app_deviation;
drop function lockbox_deviation_guard;
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
        ('requests_app', '0021_revocation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='accessevent',
            name='act',
            field=models.CharField(blank=True, choices=[('read', 'Read'), ('change', 'Changed or repaired'), ('copy', 'Copied or taken out'), ('delete', 'Deleted'), ('share', 'Let somebody else in')], max_length=6, verbose_name='kind of act'),
        ),
        migrations.AddField(
            model_name='accessevent',
            name='country',
            field=models.CharField(blank=True, max_length=2, verbose_name='from which country'),
        ),
        migrations.AddField(
            model_name='accessevent',
            name='employer',
            field=models.CharField(blank=True, max_length=200, verbose_name='employing company'),
        ),
        migrations.CreateModel(
            name='Deviation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('divergences', models.JSONField(editable=False, verbose_name='what diverges')),
                ('discovered_at', models.DateTimeField(editable=False, verbose_name='discovered')),
                ('owned_at', models.DateTimeField(editable=False, null=True, verbose_name='taken on')),
                ('status', models.CharField(choices=[('open', 'Not concluded'), ('concluded', 'Concluded')], default='open', editable=False, max_length=9, verbose_name='status')),
                ('outcome', models.CharField(blank=True, choices=[('none', 'No deviation after all'), ('deviation', 'A deviation, no incident'), ('incident', 'An incident')], editable=False, max_length=9, verbose_name='conclusion')),
                ('concluded_at', models.DateTimeField(editable=False, null=True, verbose_name='concluded')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('access_request', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='deviations', to='requests_app.accessrequest', verbose_name='access request')),
                ('concluded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='concluded by')),
                ('conclusion', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='reasons for the conclusion')),
                ('event', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deviations', to='requests_app.accessevent', verbose_name='access event')),
                ('owner', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('review', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='deviations', to='requests_app.secrecyreview', verbose_name='review')),
            ],
            options={
                'verbose_name': 'deviation',
                'verbose_name_plural': 'deviations',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('status', 'open')), fields=['review'], name='deviation_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('event__isnull', False)), fields=('review', 'event'), name='deviation_once_for_each_event'), models.CheckConstraint(condition=models.Q(models.Q(('owned_at', None), ('owner', None)), models.Q(('owned_at__isnull', False), ('owner__isnull', False)), _connector='OR'), name='deviation_owned_since'), models.CheckConstraint(condition=models.Q(models.Q(('concluded_at', None), ('concluded_by', None), ('conclusion', None), ('outcome', ''), ('status', 'open')), models.Q(('concluded_at__isnull', False), ('concluded_by__isnull', False), ('conclusion__isnull', False), ('owner__isnull', False), ('status', 'concluded'), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='deviation_concluded_whole')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalDeviation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('history_user_name', models.TextField(editable=False, verbose_name='changed by')),
                ('divergences', models.JSONField(editable=False, verbose_name='what diverges')),
                ('discovered_at', models.DateTimeField(editable=False, verbose_name='discovered')),
                ('owned_at', models.DateTimeField(editable=False, null=True, verbose_name='taken on')),
                ('status', models.CharField(choices=[('open', 'Not concluded'), ('concluded', 'Concluded')], default='open', editable=False, max_length=9, verbose_name='status')),
                ('outcome', models.CharField(blank=True, choices=[('none', 'No deviation after all'), ('deviation', 'A deviation, no incident'), ('incident', 'An incident')], editable=False, max_length=9, verbose_name='conclusion')),
                ('concluded_at', models.DateTimeField(editable=False, null=True, verbose_name='concluded')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('access_request', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.accessrequest', verbose_name='access request')),
                ('concluded_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='concluded by')),
                ('conclusion', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='reasons for the conclusion')),
                ('event', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.accessevent', verbose_name='access event')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('review', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.secrecyreview', verbose_name='review')),
            ],
            options={
                'verbose_name': 'historical deviation',
                'verbose_name_plural': 'historical deviations',
                'ordering': ['-history_id'],
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['id', '-history_id'], name='requests_ap_id_8cbd13_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        with_history(
            "requests_app_deviation",
            "requests_app_historicaldeviation",
            "select authority_id from requests_app_secrecyreview"
            " where id = ($1->>''review_id'')::bigint",
        ),
        migrations.RunSQL(GUARDS, GONE),
    ]
