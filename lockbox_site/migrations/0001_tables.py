"""The tables, as Django 5.2.19 makes them of the models."""

import audit_app.history
import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalUser',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, verbose_name='ID')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('history_xid', audit_app.history.TransactionIdField(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('title', models.CharField(blank=True, max_length=100, verbose_name='title')),
                ('language', models.CharField(choices=[('sv', 'Swedish'), ('en', 'English')], default='sv', max_length=5, verbose_name='language')),
                ('is_machine', models.BooleanField(default=False, verbose_name='machine account')),
                ('keys_off', models.BooleanField(default=False, verbose_name='without keys for actions')),
                ('opens_next', models.BooleanField(default=False, verbose_name='the next case opens after a step')),
                ('identity', models.CharField(blank=True, help_text="How the authority's sign-in names the person, such as an object ID. With it, the person signs in there and nowhere else.", max_length=255, null=True, verbose_name='identity')),
                ('directory_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, editable=False, null=True, size=None, verbose_name='roles in the directory')),
                ('left_directory', models.BooleanField(default=False, editable=False, verbose_name='deleted in the directory')),
                ('is_protected', models.BooleanField(default=False, editable=False, verbose_name='protected identity')),
                ('broke_glass_at', models.DateTimeField(editable=False, null=True, verbose_name='local account used')),
                ('session_epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('history_change_reason', models.TextField(null=True, verbose_name='reason')),
                ('history_user_id', models.BigIntegerField(editable=False)),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'ordering': ['-history_id'],
                'get_latest_by': 'history_id',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ScimToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'key of a directory',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.TextField()),
                ('last_step', models.BigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'second factor',
                'verbose_name_plural': 'second factors',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SignInBrake',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField(db_index=True)),
                ('free_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'brake of sign-in',
                'verbose_name_plural': 'brakes of sign-in',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('title', models.CharField(blank=True, max_length=100, verbose_name='title')),
                ('phone', models.CharField(blank=True, help_text='Where the person is rung when a case waits for them, at night too. Shown with the name to whoever sees such a case.', max_length=40, verbose_name='telephone at work')),
                ('language', models.CharField(choices=[('sv', 'Swedish'), ('en', 'English')], default='sv', max_length=5, verbose_name='language')),
                ('is_machine', models.BooleanField(default=False, verbose_name='machine account')),
                ('keys_off', models.BooleanField(default=False, verbose_name='without keys for actions')),
                ('opens_next', models.BooleanField(default=False, verbose_name='the next case opens after a step')),
                ('identity', models.CharField(blank=True, help_text="How the authority's sign-in names the person, such as an object ID. With it, the person signs in there and nowhere else.", max_length=255, null=True, verbose_name='identity')),
                ('directory_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, editable=False, null=True, size=None, verbose_name='roles in the directory')),
                ('left_directory', models.BooleanField(default=False, editable=False, verbose_name='deleted in the directory')),
                ('is_protected', models.BooleanField(default=False, editable=False, verbose_name='protected identity')),
                ('own_first_name', models.CharField(blank=True, editable=False, max_length=150)),
                ('own_last_name', models.CharField(blank=True, editable=False, max_length=150)),
                ('broke_glass_at', models.DateTimeField(editable=False, null=True, verbose_name='local account used')),
                ('session_epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('made_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account made by')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ['last_name', 'first_name', 'username'],
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
    ]
