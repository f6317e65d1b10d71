"""Notices by mail: what a person chose, and what each has been told of."""

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


CHOICE = r"""
create trigger lockbox_own_name before insert or update on requests_app_noticechoice
  for each row execute function lockbox_own_name('person_id');
alter table requests_app_noticechoice enable always trigger lockbox_own_name;
create trigger lockbox_kept before delete on requests_app_noticechoice
  for each row execute function lockbox_kept();
alter table requests_app_noticechoice enable always trigger lockbox_kept;
create trigger lockbox_only before update on requests_app_noticechoice
  for each row execute function lockbox_only('wants');
alter table requests_app_noticechoice enable always trigger lockbox_only;
"""
CHOICE_BEFORE = """
drop trigger lockbox_only on requests_app_noticechoice;
drop trigger lockbox_kept on requests_app_noticechoice;
drop trigger lockbox_own_name on requests_app_noticechoice;
"""

SENT = r"""
-- Only the sweep says that somebody has been told: whoever else could, could keep a mail
-- from going out.
create function lockbox_sentnotice_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not lockbox_is_now(new.sent_at) or not exists (
       select from lockbox_site_user u
       where u.id = audit_actor() and u.is_machine and u.username = 'sweep') then
    perform lockbox_refuse('a notice is sent by the sweep, now');
  end if;
  return new;
end $f$;
create trigger lockbox_guard before insert on requests_app_sentnotice
  for each row execute function lockbox_sentnotice_guard();
alter table requests_app_sentnotice enable always trigger lockbox_guard;
create trigger lockbox_kept before delete on requests_app_sentnotice
  for each row execute function lockbox_kept();
alter table requests_app_sentnotice enable always trigger lockbox_kept;
create trigger lockbox_only before update on requests_app_sentnotice
  for each row execute function lockbox_only();
alter table requests_app_sentnotice enable always trigger lockbox_only;
revoke update, delete, truncate on requests_app_sentnotice from lockbox_app;
"""
SENT_BEFORE = """
drop trigger lockbox_only on requests_app_sentnotice;
drop trigger lockbox_kept on requests_app_sentnotice;
drop trigger lockbox_guard on requests_app_sentnotice;
drop function lockbox_sentnotice_guard;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0041_links_left_behind'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wants', models.CharField(choices=[('clock', 'What waits for me with a clock'), ('none', 'Nothing')], default='clock', max_length=10, verbose_name='notices by mail')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='notice_choice', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'choice of notices',
                'verbose_name_plural': 'choices of notices',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='HistoricalNoticeChoice',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('history_user_name', models.TextField(editable=False, verbose_name='changed by')),
                ('wants', models.CharField(choices=[('clock', 'What waits for me with a clock'), ('none', 'Nothing')], default='clock', max_length=10, verbose_name='notices by mail')),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('person', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'historical choice of notices',
                'verbose_name_plural': 'historical choices of notices',
                'ordering': ['-history_id'],
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['id', '-history_id'], name='requests_ap_id_f245f3_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='SentNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=300)),
                ('kind', models.CharField(max_length=20)),
                ('ends_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('person', 'item', 'kind', 'ends_at'), name='sentnotice_once_per_clock')],
            },
        ),
        with_history(
            "requests_app_noticechoice", "requests_app_historicalnoticechoice", ""
        ),
        migrations.RunSQL(CHOICE, CHOICE_BEFORE),
        migrations.RunSQL(SENT, SENT_BEFORE),
    ]
