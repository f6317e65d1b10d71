"""The grounds of conflict are those of KL 6:28 as it reads (Lag 2022:638)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0071_foreign_demands'),
    ]

    operations = [
        migrations.AlterField(
            model_name='conflictdeclaration',
            name='ground',
            field=models.CharField(blank=True, choices=[('party', 'I am party to the matter, or may otherwise be affected by the decision to a not insignificant extent'), ('close', 'Somebody close to me is party to the matter, or may otherwise be affected by the decision to a not insignificant extent'), ('representative', 'I am or have been, or somebody close to me is or has been, representative or agent of a party, or of somebody else who may be affected by the decision to a not insignificant extent'), ('supervision', 'The matter concerns supervision of municipal activities that I am connected with myself'), ('other', 'Some other particular circumstance lets my impartiality in the matter be questioned')], max_length=14, verbose_name='ground'),
        ),
        migrations.AlterField(
            model_name='historicalconflictdeclaration',
            name='ground',
            field=models.CharField(blank=True, choices=[('party', 'I am party to the matter, or may otherwise be affected by the decision to a not insignificant extent'), ('close', 'Somebody close to me is party to the matter, or may otherwise be affected by the decision to a not insignificant extent'), ('representative', 'I am or have been, or somebody close to me is or has been, representative or agent of a party, or of somebody else who may be affected by the decision to a not insignificant extent'), ('supervision', 'The matter concerns supervision of municipal activities that I am connected with myself'), ('other', 'Some other particular circumstance lets my impartiality in the matter be questioned')], max_length=14, verbose_name='ground'),
        ),
    ]
