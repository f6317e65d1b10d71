"""Revoking a grant is a decision: by whom, under which rule, why, on paper, reported."""

import audit_app.history
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


GUARDS = r"""
-- Decided by a person entitled to it, in their own name, of a grant that stands.
create function lockbox_revocation_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  review requests_app_secrecyreview;
  rule requests_app_delegationrule;
  product bigint;
begin
  if tg_op = 'UPDATE' then
    if old.served_at is not null or new.served_at is null
       or new.served_at not between old.decided_at and audit_now() + interval '5 minutes'
       or lockbox_is_not_actor(new.served_recorded_by_id) then
      perform lockbox_refuse('the service of a revocation is recorded once, in one''s own name');
    end if;
    return new;
  end if;
  select * into review from requests_app_secrecyreview where id = new.review_id;
  select * into rule from requests_app_delegationrule where id = new.delegation_rule_id;
  select c.product_id into product from requests_app_accessrequest r
    join requests_app_connection c on c.id = r.connection_id
    where r.id = review.access_request_id;
  if not lockbox_is_now(new.decided_at) or new.served_at is not null then
    perform lockbox_refuse('a revocation is dated when it is made, and served later');
  end if;
  if lockbox_is_not_actor(new.decided_by_id) or not exists (
       select from lockbox_site_user
       where id = new.decided_by_id and is_active and not is_machine)
     or position(audit_name_of(new.decided_by_id) in new.decided_by_name) = 0 then
    perform lockbox_refuse('only a person revokes, in their own name');
  end if;
  if not exists (select from requests_app_decision d
                 where d.id = new.decision_id and d.review_id = new.review_id and d.answer = 'approve'
                   and not exists (select from requests_app_decision l where l.supersedes_id = d.id)) then
    perform lockbox_refuse('what is revoked is a grant of the review, that stands');
  end if;
  if rule.decision_type <> 'answer' or rule.authority_id <> review.authority_id
     or not ('refused' = any(rule.outcomes)) or rule.product_id <> product
     or not lockbox_rule_in_force(rule.id, lockbox_day(audit_now())) then
    perform lockbox_refuse('the delegation rule does not cover this revocation');
  end if;
  if rule.person_id is distinct from new.decided_by_id and not lockbox_holds_role(
       new.decided_by_id, rule.role, review.authority_id, review.branch_id, audit_now()) then
    perform lockbox_refuse('whoever revokes does not hold the delegated role');
  end if;
  if new.delegation_snapshot->>'item_no' is distinct from rule.item_no
     or new.delegation_snapshot->>'board_decision' is distinct from rule.board_decision then
    perform lockbox_refuse('the copy of the delegation is not the rule');
  end if;
  if new.regime <> (select regime from requests_app_authority where id = review.authority_id) then
    perform lockbox_refuse('the regime on the revocation is not the authority''s');
  end if;
  if review.access_request_id = any(array(select lockbox_conflicts_of(new.decided_by_id)))
     or not exists (select from requests_app_conflictdeclaration c
                    where c.review_id = new.review_id and c.stage = 'decision'
                      and c.person_id = new.decided_by_id and not c.has_conflict) then
    perform lockbox_refuse('whoever revokes has a conflict of interest, or has not declared');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_revocation
  for each row execute function lockbox_revocation_guard();
alter table requests_app_revocation enable always trigger lockbox_guard;

create trigger lockbox_only before update on requests_app_revocation
  for each row execute function
    lockbox_only('served_at', 'served_way', 'served_on', 'served_recorded_by_id');
alter table requests_app_revocation enable always trigger lockbox_only;

create trigger lockbox_kept before delete on requests_app_revocation
  for each row execute function lockbox_kept();
alter table requests_app_revocation enable always trigger lockbox_kept;

-- A revocation that takes nothing back is none.
create function lockbox_revokes() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if exists (select from requests_app_secrecyreview v
             join requests_app_accessrequest r on r.id = v.access_request_id
             where v.id = new.review_id and r.revoked_at is null) then
    perform lockbox_refuse('access is not taken back by this revocation');
  end if;
  return null;
end $f$;

create constraint trigger lockbox_revokes after insert on requests_app_revocation
  deferrable initially deferred for each row execute function lockbox_revokes();
alter table requests_app_revocation enable always trigger lockbox_revokes;
"""

