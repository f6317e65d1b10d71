"""A ground for each provision that gives secrecy, consents as records, open points."""

import audit_app.history
import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


TERMS = r"""
-- Beside what lockbox_guard asks of a decision: its terms, and what it relies on. Past
-- each provision that gives secrecy leads a ground that the statute lets break it; what
-- that is stands with the provision (lifted_by). A tree that asks for one ground for all
-- leaves the tests' own empty.
create or replace function lockbox_decision_terms_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  reserved boolean := new.outcome = 'granted_with_reservation';
  demanded boolean := false;
  grounds text[] := '{}';
  settled boolean;
  test record;
begin
  if new.outcome not in ('granted', 'granted_with_reservation', 'partially_granted') then
    return new;
  end if;
  select a.tender_secrecy_yields into settled
    from requests_app_secrecyreview v
    join requests_app_authority a on a.id = v.authority_id
    where v.id = new.review_id;
  for test in
    select t.outcome, t.provision_id, t.ground <> '' as is_own,
           coalesce(nullif(t.ground, ''), new.ground) as ground,
           p.lifted_by || case when settled then p.lifted_if_settled
                               else '{}'::varchar[] end as lifted
    from requests_app_harmtest t
    join requests_app_provision p on p.id = t.provision_id
    where t.review_id = new.review_id
      and t.outcome in ('applies', 'applies_unless_reserved')
  loop
    if test.ground = 'osl-10-14' then
      if not reserved or test.outcome <> 'applies_unless_reserved'
         or not (test.ground = any(test.lifted)) then
        perform lockbox_refuse('the risk of harm is not taken away');
      end if;
      demanded := true;
    elsif test.ground not in ('osl-10-2a', 'osl-10-2', 'osl-12-2')
          or not (test.ground = any(test.lifted)) then
      perform lockbox_refuse('secrecy applies and the ground does not break it');
    elsif test.ground = 'osl-12-2' and test.is_own then
      if not exists (select from requests_app_consent c
                     where c.review_id = new.review_id and c.withdrawn_at is null
                       and c.provision_id = test.provision_id) then
        perform lockbox_refuse('no consent that stands is recorded');
      end if;
      demanded := demanded or exists (
        select from requests_app_consent c
        where c.review_id = new.review_id and c.withdrawn_at is null
          and c.provision_id = test.provision_id and c.reservation_id is not null)
        or exists (
        select from requests_app_assessmentanswer w
        where w.review_id = new.review_id and w.node = 'N7.12-2.reserved'
          and w.answer = 'yes');
    end if;
    if not (test.ground = any(grounds)) then
      grounds := grounds || test.ground::text;
    end if;
  end loop;
  if new.ground <> (case cardinality(grounds) when 0 then 'not_secret'
                                              when 1 then grounds[1]
                                              else 'several' end) then
    perform lockbox_refuse('the ground is not that of the assessment');
  end if;
  if reserved <> demanded or reserved <> exists (
       select from requests_app_reservation where proposal_id = new.proposal_id) then
    perform lockbox_refuse('granting with reservation needs a reservation, and only that does');
  end if;
  if not exists (select from requests_app_standingreliance
                 where proposal_id = new.proposal_id)
     or exists (select from requests_app_standingreliance l
                join requests_app_standingassessment s on s.id = l.standing_assessment_id
                where l.proposal_id = new.proposal_id
                  and (s.confirmed_at is null or s.revoked_at is not null
                       or lockbox_day(new.decided_at) not between s.valid_from and s.review_due
                       or lockbox_day(audit_now()) not between s.valid_from and s.review_due)) then
    perform lockbox_refuse('the standing assessment relied on is not in force');
  end if;
  return new;
end $f$;
"""

TERMS_BEFORE = r"""
create or replace function lockbox_decision_terms_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.outcome not in ('granted', 'granted_with_reservation', 'partially_granted') then
    return new;
  end if;
  if (new.outcome = 'granted_with_reservation') <> exists (
       select from requests_app_reservation where proposal_id = new.proposal_id)
     or (new.outcome = 'granted_with_reservation') <> (new.ground = 'osl-10-14') then
    perform lockbox_refuse('granting with reservation needs a reservation, and only that does');
  end if;
  if exists (select from requests_app_harmtest t
             where t.review_id = new.review_id and t.outcome = 'applies')
     and new.ground not in ('osl-10-2a', 'osl-10-2', 'osl-12-2') then
    perform lockbox_refuse('secrecy applies and the ground does not break it');
  end if;
  if exists (select from requests_app_harmtest t
             where t.review_id = new.review_id and t.outcome = 'applies_unless_reserved')
     and new.ground = 'not_secret' then
    perform lockbox_refuse('the risk of harm is not taken away');
  end if;
  if not exists (select from requests_app_standingreliance
                 where proposal_id = new.proposal_id)
     or exists (select from requests_app_standingreliance l
                join requests_app_standingassessment s on s.id = l.standing_assessment_id
                where l.proposal_id = new.proposal_id
                  and (s.confirmed_at is null or s.revoked_at is not null
                       or lockbox_day(new.decided_at) not between s.valid_from and s.review_due
                       or lockbox_day(audit_now()) not between s.valid_from and s.review_due)) then
    perform lockbox_refuse('the standing assessment relied on is not in force');
  end if;
  return new;
end $f$;
"""

