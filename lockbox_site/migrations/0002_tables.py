"""The columns that lead to tables of other apps, and what hangs on them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('lockbox_site', '0001_tables'),
        ('requests_app', '0001_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='municipality',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='requests_app.municipality', verbose_name='municipality'),
        ),
        migrations.AddField(
            model_name='user',
            name='user_permissions',
            field=models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions'),
        ),
        migrations.AddField(
            model_name='historicaluser',
            name='made_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account made by'),
        ),
        migrations.AddField(
            model_name='historicaluser',
            name='municipality',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='requests_app.municipality', verbose_name='municipality'),
        ),
        migrations.AddField(
            model_name='scimtoken',
            name='municipality',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.municipality', verbose_name='municipality'),
        ),
        migrations.AddField(
            model_name='secondfactor',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='second_factor', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(fields=('municipality', 'identity'), name='user_identity_unique_in_municipality', violation_error_message='Another account has this identity.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_machine', True), ('municipality', None)), models.Q(('is_machine', False), ('municipality__isnull', False)), _connector='OR'), name='user_of_a_municipality'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('is_superuser', False)), name='user_no_superusers'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_protected', False), ('own_last_name', ''), ('own_first_name', '')), models.Q(('first_name', ''), ('is_protected', True), models.Q(('last_name', ''), _negated=True)), _connector='OR'), name='user_protected_by_an_alias'),
        ),
        migrations.AddIndex(
            model_name='historicaluser',
            index=models.Index(fields=['id', '-history_id'], name='lockbox_sit_id_d9a0e1_idx'),
        ),
    ]
