"""Parts of numbers and of names of objects are found without reading whole tables."""

from django.db import migrations

INDEXES = {
    "requestedobject_parts": ("requests_app_requestedobject", "external_id"),
    "accessrequest_number_parts": ("requests_app_accessrequest", "external_id"),
    "accessrequest_support_parts": ("requests_app_accessrequest", "support_request"),
    "secrecyreview_diary_parts": ("requests_app_secrecyreview", "diary_number"),
}


class Migration(migrations.Migration):

    dependencies = [('requests_app', '0027_incoming_appeals')]

    operations = [
        migrations.RunSQL(
            f"create index {name} on {table}"
            f" using gin (upper({column}::text) gin_trgm_ops)",
            f"drop index {name}",
        )
        for name, (table, column) in INDEXES.items()
    ]
