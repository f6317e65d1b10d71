"""Keys for actions can be switched off, by each person for themselves."""

from django.db import migrations, models

GRANT = "grant select (keys_off) on lockbox_site_user to lockbox_auditor;"
GRANT_BEFORE = "revoke select (keys_off) on lockbox_site_user from lockbox_auditor;"


def keys_off():
    return models.BooleanField(default=False, verbose_name='without keys for actions')


class Migration(migrations.Migration):

    dependencies = [
        ('lockbox_site', '0003_accounts'),
    ]

    operations = [
        migrations.AddField(model_name='historicaluser', name='keys_off', field=keys_off()),
        migrations.AddField(model_name='user', name='keys_off', field=keys_off()),
        migrations.RunSQL(GRANT, GRANT_BEFORE),
    ]
