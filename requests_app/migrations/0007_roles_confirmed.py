import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

HOLDS = r"""
-- The whole rule of when somebody has a role; `RoleAssignment.objects.in_force` is the same.
create function lockbox_holds_role(person bigint, held text, authority bigint, branch bigint, at timestamptz)
  returns boolean language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select exists (
    select from requests_app_roleassignment r
    join lockbox_site_user u on u.id = r.person_id
    where r.person_id = person and r.role = held and r.authority_id = authority
      and (r.branch_id is null or r.branch_id = branch)
      and u.is_active and not u.is_machine
      and (at at time zone 'Europe/Stockholm')::date
          between r.valid_from and coalesce(r.valid_to, 'infinity')
      and coalesce(r.refused_at, 'infinity') > at
      and coalesce(r.ended_at, 'infinity') > at
      and coalesce(r.suspended_at, 'infinity') > at
      and (r.confirmed_at <= at or (r.given_at <= at and r.usable_until > at)))
$f$;

-- Does the person manage roles of the authority? Not if they are among the others; where
-- no manager is left but those, the managers of an authority that runs a connection do.
create function lockbox_manages(person bigint, authority bigint, branch bigint, others bigint[])
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

-- Only the owner of the tables delivers roles as a machine account; the application's own
-- login has no such right, whatever name it signs with.
create function lockbox_delivers() returns boolean
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select pg_has_role(current_user, c.relowner, 'usage')
    and exists (select from lockbox_site_user u
                where u.id::text = current_setting('lockbox.actor_id', true) and u.is_machine)
  from pg_class c where c.oid = 'public.requests_app_roleassignment'::regclass
$f$;
"""

NIGHT = r"""
-- Swedish holidays, and the eves that are kept as holidays.
create function lockbox_is_working_day(day date) returns boolean
  language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $f$
declare
  y int := extract(year from day);
  century int := y / 100;
  h int := (19 * (y % 19) + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
  l int := (32 + 2 * (century % 4) + 2 * (y % 100 / 4) - h - y % 100 % 4) % 7;
  n int := h + l - 7 * ((y % 19 + 11 * h + 22 * l) / 451) + 114;
  easter date := make_date(y, n / 31, n % 31 + 1);
begin
  return extract(isodow from day) < 6
    and to_char(day, 'MM-DD') not in
      ('01-01', '01-06', '05-01', '06-06', '12-24', '12-25', '12-26', '12-31')
    and day - easter not in (-2, 1, 39)
    and not (extract(isodow from day) = 5 and to_char(day, 'MM-DD') between '06-19' and '06-25');
end $f$;

-- Until when a role given then can be used unconfirmed; null in office hours.
create function lockbox_night_ends(at timestamptz) returns timestamptz
  language plpgsql stable set search_path = pg_catalog, public, pg_temp as $f$
declare
  clock timestamp := at at time zone 'Europe/Stockholm';
  day date := clock::date;
begin
  if lockbox_is_working_day(day) and clock::time >= '07:00' and clock::time < '18:00' then
    return null;
  end if;
  if clock::time >= '07:00' then
    day := day + 1;
  end if;
  while not lockbox_is_working_day(day) loop
    day := day + 1;
  end loop;
  return (day + time '12:00') at time zone 'Europe/Stockholm';
end $f$;
"""

