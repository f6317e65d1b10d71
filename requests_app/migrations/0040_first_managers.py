"""The first managers of an authority: two persons, on its board's decision, by two."""

import audit_app.history
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

GUARDS = r"""
-- Who stands in where an authority has no manager: a manager of one that runs a
-- connection; before there is one, of any.
create function lockbox_runs(person bigint) returns boolean
  language sql volatile set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
      select from requests_app_connection c
      where lockbox_holds_role(person, 'it_manager', c.authority_id, null, clock_timestamp()))
    or not exists (select from requests_app_connection)
      and exists (
        select from requests_app_roleassignment r
        where r.person_id = person and r.role = 'it_manager' and r.branch_id is null
          and lockbox_holds_role(person, 'it_manager', r.authority_id, null, clock_timestamp()))
$f$;

create or replace function lockbox_manages(person bigint, authority bigint, branch bigint, others bigint[])
  returns boolean language sql volatile set search_path = pg_catalog, public, pg_temp as $f$
  select person <> all (array_remove(others, null)) and (
    lockbox_holds_role(person, 'it_manager', authority, branch, clock_timestamp())
    or (not exists (
          select from requests_app_roleassignment r
          where r.authority_id = authority and r.role = 'it_manager' and r.branch_id is null
            and r.person_id <> all (array_remove(others, null))
            and lockbox_holds_role(r.person_id, 'it_manager', authority, null, clock_timestamp()))
        and lockbox_runs(person)))
$f$;

-- Proposed and settled in one's own name, by who manages at whoever runs the connections;
-- nobody proposes or confirms themselves, nor somebody whose account they made.
create function lockbox_first_managers_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor bigint := audit_actor();
begin
  if actor in (new.first_id, new.second_id) and new.refused_at is null or exists (
       select from lockbox_site_user u
       where u.id in (new.first_id, new.second_id) and u.made_by_id = actor)
     or not lockbox_runs(actor) then
    perform lockbox_refuse('first managers are given by who manages at whoever runs the connections');
  end if;
  if tg_op = 'INSERT' then
    if lockbox_is_not_actor(new.proposed_by_id) or not lockbox_is_now(new.proposed_at)
       or num_nonnulls(new.confirmed_by_id, new.confirmed_at, new.refused_by_id, new.refused_at) > 0 then
      perform lockbox_refuse('first managers are proposed in one''s own name, and settled later');
    end if;
    return new;
  end if;
  if num_nonnulls(old.confirmed_at, old.refused_at) > 0
     or num_nonnulls(new.confirmed_by_id, new.confirmed_at) = 1
     or num_nonnulls(new.refused_by_id, new.refused_at) = 1
     or coalesce(new.confirmed_by_id, new.refused_by_id) is distinct from actor
     or not lockbox_is_now(coalesce(new.confirmed_at, new.refused_at)) then
    perform lockbox_refuse('first managers are settled once, in one''s own name');
  end if;
  return new;
end $f$;

create trigger lockbox_guard before insert or update on requests_app_firstmanagers
  for each row execute function lockbox_first_managers_guard();
alter table requests_app_firstmanagers enable always trigger lockbox_guard;

create trigger lockbox_only before update on requests_app_firstmanagers
  for each row execute function
    lockbox_only('confirmed_by_id', 'confirmed_at', 'refused_by_id', 'refused_at',
                 'refusal_reason', 'version');
alter table requests_app_firstmanagers enable always trigger lockbox_only;

create trigger lockbox_kept before delete on requests_app_firstmanagers
  for each row execute function lockbox_kept();
alter table requests_app_firstmanagers enable always trigger lockbox_kept;

-- Has nobody ever been manager of the authority?
create function lockbox_never_managed(authority bigint) returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select not exists (
    select from requests_app_historicalroleassignment h
    where h.authority_id = authority and h.role = 'it_manager' and h.branch_id is null
      and h.confirmed_at is not null)
$f$;

-- Does such a proposal about the person wait; of this proposer, or of anybody?
create function lockbox_waits_as_first(authority bigint, person bigint, proposer bigint)
  returns boolean language sql volatile set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_firstmanagers f
    where f.authority_id = authority and person in (f.first_id, f.second_id)
      and num_nonnulls(f.confirmed_at, f.refused_at) = 0
      and f.proposed_by_id = coalesce(proposer, f.proposed_by_id))
$f$;

-- Has the one who acts confirmed it, at that moment, just now?
create function lockbox_confirms_as_first(authority bigint, person bigint, moment timestamptz)
  returns boolean language sql volatile set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_firstmanagers f
    where f.authority_id = authority and person in (f.first_id, f.second_id)
      and f.confirmed_by_id = audit_actor() and f.confirmed_at = moment
      and moment > audit_now() - interval '5 minutes')
$f$;
"""

