"""Protective security and the statutes by their English names."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0034_told_as_it_was'),
    ]

    operations = [
        migrations.AlterField(
            model_name='authority',
            name='prompt_hours',
            field=models.PositiveSmallIntegerField(default=24, help_text='How soon a report to the Security Service is made, from when it was known.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='promptly (hours)'),
        ),
        migrations.AlterField(
            model_name='historicalauthority',
            name='prompt_hours',
            field=models.PositiveSmallIntegerField(default=24, help_text='How soon a report to the Security Service is made, from when it was known.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='promptly (hours)'),
        ),
        migrations.AlterField(
            model_name='historicalincidentduty',
            name='kind',
            field=models.CharField(choices=[('gdpr33', 'Notify IMY (GDPR article 33)'), ('gdpr34', 'Tell the data subjects (GDPR article 34)'), ('cyber5', 'Early warning (Cyber Security Act 2:5)'), ('cyber6', 'Incident report (Cyber Security Act 2:6)'), ('cyber8', 'Final report (Cyber Security Act 2:8)'), ('security', 'Report to the Security Service (Protective Security Act 2:1)')], editable=False, max_length=8, verbose_name='duty'),
        ),
        migrations.AlterField(
            model_name='historicalprovision',
            name='blocks_approval',
            field=models.BooleanField(default=False, verbose_name='protective security must be settled first'),
        ),
        migrations.AlterField(
            model_name='historicalroleassignment',
            name='role',
            field=models.CharField(choices=[('registrar', 'Registrar'), ('it_manager', 'IT manager'), ('legal_reviewer', 'Legal reviewer'), ('decision_maker', 'Decision-maker'), ('information_owner', 'Information owner'), ('dpo', 'Data protection officer'), ('security_protection', 'Protective-security manager'), ('information_security', 'Information-security manager'), ('executor', 'Executor'), ('auditor', 'Auditor'), ('system_administrator', 'System administrator')], max_length=24, verbose_name='role'),
        ),
        migrations.AlterField(
            model_name='historicalsecrecyreview',
            name='status',
            field=models.CharField(choices=[('new', 'To be registered'), ('registered', 'Registered'), ('assigned', 'Assigned'), ('in_assessment', 'Under assessment'), ('proposed', 'Decision proposed'), ('decided', 'Decided'), ('lapsed', 'Lapsed without a decision'), ('stopped', 'Stopped, protective security'), ('rerouted', 'Moved to another authority'), ('merged', 'Merged into another'), ('dropped', 'No longer concerned'), ('closed', 'Closed')], default='new', editable=False, max_length=14, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='historicalseenrevision',
            name='act',
            field=models.CharField(choices=[('assessment', 'Assessed'), ('decision', 'Decided or returned'), ('looked', 'Looked at what had changed'), ('stop', 'Took over a stop for protective security')], max_length=10, verbose_name='what the person did'),
        ),
        migrations.AlterField(
            model_name='incidentduty',
            name='kind',
            field=models.CharField(choices=[('gdpr33', 'Notify IMY (GDPR article 33)'), ('gdpr34', 'Tell the data subjects (GDPR article 34)'), ('cyber5', 'Early warning (Cyber Security Act 2:5)'), ('cyber6', 'Incident report (Cyber Security Act 2:6)'), ('cyber8', 'Final report (Cyber Security Act 2:8)'), ('security', 'Report to the Security Service (Protective Security Act 2:1)')], editable=False, max_length=8, verbose_name='duty'),
        ),
        migrations.AlterField(
            model_name='provision',
            name='blocks_approval',
            field=models.BooleanField(default=False, verbose_name='protective security must be settled first'),
        ),
        migrations.AlterField(
            model_name='roleassignment',
            name='role',
            field=models.CharField(choices=[('registrar', 'Registrar'), ('it_manager', 'IT manager'), ('legal_reviewer', 'Legal reviewer'), ('decision_maker', 'Decision-maker'), ('information_owner', 'Information owner'), ('dpo', 'Data protection officer'), ('security_protection', 'Protective-security manager'), ('information_security', 'Information-security manager'), ('executor', 'Executor'), ('auditor', 'Auditor'), ('system_administrator', 'System administrator')], max_length=24, verbose_name='role'),
        ),
        migrations.AlterField(
            model_name='secrecyreview',
            name='status',
            field=models.CharField(choices=[('new', 'To be registered'), ('registered', 'Registered'), ('assigned', 'Assigned'), ('in_assessment', 'Under assessment'), ('proposed', 'Decision proposed'), ('decided', 'Decided'), ('lapsed', 'Lapsed without a decision'), ('stopped', 'Stopped, protective security'), ('rerouted', 'Moved to another authority'), ('merged', 'Merged into another'), ('dropped', 'No longer concerned'), ('closed', 'Closed')], default='new', editable=False, max_length=14, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='seenrevision',
            name='act',
            field=models.CharField(choices=[('assessment', 'Assessed'), ('decision', 'Decided or returned'), ('looked', 'Looked at what had changed'), ('stop', 'Took over a stop for protective security')], max_length=10, verbose_name='what the person did'),
        ),
    ]
