"""Of an incident that goes on a status report is given before the final one."""

from django.db import migrations, models
from django.db.models import Q

KINDS = [('gdpr33', 'Notify IMY (GDPR article 33)'), ('gdpr34', 'Tell the data subjects (GDPR article 34)'), ('cyber5', 'Early warning (Cyber Security Act 2:5)'), ('cyber6', 'Incident report (Cyber Security Act 2:6)'), ('cyber8', 'Final report (Cyber Security Act 2:8)'), ('cyber8st', 'Status report (Cyber Security Act 2:8)'), ('security', 'Report to the Security Service (Protective Security Act 2:1)')]
KIND = models.CharField('duty', max_length=8, choices=KINDS, editable=False)


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0074_party_served")]
    operations = [
        migrations.AlterField("incidentduty", "kind", KIND),
        migrations.AlterField("historicalincidentduty", "kind", KIND),
        migrations.RemoveConstraint("incidentduty", "incidentduty_once"),
        migrations.AddConstraint(
            "incidentduty",
            models.UniqueConstraint(
                fields=["review", "deviation", "kind"],
                condition=~Q(kind="cyber8st"),
                nulls_distinct=False,
                name="incidentduty_once",
            ),
        ),
    ]
