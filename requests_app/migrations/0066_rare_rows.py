"""What few rows of very many have, and what is sought by its time, is found by an index."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0065_written_outside'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='accessrequest',
            index=models.Index(fields=['requested_at'], name='requests_ap_request_e85651_idx'),
        ),
        migrations.AddIndex(
            model_name='secrecyreview',
            index=models.Index(condition=models.Q(('is_named_list', True)), fields=['authority', '-id'], name='review_listed'),
        ),
    ]