UNGUARDED = r"""
drop function lockbox_confirms_as_first;
drop function lockbox_waits_as_first;
drop function lockbox_never_managed;
drop trigger lockbox_kept on requests_app_firstmanagers;
drop trigger lockbox_only on requests_app_firstmanagers;
drop trigger lockbox_guard on requests_app_firstmanagers;
drop function lockbox_first_managers_guard;
create or replace function lockbox_manages(person bigint, authority bigint, branch bigint, others bigint[])
  returns boolean language sql volatile set search_path = pg_catalog, public, pg_temp as $f$
  select person <> all (array_remove(others, null)) and (
    lockbox_holds_role(person, 'it_manager', authority, branch, clock_timestamp())
    or (not exists (
          select from requests_app_roleassignment r
          where r.authority_id = authority and r.role = 'it_manager' and r.branch_id is null
            and r.person_id <> all (array_remove(others, null))
            and lockbox_holds_role(r.person_id, 'it_manager', authority, null, clock_timestamp()))
        and exists (
          select from requests_app_connection c
          where lockbox_holds_role(person, 'it_manager', c.authority_id, null, clock_timestamp()))))
$f$;
drop function lockbox_runs;
"""

GIVEN = """      perform lockbox_refuse('a role is given by a manager who did not make the account');
    end if;
"""
GIVEN_FIRST = GIVEN + """    if new.role = 'it_manager' and lockbox_never_managed(new.authority_id)
       and not lockbox_waits_as_first(new.authority_id, new.person_id, actor) then
      perform lockbox_refuse('the first managers of an authority are proposed, both at once');
    end if;
"""
CONFIRMED = """or not lockbox_manages(actor, new.authority_id, new.branch_id,
                              array[new.person_id, new.given_by_id, maker])) then"""
CONFIRMED_FIRST = """or new.role = 'it_manager' and lockbox_waits_as_first(new.authority_id, new.person_id, null)
       or not (lockbox_manages(actor, new.authority_id, new.branch_id,
                               array[new.person_id, new.given_by_id, maker])
               or new.role = 'it_manager'
                  and lockbox_confirms_as_first(new.authority_id, new.person_id, new.confirmed_at))) then"""


def in_role_guard(before, after):
    return f"""
    do $d$
    declare
      text text := pg_get_functiondef('public.lockbox_roleassignment_guard'::regproc);
    begin
      if position($a${before}$a$ in text) = 0 then
        raise exception 'the guard of roles is not what it was';
      end if;
      execute replace(text, $a${before}$a$, $b${after}$b$);
    end $d$;
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
        ('requests_app', '0039_roles_in_the_directory'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FirstManagers',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decided_on', models.DateField(verbose_name="day of the board's decision")),
                ('diary_number', models.CharField(max_length=40, verbose_name='diary number of the decision')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('refused_at', models.DateTimeField(null=True, verbose_name='refused')),
                ('refusal_reason', models.CharField(blank=True, max_length=300, verbose_name='why refused')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='first_managers', to='requests_app.authority', verbose_name='authority')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='first IT manager')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('refused_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='refused by')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='second IT manager')),
            ],
            options={
                'verbose_name': 'first managers of an authority',
                'verbose_name_plural': 'first managers of authorities',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('refused_at', None)), fields=('authority',), name='firstmanagers_once', violation_error_message='The first managers of this authority have been proposed already.'), models.CheckConstraint(condition=models.Q(('first', models.F('second')), _negated=True), name='firstmanagers_two_persons', violation_error_message='Choose two different persons.'), models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='firstmanagers_confirmed_by_another'), models.CheckConstraint(condition=models.Q(('confirmed_at', None), ('refused_at', None), _connector='OR'), name='firstmanagers_settled_once')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalFirstManagers',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('history_user_name', models.TextField(editable=False, verbose_name='changed by')),
                ('decided_on', models.DateField(verbose_name="day of the board's decision")),
                ('diary_number', models.CharField(max_length=40, verbose_name='diary number of the decision')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('refused_at', models.DateTimeField(null=True, verbose_name='refused')),
                ('refusal_reason', models.CharField(blank=True, max_length=300, verbose_name='why refused')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('authority', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.authority', verbose_name='authority')),
                ('confirmed_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('first', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='first IT manager')),
                ('proposed_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('refused_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='refused by')),
                ('second', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='second IT manager')),
            ],
            options={
                'verbose_name': 'historical first managers of an authority',
                'verbose_name_plural': 'historical first managers of authorities',
                'ordering': ['-history_id'],
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['id', '-history_id'], name='requests_ap_id_1581a2_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        with_history(
            'requests_app_firstmanagers', 'requests_app_historicalfirstmanagers', ''
        ),
        migrations.RunSQL(GUARDS, UNGUARDED),
        migrations.RunSQL(
            in_role_guard(GIVEN, GIVEN_FIRST), in_role_guard(GIVEN_FIRST, GIVEN)
        ),
        migrations.RunSQL(
            in_role_guard(CONFIRMED, CONFIRMED_FIRST),
            in_role_guard(CONFIRMED_FIRST, CONFIRMED),
        ),
    ]
