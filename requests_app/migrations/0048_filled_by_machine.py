"""Registers filled by another system: its tokens, and what came in one file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = r"""
create trigger audit_ledger after insert or update or delete on requests_app_registertoken
  for each row execute function audit_ledger_change('{digest}', '');
alter table requests_app_registertoken enable always trigger audit_ledger;
revoke insert, update, delete, truncate on requests_app_registertoken from lockbox_app;
revoke select on requests_app_registertoken from lockbox_auditor;
grant select (id, name, made_at, ended_at, person_id, authority_id)
  on requests_app_registertoken to lockbox_auditor;
"""
GUARD_BEFORE = "drop trigger audit_ledger on requests_app_registertoken;"


def came_with():
    return models.CharField(blank=True, default='', editable=False, max_length=64, verbose_name='file it came with')


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0046_refused_addresses'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField('historicalregisterchange', 'came_with', came_with()),
        migrations.AddField('registerchange', 'came_with', came_with()),
        migrations.CreateModel(
            name='RegisterToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('authority', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.authority')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={'default_permissions': ()},
        ),
        migrations.RunSQL(GUARD, GUARD_BEFORE),
    ]
