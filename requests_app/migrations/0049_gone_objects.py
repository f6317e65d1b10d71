"""Objects that are no more: said by one and confirmed by another, as where they lie."""

from django.db import migrations, models


def gone_on():
    return models.DateField(blank=True, help_text='The day from which it is no more at the provider.', null=True, verbose_name='gone since')


def by_two(columns):
    return f"""
drop trigger lockbox_two_persons_update on requests_app_cloudobject;
create trigger lockbox_two_persons_update before update on requests_app_cloudobject
  for each row execute function lockbox_two_persons('{{{columns}}}');
alter table requests_app_cloudobject enable always trigger lockbox_two_persons_update;
"""


class Migration(migrations.Migration):

    dependencies = [('requests_app', '0048_filled_by_machine')]

    operations = [
        migrations.AddField('cloudobject', 'gone_on', gone_on()),
        migrations.AddField('historicalcloudobject', 'gone_on', gone_on()),
        migrations.RunSQL(by_two('authority_id,gone_on'), by_two('authority_id')),
    ]
