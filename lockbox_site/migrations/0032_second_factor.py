"""One-time codes for local accounts, and when such an account was last used."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = r"""
-- Each person registers and uses their own, and it is replaced, never taken away.
create function lockbox_secondfactor_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if new.person_id::text is distinct from current_setting('lockbox.actor_id', true)
     or tg_op = 'UPDATE' and new.person_id <> old.person_id then
    raise exception 'a second factor is registered and used by the person alone'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $f$;
create trigger lockbox_guard before insert or update on lockbox_site_secondfactor
  for each row execute function lockbox_secondfactor_guard();
alter table lockbox_site_secondfactor enable always trigger lockbox_guard;
create trigger audit_ledger after insert or update or delete on lockbox_site_secondfactor
  for each row execute function audit_ledger_change('{secret,last_step}', '');
alter table lockbox_site_secondfactor enable always trigger audit_ledger;
revoke delete, truncate on lockbox_site_secondfactor from lockbox_app;
revoke select on lockbox_site_secondfactor from lockbox_auditor;
grant select (id, person_id) on lockbox_site_secondfactor to lockbox_auditor;
grant select (broke_glass_at) on lockbox_site_user to lockbox_auditor;
"""
GUARD_BEFORE = r"""
revoke select (broke_glass_at) on lockbox_site_user from lockbox_auditor;
drop trigger lockbox_guard on lockbox_site_secondfactor;
drop function lockbox_secondfactor_guard;
"""


def broke_glass_at():
    return models.DateTimeField(editable=False, null=True, verbose_name='local account used')


class Migration(migrations.Migration):

    dependencies = [
        ('lockbox_site', '0031_identity'),
    ]

    operations = [
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.TextField()),
                ('last_step', models.BigIntegerField(default=0)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='second_factor', to=settings.AUTH_USER_MODEL)),
            ],
            options={'default_permissions': ()},
        ),
        migrations.AddField('historicaluser', 'broke_glass_at', broke_glass_at()),
        migrations.AddField('user', 'broke_glass_at', broke_glass_at()),
        migrations.RunSQL(GUARD, GUARD_BEFORE),
    ]
