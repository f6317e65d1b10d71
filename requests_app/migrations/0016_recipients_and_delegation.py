"""Recipients of a standing assessment by name and place; what is settled beforehand, and
delegated on, under the scheme of delegation."""

import audit_app.history
import django.db.models.deletion
import simple_history.models
from django.db import migrations, models

DELEGATION = r"""
-- What is delegated on comes from a head of administration (KL 7:6). A company has none:
-- how it shares out its powers, another act governs.
create or replace function lockbox_rule_in_force(rule bigint, day date) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_delegationrule r
    left join requests_app_delegationrule p on p.id = r.parent_id
    join requests_app_authority a on a.id = r.authority_id
    where r.id = rule and r.confirmed_at is not null
      and day between r.valid_from and coalesce(r.valid_to, day)
      and (p.id is null or (p.confirmed_at is not null and p.may_subdelegate
           and (p.is_head or a.kind = 'company')
           and day between p.valid_from and coalesce(p.valid_to, day))))
$f$;

create function lockbox_subdelegation_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.parent_id is not null and new.confirmed_at is not null
     and (tg_op = 'INSERT' or old.confirmed_at is null)
     and not exists (select from requests_app_delegationrule p
                     join requests_app_authority a on a.id = p.authority_id
                     where p.id = new.parent_id and (p.is_head or a.kind = 'company')) then
    perform lockbox_refuse('only a head of administration delegates on');
  end if;
  return new;
end $f$;

create trigger lockbox_subdelegation_guard before insert or update on requests_app_delegationrule
  for each row execute function lockbox_subdelegation_guard();
alter table requests_app_delegationrule enable always trigger lockbox_subdelegation_guard;
"""

DELEGATION_BEFORE = r"""
drop trigger lockbox_subdelegation_guard on requests_app_delegationrule;
drop function lockbox_subdelegation_guard;
create or replace function lockbox_rule_in_force(rule bigint, day date) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_delegationrule r
    left join requests_app_delegationrule p on p.id = r.parent_id
    where r.id = rule and r.confirmed_at is not null
      and day between r.valid_from and coalesce(r.valid_to, day)
      and (p.id is null or (p.confirmed_at is not null and p.may_subdelegate
           and day between p.valid_from and coalesce(p.valid_to, day))))
$f$;
"""

SETTLING = r"""
-- Whoever made it writes in it, until somebody else confirms it under an item.
create or replace function lockbox_maker_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  later text[] := '{confirmed_by_id,confirmed_at,delegation_rule_id,delegation_snapshot,revoked_by_id,revoked_at,revoked_reason,version}';
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - later = to_jsonb(old) - later then
    return new;
  end if;
  if lockbox_is_not_actor(new.made_by_id) then
    perform lockbox_refuse('a standing assessment is made in one''s own name');
  end if;
  return new;
end $f$;

-- To confirm it is a decision under the scheme of delegation, by an item for just that.
create function lockbox_settles_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  rule requests_app_delegationrule;
begin
  if new.confirmed_at is null or tg_op = 'UPDATE' and old.confirmed_at is not null then
    return new;
  end if;
  select * into rule from requests_app_delegationrule where id = new.delegation_rule_id;
  if rule.id is null or rule.decision_type <> 'standing' or rule.product_id is not null
     or rule.authority_id <> new.authority_id
     or not lockbox_rule_in_force(rule.id, lockbox_day(audit_now())) then
    perform lockbox_refuse('the delegation rule does not cover a standing assessment');
  end if;
  if rule.person_id is distinct from new.confirmed_by_id and not lockbox_holds_role(
       new.confirmed_by_id, rule.role, new.authority_id, null, audit_now()) then
    perform lockbox_refuse('whoever confirms does not hold the delegated role');
  end if;
  if new.delegation_snapshot->>'item_no' is distinct from rule.item_no
     or new.delegation_snapshot->>'board_decision' is distinct from rule.board_decision then
    perform lockbox_refuse('the copy of the delegation is not the rule');
  end if;
  return new;
end $f$;

create trigger lockbox_settles_guard before insert or update on requests_app_standingassessment
  for each row execute function lockbox_settles_guard();
alter table requests_app_standingassessment enable always trigger lockbox_settles_guard;

-- Named, rewritten and taken out by whoever makes the assessment, until it is confirmed.
create function lockbox_recipient_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  assessments bigint[] := '{}';
begin
  if tg_op <> 'INSERT' then
    assessments := assessments || old.standing_assessment_id;
  end if;
  if tg_op <> 'DELETE' then
    assessments := assessments || new.standing_assessment_id;
  end if;
  if exists (select from requests_app_standingassessment s
             where s.id = any(assessments)
               and (s.confirmed_at is not null or s.revoked_at is not null
                    or lockbox_is_not_actor(s.made_by_id))) then
    perform lockbox_refuse('the recipients of a standing assessment are those it was confirmed with');
  end if;
  return coalesce(new, old);
end $f$;

create trigger lockbox_guard before insert or update or delete on requests_app_standingrecipient
  for each row execute function lockbox_recipient_guard();
alter table requests_app_standingrecipient enable always trigger lockbox_guard;
"""

