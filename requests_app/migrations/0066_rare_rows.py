"""What few rows of very many have, and what is sought by its time, is found by an index."""

from django.conf import settings
from django.db import migrations, models

MINUTES = """
create or replace function lockbox_minutes_beside(request bigint) returns integer
  language sql stable set search_path = pg_catalog, public, pg_temp as $f$
  select coalesce(sum(minutes), 0)::integer from (
    select min(d.granted_minutes) as minutes
    from requests_app_decision d
    join requests_app_secrecyreview v on v.id = d.review_id
    where v.access_request_id {of_matter}
      and v.access_request_id <> request
      and v.status not in ('rerouted', 'merged', 'dropped')
      and d.answer = 'approve'
      and not exists (select from requests_app_decision later where later.supersedes_id = d.id)
    group by v.access_request_id) granted
$f$;
"""
# An array is read once, and its reviews are looked up; a function's rows are reckoned to
# be a thousand, and every decision was read for them.
AS_ARRAY = "= any(array(select lockbox_matters(array[request])))"
AS_ROWS = "in (select lockbox_matters(array[request]))"


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0065_written_outside'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            MINUTES.format(of_matter=AS_ARRAY), MINUTES.format(of_matter=AS_ROWS)
        ),
        migrations.AddIndex(
            model_name='accessrequest',
            index=models.Index(fields=['requested_at'], name='requests_ap_request_e85651_idx'),
        ),
        migrations.AddIndex(
            model_name='secrecyreview',
            index=models.Index(condition=models.Q(('is_named_list', True)), fields=['authority', '-id'], name='review_listed'),
        ),
    ]
