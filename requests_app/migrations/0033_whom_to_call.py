"""Whom to call when a review is stopped for protective security."""

from django.db import migrations, models

CONTACT = {
    "max_length": 200,
    "blank": True,
    "verbose_name": "whom to call when a review is stopped",
    "help_text": (
        "Name and telephone number in cases of protective security, also at night."
        " Shown where a review is stopped."
    ),
}


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0032_one_clock_of_roles")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="security_contact",
            field=models.CharField(**CONTACT, default=""),
            preserve_default=False,
        )
        for name in ("authority", "historicalauthority")
    ]
