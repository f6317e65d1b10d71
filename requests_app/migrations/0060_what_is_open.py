"""What lapsed, and what stands in no register, is found without reading all there is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('requests_app', '0059_parts_of_words')]

    operations = [
        migrations.RunSQL(
            "create index historicalsecrecyreview_lapsed"
            " on requests_app_historicalsecrecyreview (history_date desc, history_id desc)"
            " where status = 'lapsed'",
            "drop index historicalsecrecyreview_lapsed",
        ),
        migrations.AddIndex(
            model_name='requestedobject',
            index=models.Index(
                condition=models.Q(('cloud_object', None), ('removed_in_revision', None)),
                fields=['review'],
                name='requestedobject_unknown',
            ),
        ),
    ]
