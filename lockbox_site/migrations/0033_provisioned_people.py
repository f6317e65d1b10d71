"""The directory makes accounts, by a token that only the owner of the tables gives."""

from django.db import migrations, models

MAKER = "exists (select from lockbox_site_user where id = actor and is_machine)"
BUT = "exists (select from lockbox_site_user where id = actor and is_machine and username <> 'directory')"
REWRITE = r"""
do $f$ begin
  execute replace(pg_get_functiondef('lockbox_user_guard'::regproc), $a$%s$a$, $b$%s$b$);
end $f$;
"""
GUARD = r"""
create trigger audit_ledger after insert or update or delete on lockbox_site_scimtoken
  for each row execute function audit_ledger_change('{digest}', '');
alter table lockbox_site_scimtoken enable always trigger audit_ledger;
revoke insert, update, delete, truncate on lockbox_site_scimtoken from lockbox_app;
revoke select on lockbox_site_scimtoken from lockbox_auditor;
grant select (id, name, made_at, ended_at) on lockbox_site_scimtoken to lockbox_auditor;
"""
GUARD_BEFORE = "drop trigger audit_ledger on lockbox_site_scimtoken;"

GRANT = "grant select (left_directory) on lockbox_site_user to lockbox_auditor;"
GRANT_BEFORE = "revoke select (left_directory) on lockbox_site_user from lockbox_auditor;"


def left_directory():
    return models.BooleanField(default=False, editable=False, verbose_name='deleted in the directory')


class Migration(migrations.Migration):

    dependencies = [
        ('lockbox_site', '0032_second_factor'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScimToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={'default_permissions': ()},
        ),
        migrations.AddField('historicaluser', 'left_directory', left_directory()),
        migrations.AddField('user', 'left_directory', left_directory()),
        migrations.RunSQL(GRANT, GRANT_BEFORE),
        migrations.RunSQL(GUARD, GUARD_BEFORE),
        migrations.RunSQL(REWRITE % (MAKER, BUT), REWRITE % (BUT, MAKER)),
    ]