SETTLING_BEFORE = r"""
drop trigger lockbox_guard on requests_app_standingrecipient;
drop function lockbox_recipient_guard;
drop trigger lockbox_settles_guard on requests_app_standingassessment;
drop function lockbox_settles_guard;
create or replace function lockbox_maker_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  later text[] := '{confirmed_by_id,confirmed_at,revoked_by_id,revoked_at,revoked_reason,version}';
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - later = to_jsonb(old) - later then
    return new;
  end if;
  if lockbox_is_not_actor(new.made_by_id) then
    perform lockbox_refuse('a standing assessment is made in one''s own name');
  end if;
  return new;
end $f$;
"""


SERVICE = r"""
-- A reservation is served on each whom it binds, other decisions once.
create or replace function lockbox_service_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_decision
                 where id = new.decision_id and review_id = new.review_id
                   and decided_at <= new.served_at) then
    perform lockbox_refuse('a service is of the review''s own decision, once it is made');
  end if;
  if (new.reservation_id is null) = exists (
       select from requests_app_decision
       where id = new.decision_id and outcome = 'granted_with_reservation')
     or new.reservation_id is not null and not exists (
       select from requests_app_reservation r
       join requests_app_decision d on d.proposal_id = r.proposal_id
       where r.id = new.reservation_id and d.id = new.decision_id and r.bound = new.recipient) then
    perform lockbox_refuse('a reservation is served, each on whom it binds');
  end if;
  return new;
end $f$;

create or replace function lockbox_served_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.answer = 'approve' and new.status in ('open', 'confirmed') and exists (
       select from requests_app_decision d
       join requests_app_secrecyreview r on r.id = d.review_id
       join requests_app_reservation bound on bound.proposal_id = d.proposal_id
       where r.access_request_id = new.access_request_id
         and r.status not in ('rerouted', 'merged', 'dropped')
         and d.outcome = 'granted_with_reservation'
         and not exists (select from requests_app_decision l where l.supersedes_id = d.id)
         and not exists (select from requests_app_serviceofdecision s
                         where s.reservation_id = bound.id)) then
    perform lockbox_refuse('the reservation has not been served');
  end if;
  return new;
end $f$;
"""