ROLES = r"""
-- A manager gives, another confirms, and any but the person stops; each in their own
-- name. What is given is not rewritten: it is ended, and another given.
create or replace function lockbox_roleassignment_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor bigint := nullif(current_setting('lockbox.actor_id', true), '')::bigint;
  soon timestamptz := clock_timestamp() + interval '5 minutes';
  steps text[] := '{confirmed_by_id,confirmed_at,refused_by_id,refused_at,suspended_by_id,suspended_at,'
    'ended_by_id,ended_at,stop_reason,usable_until,valid_to,version}';
  maker bigint := (select made_by_id from lockbox_site_user where id = new.person_id);
begin
  if lockbox_delivers() then
    return new;
  end if;
  if greatest(new.given_at, new.confirmed_at, new.refused_at, new.suspended_at, new.ended_at) > soon then
    perform lockbox_refuse('nothing of a role lies in the future but its days');
  end if;
  if tg_op = 'INSERT' then
    if new.given_by_id is distinct from actor or new.person_id = actor then
      perform lockbox_refuse('a role is given in one''s own name, and to somebody else');
    end if;
    if not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id, maker]) then
      perform lockbox_refuse('a role is given by a manager who did not make the account');
    end if;
    if num_nonnulls(new.confirmed_at, new.refused_at, new.suspended_at, new.ended_at) > 0 then
      perform lockbox_refuse('a role is confirmed after it has been given');
    end if;
    if new.usable_until is not null and (
         new.role in ('it_manager', 'system_administrator')
         or new.usable_until is distinct from lockbox_night_ends(new.given_at)
         or exists (select from requests_app_roleassignment r
                    where r.person_id = new.person_id and r.authority_id = new.authority_id
                      and num_nonnulls(r.ended_at, r.suspended_at) > 0)
         or not exists (select from requests_app_roleassignment r
                        where r.person_id = new.person_id and r.authority_id = new.authority_id
                          and r.confirmed_at is not null and r.refused_at is null)) then
      perform lockbox_refuse('only at night, and by somebody known, is a role used unconfirmed');
    end if;
    return new;
  end if;
  if to_jsonb(new) - steps <> to_jsonb(old) - steps
     or new.valid_to is distinct from old.valid_to
        and (new.valid_to is null or new.valid_to > old.valid_to)
     or new.usable_until is not null and new.usable_until is distinct from old.usable_until then
    perform lockbox_refuse('a role is not rewritten: it is ended, and another given');
  end if;
  if (new.confirmed_by_id, new.confirmed_at) is distinct from (old.confirmed_by_id, old.confirmed_at)
     and new.confirmed_at is not null and (
       old.confirmed_at is not null or num_nonnulls(new.refused_at, new.ended_at) > 0
       or new.confirmed_by_id is distinct from actor or new.confirmed_at < new.given_at
       or not lockbox_manages(actor, new.authority_id, new.branch_id,
                              array[new.person_id, new.given_by_id, maker])) then
    perform lockbox_refuse('a role is confirmed by a second manager, who did not make the account');
  end if;
  if (new.refused_by_id, new.refused_at) is distinct from (old.refused_by_id, old.refused_at)
       and (old.refused_at is not null or old.confirmed_at is not null
            or new.refused_by_id is distinct from actor)
     or (new.ended_by_id, new.ended_at) is distinct from (old.ended_by_id, old.ended_at)
       and (old.ended_at is not null or new.ended_by_id is distinct from actor)
     or (new.suspended_by_id, new.suspended_at) is distinct from (old.suspended_by_id, old.suspended_at)
       and new.suspended_at is not null
       and (old.suspended_at is not null or new.suspended_by_id is distinct from actor) then
    perform lockbox_refuse('a role is stopped once, in one''s own name');
  end if;
  if (new.valid_to, new.refused_at, new.ended_at) is distinct from (old.valid_to, old.refused_at, old.ended_at)
     or new.suspended_at is not null and old.suspended_at is null then
    if not lockbox_manages(actor, new.authority_id, new.branch_id, array[new.person_id]) then
      perform lockbox_refuse('a role is stopped by a manager, and not by who has it');
    end if;
  end if;
  if new.suspended_at is null and old.suspended_at is not null
     and not lockbox_manages(actor, new.authority_id, new.branch_id,
                             array[new.person_id, old.suspended_by_id]) then
    perform lockbox_refuse('a suspension is lifted by another manager');
  end if;
  return new;
end $f$;

create trigger lockbox_role_kept before delete on requests_app_roleassignment
  for each row execute function lockbox_kept();
alter table requests_app_roleassignment enable always trigger lockbox_role_kept;
"""

ROLES_BEFORE = r"""
drop trigger lockbox_role_kept on requests_app_roleassignment;
create or replace function lockbox_roleassignment_guard() returns trigger language plpgsql as $f$
declare
  seen text[] := '{seen_by_id,seen_at,version}';
  changed boolean := true;
  given boolean := true;
begin
  if tg_op = 'UPDATE' then
    changed := to_jsonb(new) - seen <> to_jsonb(old) - seen;
    given := new.given_by_id <> old.given_by_id;
  end if;
  if changed and new.person_id::text = current_setting('lockbox.actor_id', true) then
    perform lockbox_refuse('nobody gives themselves a role');
  end if;
  if changed and new.seen_at is not null then
    perform lockbox_refuse('a role that is changed has to be looked at again');
  end if;
  if given and lockbox_is_not_actor(new.given_by_id)
     or new.seen_by_id is not null and lockbox_is_not_actor(new.seen_by_id) then
    perform lockbox_refuse('a role is given and looked at in one''s own name');
  end if;
  return new;
end $f$;
"""

# The decision guard asks the one rule of who has a role; the rest of it stays.
ASKED_BEFORE = """not exists (
       select from requests_app_roleassignment
       where person_id = new.decided_by_id and role = rule.role
         and authority_id = review.authority_id
         and (branch_id is null or branch_id = review.branch_id)
         and valid_from <= day and coalesce(valid_to, day) >= day)"""