GONE = """
drop trigger lockbox_revokes on requests_app_revocation;
drop function lockbox_revokes;
drop trigger lockbox_kept on requests_app_revocation;
drop trigger lockbox_only on requests_app_revocation;
drop trigger lockbox_guard on requests_app_revocation;
drop function lockbox_revocation_guard;
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
        ('requests_app', '0020_end_of_access'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalRevocation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('history_user_name', models.TextField(editable=False, verbose_name='changed by')),
                ('ground', models.CharField(choices=[('proviso', 'The decision says that it can be revoked (1)'), ('security', 'Compelling reasons of security (2)'), ('untrue', 'The provider gave untrue or misleading information (3)')], max_length=8, verbose_name='ground')),
                ('decided_by_name', models.CharField(max_length=200, verbose_name="decision-maker's name")),
                ('decided_at', models.DateTimeField(verbose_name='decided')),
                ('delegation_snapshot', models.JSONField(verbose_name='the delegation as it was')),
                ('regime', models.CharField(choices=[('fl_full', 'A decision under the Administrative Procedure Act'), ('kl_legality', 'A decision open to review of legality'), ('internal', 'An internal act under the contract')], max_length=11, verbose_name='what it is in law')),
                ('served_at', models.DateTimeField(null=True, verbose_name='served')),
                ('served_way', models.CharField(blank=True, choices=[('email', 'E-mail, receipt confirmed'), ('letter', 'Letter with proof of receipt'), ('portal', "The provider's portal or our API"), ('hand', 'Handed over')], max_length=6, verbose_name='how it was served')),
                ('served_on', models.CharField(blank=True, max_length=200, verbose_name='served on')),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical revocation of a grant',
                'verbose_name_plural': 'historical revocations of grants',
                'ordering': ['-history_id'],
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Revocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('proviso', 'The decision says that it can be revoked (1)'), ('security', 'Compelling reasons of security (2)'), ('untrue', 'The provider gave untrue or misleading information (3)')], max_length=8, verbose_name='ground')),
                ('decided_by_name', models.CharField(max_length=200, verbose_name="decision-maker's name")),
                ('decided_at', models.DateTimeField(verbose_name='decided')),
                ('delegation_snapshot', models.JSONField(verbose_name='the delegation as it was')),
                ('regime', models.CharField(choices=[('fl_full', 'A decision under the Administrative Procedure Act'), ('kl_legality', 'A decision open to review of legality'), ('internal', 'An internal act under the contract')], max_length=11, verbose_name='what it is in law')),
                ('served_at', models.DateTimeField(null=True, verbose_name='served')),
                ('served_way', models.CharField(blank=True, choices=[('email', 'E-mail, receipt confirmed'), ('letter', 'Letter with proof of receipt'), ('portal', "The provider's portal or our API"), ('hand', 'Handed over')], max_length=6, verbose_name='how it was served')),
                ('served_on', models.CharField(blank=True, max_length=200, verbose_name='served on')),
            ],
            options={
                'verbose_name': 'revocation of a grant',
                'verbose_name_plural': 'revocations of grants',
                'ordering': ['-id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='decisiondocument',
            name='decisiondocument_once',
        ),
        migrations.AlterField(
            model_name='reporteddecision',
            name='decision',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reported', to='requests_app.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='historicalrevocation',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decision-maker'),
        ),
        migrations.AddField(
            model_name='historicalrevocation',
            name='decision',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='historicalrevocation',
            name='delegation_rule',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.delegationrule', verbose_name='delegation'),
        ),
        migrations.AddField(
            model_name='historicalrevocation',
            name='reason',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='internal reason'),
        ),
        migrations.AddField(
            model_name='historicalrevocation',
            name='reason_for_recipient',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='reason for the recipient'),
        ),
        migrations.AddField(
            model_name='historicalrevocation',
            name='review',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.secrecyreview', verbose_name='review'),
        ),
        migrations.AddField(
            model_name='historicalrevocation',
            name='served_recorded_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='service recorded by'),
        ),
        migrations.AddField(
            model_name='revocation',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decision-maker'),
        ),
        migrations.AddField(
            model_name='revocation',
            name='decision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='revocation', to='requests_app.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='revocation',
            name='delegation_rule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.delegationrule', verbose_name='delegation'),
        ),
        migrations.AddField(
            model_name='revocation',
            name='reason',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='internal reason'),
        ),
        migrations.AddField(
            model_name='revocation',
            name='reason_for_recipient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='reason for the recipient'),
        ),
        migrations.AddField(
            model_name='revocation',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revocations', to='requests_app.secrecyreview', verbose_name='review'),
        ),
        migrations.AddField(
            model_name='revocation',
            name='served_recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='service recorded by'),
        ),
        migrations.AddField(
            model_name='decisiondocument',
            name='revocation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='requests_app.revocation', verbose_name='revocation of a grant'),
        ),
        migrations.AddField(
            model_name='historicaldecisiondocument',
            name='revocation',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.revocation', verbose_name='revocation of a grant'),
        ),
        migrations.AddField(
            model_name='historicalreporteddecision',
            name='revocation',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.revocation', verbose_name='revocation of a grant'),
        ),
        migrations.AddField(
            model_name='reporteddecision',
            name='revocation',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reported', to='requests_app.revocation', verbose_name='revocation of a grant'),
        ),
        migrations.AddConstraint(
            model_name='decisiondocument',
            constraint=models.UniqueConstraint(fields=('decision', 'correction', 'revocation', 'version'), name='decisiondocument_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='reporteddecision',
            constraint=models.CheckConstraint(condition=models.Q(('decision', None), ('revocation', None), _connector='XOR'), name='reporteddecision_of_one'),
        ),
        migrations.AddIndex(
            model_name='historicalrevocation',
            index=models.Index(fields=['id', '-history_id'], name='requests_ap_id_02e87a_idx'),
        ),
        migrations.AddConstraint(
            model_name='revocation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('served_at', None), ('served_on', ''), ('served_recorded_by', None), ('served_way', '')), models.Q(('served_at__isnull', False), ('served_recorded_by__isnull', False), models.Q(('served_way', ''), _negated=True), models.Q(('served_on', ''), _negated=True)), _connector='OR'), name='revocation_service_is_whole'),
        ),
        with_history(
            "requests_app_revocation",
            "requests_app_historicalrevocation",
            "select authority_id from requests_app_secrecyreview"
            " where id = ($1->>''review_id'')::bigint",
        ),
        migrations.RunSQL(GUARDS, GONE),
    ]