CONSENTS = r"""
-- Recorded while the assessment is made, in one's own name; then only withdrawn, once.
create function lockbox_consent_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  withdraws text[] := '{withdrawn_at,withdrawal_id,withdrawal_recorded_by_id,withdrawal_recorded_at,version}';
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(new) - withdraws <> to_jsonb(old) - withdraws
       or old.withdrawn_at is not null or new.withdrawn_at is null then
      perform lockbox_refuse('a consent is only withdrawn');
    end if;
    if lockbox_is_not_actor(new.withdrawal_recorded_by_id) then
      perform lockbox_refuse('a withdrawal is recorded in one''s own name');
    end if;
    return new;
  end if;
  if new.withdrawn_at is not null or lockbox_is_not_actor(new.recorded_by_id) then
    perform lockbox_refuse('a consent is recorded in one''s own name');
  end if;
  if not exists (select from requests_app_secrecyreview
                 where id = new.review_id and status in ('assigned', 'in_assessment')) then
    perform lockbox_refuse('the assessment is not open');
  end if;
  if not exists (select from requests_app_provision
                 where id = new.provision_id and 'osl-12-2' = any(lifted_by)) then
    perform lockbox_refuse('nobody''s consent lifts this secrecy');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_consent
  for each row execute function lockbox_consent_guard();
alter table requests_app_consent enable always trigger lockbox_guard;

create trigger lockbox_kept before delete on requests_app_consent
  for each row execute function lockbox_kept();
alter table requests_app_consent enable always trigger lockbox_kept;
"""

