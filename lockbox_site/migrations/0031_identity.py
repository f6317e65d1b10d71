"""How the identity provider names a person, and which roles the directory gives."""

import django.contrib.postgres.fields
from django.db import migrations, models

GUARD = r"""
-- Whoever signs in to the account from now on has not been looked at, and what the
-- directory says comes from there: at the person's own sign-in, or by a machine.
create function lockbox_identity_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  actor bigint := nullif(current_setting('lockbox.actor_id', true), '')::bigint;
begin
  if pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage') then
    return new;
  end if;
  if tg_op = 'UPDATE' and new.identity is distinct from old.identity and exists (
       select from requests_app_roleassignment r
       where r.person_id = new.id and r.refused_at is null and r.ended_at is null
         and coalesce(r.valid_to, 'infinity') >= (now() at time zone 'Europe/Stockholm')::date
         and num_nonnulls(r.confirmed_at, r.usable_until) > 0) then
    raise exception 'the roles of whoever gets another identity are confirmed anew'
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.directory_roles is distinct from (case when tg_op = 'UPDATE' then old.directory_roles end)
     and new.id is distinct from actor
     and not exists (select from lockbox_site_user where id = actor and is_machine) then
    raise exception 'what the directory says is written at sign-in, or by a machine account'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $f$;
create trigger lockbox_identity_guard before insert or update on lockbox_site_user
  for each row execute function lockbox_identity_guard();
alter table lockbox_site_user enable always trigger lockbox_identity_guard;
"""
GUARD_BEFORE = r"""
drop trigger lockbox_identity_guard on lockbox_site_user;
drop function lockbox_identity_guard;
"""

GRANT = "grant select (identity, directory_roles) on lockbox_site_user to lockbox_auditor;"
GRANT_BEFORE = "revoke select (identity, directory_roles) on lockbox_site_user from lockbox_auditor;"


def identity(**more):
    return models.CharField(
        blank=True,
        error_messages={'unique': 'Another account has this identity.'},
        help_text="How the authority's sign-in names the person, such as an object ID. With it, the person signs in there and nowhere else.",
        max_length=255,
        null=True,
        verbose_name='identity',
        **more,
    )


def directory_roles():
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=24),
        blank=True,
        editable=False,
        null=True,
        size=None,
        verbose_name='roles in the directory',
    )


class Migration(migrations.Migration):

    dependencies = [
        ('lockbox_site', '0030_keys'),
    ]

    operations = [
        migrations.AddField('historicaluser', 'identity', identity()),
        migrations.AddField('historicaluser', 'directory_roles', directory_roles()),
        migrations.AddField('user', 'identity', identity(unique=True)),
        migrations.AddField('user', 'directory_roles', directory_roles()),
        migrations.RunSQL(GUARD, GUARD_BEFORE),
        migrations.RunSQL(GRANT, GRANT_BEFORE),
    ]