SERVICE_BEFORE = r"""
create or replace function lockbox_service_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if not exists (select from requests_app_decision
                 where id = new.decision_id and review_id = new.review_id
                   and decided_at <= new.served_at) then
    perform lockbox_refuse('a service is of the review''s own decision, once it is made');
  end if;
  return new;
end $f$;

create or replace function lockbox_served_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.answer = 'approve' and new.status in ('open', 'confirmed') and exists (
       select from requests_app_decision d
       join requests_app_secrecyreview r on r.id = d.review_id
       where r.access_request_id = new.access_request_id
         and r.status not in ('rerouted', 'merged', 'dropped')
         and d.outcome = 'granted_with_reservation'
         and not exists (select from requests_app_decision l where l.supersedes_id = d.id)
         and not exists (select from requests_app_serviceofdecision s where s.decision_id = d.id)) then
    perform lockbox_refuse('the reservation has not been served');
  end if;
  return new;
end $f$;
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
        ('requests_app', '0015_fallen_grounds'),
    ]

    operations = [
        # On the way back every row needs a value.
        migrations.AlterField(
            model_name='standingassessment',
            name='transfer_ground',
            field=models.CharField(default='none', max_length=10),
        ),
        migrations.AlterField(
            model_name='historicalstandingassessment',
            name='transfer_ground',
            field=models.CharField(default='none', max_length=10),
        ),
        migrations.RemoveField(
            model_name='historicalstandingassessment',
            name='transfer_countries',
        ),
        migrations.RemoveField(
            model_name='historicalstandingassessment',
            name='transfer_ground',
        ),
        migrations.RemoveField(
            model_name='historicalstandingassessment',
            name='transfer_reference',
        ),
        migrations.RemoveField(
            model_name='standingassessment',
            name='transfer_countries',
        ),
        migrations.RemoveField(
            model_name='standingassessment',
            name='transfer_ground',
        ),
        migrations.RemoveField(
            model_name='standingassessment',
            name='transfer_reference',
        ),
        migrations.AddField(
            model_name='delegationrule',
            name='is_head',
            field=models.BooleanField(default=False, help_text='Only a head of administration may delegate on (KL 7:6).', verbose_name='to the head of administration'),
        ),
        migrations.AddField(
            model_name='historicaldelegationrule',
            name='is_head',
            field=models.BooleanField(default=False, help_text='Only a head of administration may delegate on (KL 7:6).', verbose_name='to the head of administration'),
        ),
        migrations.AddField(
            model_name='historicalstandingassessment',
            name='delegation_rule',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.delegationrule', verbose_name='delegation rule'),
        ),
        migrations.AddField(
            model_name='historicalstandingassessment',
            name='delegation_snapshot',
            field=models.JSONField(editable=False, null=True, verbose_name='the rule as it was'),
        ),
        migrations.AddField(
            model_name='standingassessment',
            name='delegation_rule',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.delegationrule', verbose_name='delegation rule'),
        ),
        migrations.AddField(
            model_name='standingassessment',
            name='delegation_snapshot',
            field=models.JSONField(editable=False, null=True, verbose_name='the rule as it was'),
        ),
        migrations.AlterField(
            model_name='conflictdeclaration',
            name='ground',
            field=models.CharField(blank=True, choices=[('party', 'It concerns me, or can be of benefit or harm to me'), ('close', 'It concerns somebody close to me'), ('representative', 'I represent whom it concerns, or who can gain or lose by it'), ('supervision', 'It came up through supervision of a business I take part in myself'), ('agent', 'I have acted as agent or assisted for pay in the matter'), ('other', 'Another circumstance can shake confidence in me')], max_length=14, verbose_name='ground'),
        ),
        migrations.AlterField(
            model_name='historicalconflictdeclaration',
            name='ground',
            field=models.CharField(blank=True, choices=[('party', 'It concerns me, or can be of benefit or harm to me'), ('close', 'It concerns somebody close to me'), ('representative', 'I represent whom it concerns, or who can gain or lose by it'), ('supervision', 'It came up through supervision of a business I take part in myself'), ('agent', 'I have acted as agent or assisted for pay in the matter'), ('other', 'Another circumstance can shake confidence in me')], max_length=14, verbose_name='ground'),
        ),
        migrations.CreateModel(
            name='HistoricalStandingRecipient',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('history_user_name', models.TextField(editable=False, verbose_name='changed by')),
                ('legal_entity', models.CharField(help_text="As the request names the engineer's employer, all of the name.", max_length=200, verbose_name='legal entity')),
                ('country', models.CharField(max_length=2, verbose_name='country of the engineer')),
                ('relation', models.CharField(choices=[('provider', 'The provider itself'), ('group', 'Another company of its group'), ('subcontractor', 'An approved sub-processor')], max_length=13, verbose_name='is to the provider')),
                ('purpose', models.CharField(help_text='What access may be for, as in “repair in a support case”.', max_length=200, verbose_name='purpose')),
                ('highest_class', models.PositiveSmallIntegerField(choices=[(1, '1'), (2, '2'), (3, '3')], default=3, verbose_name='highest class')),
                ('transfer_ground', models.CharField(choices=[('not_needed', 'None needed: no transfer'), ('adequacy', 'Adequacy decision (art. 45)'), ('clauses', 'Standard clauses with an assessment (art. 46)'), ('bcr', 'Binding corporate rules (art. 46.2 b, 47)')], max_length=10, verbose_name='ground for transfer')),
                ('transfer_reference', models.CharField(blank=True, max_length=200, verbose_name='decision or agreement')),
                ('certification', models.CharField(blank=True, choices=[('yes', 'Active'), ('not_needed', "The country's decision demands none")], max_length=10, verbose_name='certification')),
                ('covers_staff_data', models.BooleanField(default=False, verbose_name='the certification covers data on employees')),
                ('certification_checked', models.DateField(blank=True, null=True, verbose_name='certification looked up')),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('standing_assessment', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.standingassessment', verbose_name='standing assessment')),
            ],
            options={
                'verbose_name': 'historical recipient',
                'verbose_name_plural': 'historical recipients',
                'ordering': ['-history_id'],
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['id', '-history_id'], name='requests_ap_id_a27745_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='StandingRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('legal_entity', models.CharField(help_text="As the request names the engineer's employer, all of the name.", max_length=200, verbose_name='legal entity')),
                ('country', models.CharField(max_length=2, verbose_name='country of the engineer')),
                ('relation', models.CharField(choices=[('provider', 'The provider itself'), ('group', 'Another company of its group'), ('subcontractor', 'An approved sub-processor')], max_length=13, verbose_name='is to the provider')),
                ('purpose', models.CharField(help_text='What access may be for, as in “repair in a support case”.', max_length=200, verbose_name='purpose')),
                ('highest_class', models.PositiveSmallIntegerField(choices=[(1, '1'), (2, '2'), (3, '3')], default=3, verbose_name='highest class')),
                ('transfer_ground', models.CharField(choices=[('not_needed', 'None needed: no transfer'), ('adequacy', 'Adequacy decision (art. 45)'), ('clauses', 'Standard clauses with an assessment (art. 46)'), ('bcr', 'Binding corporate rules (art. 46.2 b, 47)')], max_length=10, verbose_name='ground for transfer')),
                ('transfer_reference', models.CharField(blank=True, max_length=200, verbose_name='decision or agreement')),
                ('certification', models.CharField(blank=True, choices=[('yes', 'Active'), ('not_needed', "The country's decision demands none")], max_length=10, verbose_name='certification')),
                ('covers_staff_data', models.BooleanField(default=False, verbose_name='the certification covers data on employees')),
                ('certification_checked', models.DateField(blank=True, null=True, verbose_name='certification looked up')),
                ('standing_assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='requests_app.standingassessment', verbose_name='standing assessment')),
            ],
            options={
                'verbose_name': 'recipient',
                'verbose_name_plural': 'recipients',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('transfer_ground', 'not_needed'), models.Q(('transfer_reference', ''), _negated=True), _connector='OR'), name='recipient_ground_says_which'), models.CheckConstraint(condition=models.Q(models.Q(('transfer_ground', 'adequacy'), _negated=True), models.Q(('certification', ''), _negated=True), _connector='OR'), name='recipient_adequacy_asks_certification'), models.CheckConstraint(condition=models.Q(models.Q(('certification', 'yes'), _negated=True), ('certification_checked__isnull', False), _connector='OR'), name='recipient_certification_was_looked_up')],
            },
        ),
        with_history(
            "requests_app_standingrecipient",
            "requests_app_historicalstandingrecipient",
            "select authority_id from requests_app_standingassessment"
            " where id = ($1->>''standing_assessment_id'')::bigint",
        ),
        migrations.RunSQL(DELEGATION, DELEGATION_BEFORE),
        migrations.RunSQL(SETTLING, SETTLING_BEFORE),
        migrations.AddField(
            model_name='historicalserviceofdecision',
            name='reservation',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.reservation', verbose_name='reservation'),
        ),
        migrations.AddField(
            model_name='serviceofdecision',
            name='reservation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='services', to='requests_app.reservation', verbose_name='reservation'),
        ),
        migrations.AlterField(
            model_name='serviceofdecision',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='requests_app.decision', verbose_name='decision'),
        ),
        migrations.AddConstraint(
            model_name='serviceofdecision',
            constraint=models.UniqueConstraint(fields=('decision', 'reservation'), name='served_once', nulls_distinct=False),
        ),
        migrations.RunSQL(SERVICE, SERVICE_BEFORE),
    ]
