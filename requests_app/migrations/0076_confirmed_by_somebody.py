"""An item of delegation is confirmed by somebody; and promptly is some time."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0075_status_reports")]
    operations = [
        migrations.RemoveConstraint(
            "delegationrule", "delegation_confirmed_by_another"
        ),
        migrations.AddConstraint(
            "delegationrule",
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                & ~Q(confirmed_by=F("made_by")),
                name="delegation_confirmed_by_another",
            ),
        ),
        migrations.AddConstraint(
            "authority",
            models.CheckConstraint(
                condition=Q(prompt_hours__gte=1),
                name="authority_promptly_is_some_time",
            ),
        ),
    ]