HISTORY = r"""
create constraint trigger audit_history
  after insert or update or delete on requests_app_consent
  deferrable initially deferred for each row
  execute function audit_history_matches('requests_app_historicalconsent', '{}');
alter table requests_app_consent enable always trigger audit_history;
revoke truncate on requests_app_consent from lockbox_app;

create trigger audit_stamp before insert on requests_app_historicalconsent
  for each row execute function audit_history_stamp();
alter table requests_app_historicalconsent enable always trigger audit_stamp;

create trigger audit_change after insert on requests_app_historicalconsent
  for each row
  execute function audit_history_tells_a_change('requests_app_consent');
alter table requests_app_historicalconsent enable always trigger audit_change;

create trigger audit_append_only before update or delete on requests_app_historicalconsent
  for each row execute function audit_append_only();
alter table requests_app_historicalconsent enable always trigger audit_append_only;

create trigger audit_no_truncate before truncate on requests_app_historicalconsent
  for each statement execute function audit_append_only();
alter table requests_app_historicalconsent enable always trigger audit_no_truncate;

revoke update, delete, truncate on requests_app_historicalconsent from lockbox_app;

create trigger audit_ledger after insert or update or delete on requests_app_consent
  for each row execute function audit_ledger_change('{}',
    'select authority_id from requests_app_secrecyreview
     where id = ($1->>''review_id'')::bigint');
alter table requests_app_consent enable always trigger audit_ledger;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0012_alterations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='authority',
            name='dumps_are_technical',
            field=models.BooleanField(default=False, help_text="Until the authority's lawyers hold so, OSL 10:2 a does not carry access to a memory dump or trace.", verbose_name='Reading a memory dump is only technical processing'),
        ),
        migrations.AddField(
            model_name='authority',
            name='silence_reaches_abroad',
            field=models.BooleanField(default=False, help_text="Until the authority's lawyers hold so, the duty does not speak for disclosure where the engineer works outside Sweden.", verbose_name='The duty of silence (2020:914) reaches staff abroad'),
        ),
        migrations.AddField(
            model_name='authority',
            name='tender_secrecy_yields',
            field=models.BooleanField(default=False, help_text="The paragraph says “in no case”. Until the authority's lawyers hold otherwise, nothing breaks it.", verbose_name='OSL 10:2 a breaks tender secrecy (19:3 second paragraph)'),
        ),
        migrations.AddField(
            model_name='harmtest',
            name='ground',
            field=models.CharField(blank=True, choices=[('not_secret', 'No secrecy applies'), ('osl-10-2a', 'OSL 10:2 a, only technical processing or storage'), ('osl-10-2', "OSL 10:2, necessary for the authority's own activity"), ('osl-12-2', 'OSL 12:2, consent of the individual'), ('osl-10-14', 'OSL 10:14, the risk is removed by a reservation'), ('several', 'Several grounds, one for each provision'), ('none', 'No ground')], max_length=10, verbose_name='ground for disclosure'),
        ),
        migrations.AddField(
            model_name='historicalauthority',
            name='dumps_are_technical',
            field=models.BooleanField(default=False, help_text="Until the authority's lawyers hold so, OSL 10:2 a does not carry access to a memory dump or trace.", verbose_name='Reading a memory dump is only technical processing'),
        ),
        migrations.AddField(
            model_name='historicalauthority',
            name='silence_reaches_abroad',
            field=models.BooleanField(default=False, help_text="Until the authority's lawyers hold so, the duty does not speak for disclosure where the engineer works outside Sweden.", verbose_name='The duty of silence (2020:914) reaches staff abroad'),
        ),
        migrations.AddField(
            model_name='historicalauthority',
            name='tender_secrecy_yields',
            field=models.BooleanField(default=False, help_text="The paragraph says “in no case”. Until the authority's lawyers hold otherwise, nothing breaks it.", verbose_name='OSL 10:2 a breaks tender secrecy (19:3 second paragraph)'),
        ),
        migrations.AddField(
            model_name='historicalharmtest',
            name='ground',
            field=models.CharField(blank=True, choices=[('not_secret', 'No secrecy applies'), ('osl-10-2a', 'OSL 10:2 a, only technical processing or storage'), ('osl-10-2', "OSL 10:2, necessary for the authority's own activity"), ('osl-12-2', 'OSL 12:2, consent of the individual'), ('osl-10-14', 'OSL 10:14, the risk is removed by a reservation'), ('several', 'Several grounds, one for each provision'), ('none', 'No ground')], max_length=10, verbose_name='ground for disclosure'),
        ),
        migrations.AddField(
            model_name='historicalprovision',
            name='lifted_by',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='can be lifted by'),
        ),
        migrations.AddField(
            model_name='historicalprovision',
            name='lifted_if_settled',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='can be lifted where the authority has taken a stand'),
        ),
        migrations.AddField(
            model_name='historicalprovision',
            name='tested_as',
            field=models.CharField(blank=True, max_length=24, verbose_name='tested against a provider as'),
        ),
        migrations.AddField(
            model_name='historicalprovision',
            name='works_against',
            field=models.CharField(choices=[('everyone', 'Everyone'), ('reported', 'Whoever was reported on, and nobody else'), ('controlled', 'Whoever is controlled, and nobody else')], default='everyone', max_length=10, verbose_name='works against'),
        ),
        migrations.AddField(
            model_name='provision',
            name='lifted_by',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='can be lifted by'),
        ),
        migrations.AddField(
            model_name='provision',
            name='lifted_if_settled',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='can be lifted where the authority has taken a stand'),
        ),
        migrations.AddField(
            model_name='provision',
            name='tested_as',
            field=models.CharField(blank=True, max_length=24, verbose_name='tested against a provider as'),
        ),
        migrations.AddField(
            model_name='provision',
            name='works_against',
            field=models.CharField(choices=[('everyone', 'Everyone'), ('reported', 'Whoever was reported on, and nobody else'), ('controlled', 'Whoever is controlled, and nobody else')], default='everyone', max_length=10, verbose_name='works against'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='ground',
            field=models.CharField(blank=True, choices=[('not_secret', 'No secrecy applies'), ('osl-10-2a', 'OSL 10:2 a, only technical processing or storage'), ('osl-10-2', "OSL 10:2, necessary for the authority's own activity"), ('osl-12-2', 'OSL 12:2, consent of the individual'), ('osl-10-14', 'OSL 10:14, the risk is removed by a reservation'), ('several', 'Several grounds, one for each provision')], max_length=10, verbose_name='ground for disclosure'),
        ),
        migrations.AlterField(
            model_name='historicaldecision',
            name='ground',
            field=models.CharField(blank=True, choices=[('not_secret', 'No secrecy applies'), ('osl-10-2a', 'OSL 10:2 a, only technical processing or storage'), ('osl-10-2', "OSL 10:2, necessary for the authority's own activity"), ('osl-12-2', 'OSL 12:2, consent of the individual'), ('osl-10-14', 'OSL 10:14, the risk is removed by a reservation'), ('several', 'Several grounds, one for each provision')], max_length=10, verbose_name='ground for disclosure'),
        ),
        migrations.AlterField(
            model_name='historicalproposal',
            name='ground',
            field=models.CharField(blank=True, choices=[('not_secret', 'No secrecy applies'), ('osl-10-2a', 'OSL 10:2 a, only technical processing or storage'), ('osl-10-2', "OSL 10:2, necessary for the authority's own activity"), ('osl-12-2', 'OSL 12:2, consent of the individual'), ('osl-10-14', 'OSL 10:14, the risk is removed by a reservation'), ('several', 'Several grounds, one for each provision')], max_length=10, verbose_name='ground for disclosure'),
        ),
        migrations.AlterField(
            model_name='historicalprovision',
            name='protects',
            field=models.CharField(choices=[('individual', 'An individual'), ('public interest', 'The public interest')], max_length=40, verbose_name='protects'),
        ),
        migrations.AlterField(
            model_name='proposal',
            name='ground',
            field=models.CharField(blank=True, choices=[('not_secret', 'No secrecy applies'), ('osl-10-2a', 'OSL 10:2 a, only technical processing or storage'), ('osl-10-2', "OSL 10:2, necessary for the authority's own activity"), ('osl-12-2', 'OSL 12:2, consent of the individual'), ('osl-10-14', 'OSL 10:14, the risk is removed by a reservation'), ('several', 'Several grounds, one for each provision')], max_length=10, verbose_name='ground for disclosure'),
        ),
        migrations.AlterField(
            model_name='provision',
            name='protects',
            field=models.CharField(choices=[('individual', 'An individual'), ('public interest', 'The public interest')], max_length=40, verbose_name='protects'),
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_by', models.CharField(choices=[('self', 'The individual, of age'), ('guardian', 'The guardian of a minor'), ('both', 'The guardian and the minor together'), ('child', 'The minor alone'), ('representative', 'A representative')], max_length=14, verbose_name='given by')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('way', models.CharField(choices=[('written', 'In writing'), ('email', 'By e-mail'), ('oral', 'Orally, noted here')], max_length=7, verbose_name='how')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                ('withdrawal_recorded_at', models.DateTimeField(null=True, verbose_name='withdrawal recorded')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('provision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.provision', verbose_name='provision')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('reservation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='on condition of the reservation')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='requests_app.secrecyreview', verbose_name='review')),
                ('what', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='to what')),
                ('whom', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='whom it protects')),
                ('withdrawal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.content', verbose_name='by whom it was withdrawn, and how')),
                ('withdrawal_recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawal recorded by')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('withdrawal', None), ('withdrawal_recorded_at', None), ('withdrawal_recorded_by', None), ('withdrawn_at', None)), models.Q(('withdrawal__isnull', False), ('withdrawal_recorded_at__isnull', False), ('withdrawal_recorded_by__isnull', False), ('withdrawn_at__isnull', False)), _connector='OR'), name='consent_withdrawn_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalConsent',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('history_user_name', models.TextField(editable=False, verbose_name='changed by')),
                ('given_by', models.CharField(choices=[('self', 'The individual, of age'), ('guardian', 'The guardian of a minor'), ('both', 'The guardian and the minor together'), ('child', 'The minor alone'), ('representative', 'A representative')], max_length=14, verbose_name='given by')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('way', models.CharField(choices=[('written', 'In writing'), ('email', 'By e-mail'), ('oral', 'Orally, noted here')], max_length=7, verbose_name='how')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                ('withdrawal_recorded_at', models.DateTimeField(null=True, verbose_name='withdrawal recorded')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('provision', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.provision', verbose_name='provision')),
                ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('reservation', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='on condition of the reservation')),
                ('review', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.secrecyreview', verbose_name='review')),
                ('what', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='to what')),
                ('whom', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='whom it protects')),
                ('withdrawal', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.content', verbose_name='by whom it was withdrawn, and how')),
                ('withdrawal_recorded_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawal recorded by')),
            ],
            options={
                'verbose_name': 'historical consent',
                'verbose_name_plural': 'historical consents',
                'ordering': ['-history_id'],
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['id', '-history_id'], name='requests_ap_id_a9e1da_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunSQL(TERMS, TERMS_BEFORE),
        migrations.RunSQL(
            HISTORY,
            """
            drop trigger audit_ledger on requests_app_consent;
            drop trigger audit_no_truncate on requests_app_historicalconsent;
            drop trigger audit_append_only on requests_app_historicalconsent;
            drop trigger audit_change on requests_app_historicalconsent;
            drop trigger audit_stamp on requests_app_historicalconsent;
            drop trigger audit_history on requests_app_consent;
            """,
        ),
        migrations.RunSQL(
            CONSENTS,
            """
            drop trigger lockbox_kept on requests_app_consent;
            drop trigger lockbox_guard on requests_app_consent;
            drop function lockbox_consent_guard;
            """,
        ),
    ]