ASKED = """not lockbox_holds_role(
       new.decided_by_id, rule.role, review.authority_id, review.branch_id, new.decided_at)"""


def in_decision_guard(before, after):
    return f"""
    do $d$
    declare
      text text := pg_get_functiondef('public.lockbox_decision_guard'::regproc);
    begin
      if position($a${before}$a$ in text) = 0 then
        raise exception 'the decision guard is not what it was';
      end if;
      execute replace(text, $a${before}$a$, $b${after}$b$);
    end $d$;
    """


class Migration(migrations.Migration):
    """A role is usable when a second manager has confirmed it; nobody is alone in it."""

    dependencies = [
        ('requests_app', '0006_search'),
        ('lockbox_site', '0003_accounts'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='roleassignment',
            name='roleassignment_no_overlap',
        ),
        migrations.RemoveConstraint(
            model_name='roleassignment',
            name='roleassignment_seen_by_another',
        ),
        migrations.RenameField('historicalroleassignment', 'seen_by', 'confirmed_by'),
        migrations.AlterField(
            model_name='historicalroleassignment',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by'),
        ),
        migrations.RenameField('historicalroleassignment', 'seen_at', 'confirmed_at'),
        migrations.AlterField(
            model_name='historicalroleassignment',
            name='confirmed_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='role confirmed'),
        ),
        migrations.RenameField('roleassignment', 'seen_by', 'confirmed_by'),
        migrations.AlterField(
            model_name='roleassignment',
            name='confirmed_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by'),
        ),
        migrations.RenameField('roleassignment', 'seen_at', 'confirmed_at'),
        migrations.AlterField(
            model_name='roleassignment',
            name='confirmed_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='role confirmed'),
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='ended_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='ended'),
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='ended_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='given_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='role given'),
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='refused_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='refused'),
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='refused_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='refused by'),
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='stop_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason for stopping it'),
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='suspended_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='suspended'),
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='suspended_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='suspended by'),
        ),
        migrations.AddField(
            model_name='historicalroleassignment',
            name='usable_until',
            field=models.DateTimeField(editable=False, null=True, verbose_name='usable unconfirmed until'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='ended_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='ended'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='ended_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='given_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='role given'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='refused_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='refused'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='refused_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='refused by'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='stop_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='reason for stopping it'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='suspended_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='suspended'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='suspended_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='suspended by'),
        ),
        migrations.AddField(
            model_name='roleassignment',
            name='usable_until',
            field=models.DateTimeField(editable=False, null=True, verbose_name='usable unconfirmed until'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('ended_at', None), ('refused_at', None)), expressions=[('person', '='), ('role', '='), ('authority', '='), (django.db.models.functions.comparison.Coalesce('branch', 0), '='), (models.Func('valid_from', 'valid_to', models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='roleassignment_no_overlap', violation_error_message='The person has this role already for some of these days: end it first, or give it from the day after.'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('ended_at', None), ('refused_at', None), ('role__in', ('it_manager', 'system_administrator'))), expressions=[('person', '='), ('role', '<>'), (models.Func('valid_from', 'valid_to', models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='roleassignment_accounts_apart_from_roles', violation_error_message='Nobody is both IT manager and system administrator: who makes accounts gives no roles.'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(models.Q(('confirmed_by', models.F('given_by')), _negated=True), models.Q(('confirmed_by', models.F('person')), _negated=True)), _connector='OR'), name='roleassignment_confirmed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='roleassignment_confirmed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refused_at__isnull', True), ('refused_by__isnull', True)), models.Q(('refused_at__isnull', False), ('refused_by__isnull', False)), _connector='OR'), name='roleassignment_refused_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('suspended_at__isnull', True), ('suspended_by__isnull', True)), models.Q(('suspended_at__isnull', False), ('suspended_by__isnull', False)), _connector='OR'), name='roleassignment_suspended_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='roleassignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='roleassignment_ended_by_somebody'),
        ),
        migrations.RunSQL(
            HOLDS,
            """
            drop function lockbox_delivers;
            drop function lockbox_manages;
            drop function lockbox_holds_role;
            """,
        ),
        migrations.RunSQL(
            NIGHT,
            """
            drop function lockbox_night_ends;
            drop function lockbox_is_working_day;
            """,
        ),
        migrations.RunSQL(ROLES, ROLES_BEFORE),
        migrations.RunSQL(
            in_decision_guard(ASKED_BEFORE, ASKED), in_decision_guard(ASKED, ASKED_BEFORE)
        ),
    ]
