"""The tables, as Django 5.2.19 makes them of the models."""

import audit_app.history
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audit_app', '0001_roles'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='lines')),
                ('root', models.BinaryField()),
                ('note', models.TextField()),
                ('at', models.DateTimeField(verbose_name='signed at')),
            ],
            options={
                'verbose_name': 'checkpoint',
                'verbose_name_plural': 'checkpoints',
                'ordering': ['-size'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='FoldedLine',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('actor_id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=8)),
                ('event', models.TextField()),
                ('object_type', models.TextField(blank=True)),
                ('object_id', models.TextField(blank=True)),
                ('detail', models.JSONField()),
                ('number', models.PositiveBigIntegerField(default=1)),
                ('began_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'folded line',
                'verbose_name_plural': 'folded lines',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='KeyStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.TextField()),
                ('at', models.DateTimeField(verbose_name='signed at')),
            ],
            options={
                'verbose_name': 'statement about a key',
                'verbose_name_plural': 'statements about keys',
                'ordering': ['id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('xid', audit_app.history.TransactionIdField()),
                ('at', models.DateTimeField(verbose_name='recorded at')),
                ('session_user_name', models.TextField(verbose_name='database login')),
                ('db_role', models.TextField(verbose_name='database role')),
                ('actor_id', models.BigIntegerField(null=True)),
                ('request_id', models.TextField()),
                ('kind', models.CharField(choices=[('change', 'Change'), ('event', 'Event'), ('read', 'Read'), ('refusal', 'Refusal'), ('auth', 'Sign-in'), ('export', 'Export')], max_length=8, verbose_name='kind')),
                ('event', models.TextField(verbose_name='event')),
                ('object_type', models.TextField(verbose_name='object type')),
                ('object_id', models.TextField(verbose_name='object')),
                ('authority_id', models.BigIntegerField(null=True)),
                ('payload', models.TextField()),
                ('leaf_hash', models.BinaryField()),
            ],
            options={
                'verbose_name': 'ledger entry',
                'verbose_name_plural': 'ledger',
                'ordering': ['-id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SealedLeaf',
            fields=[
                ('leaf_index', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='index')),
            ],
            options={
                'verbose_name': 'sealed line',
                'verbose_name_plural': 'sealed lines',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RefusalCount',
            fields=[
                ('key', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('event', models.CharField(max_length=60)),
                ('account', models.CharField(blank=True, max_length=150)),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('lines', models.PositiveBigIntegerField(default=0)),
                ('began_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'count of refusals',
                'verbose_name_plural': 'counts of refusals',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Stamp',
            fields=[
                ('checkpoint', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='stamp', serialize=False, to='audit_app.checkpoint')),
                ('answer', models.BinaryField()),
                ('at', models.DateTimeField(verbose_name='received at')),
            ],
            options={
                'verbose_name': 'time stamp',
                'verbose_name_plural': 'time stamps',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('witness', models.TextField(verbose_name='witness')),
                ('line', models.TextField()),
                ('at', models.DateTimeField(verbose_name='received at')),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='cosignatures', to='audit_app.checkpoint')),
            ],
            options={
                'verbose_name': 'cosignature',
                'verbose_name_plural': 'cosignatures',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Disagreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('line', 'The line is not what was written'), ('detail', 'The detail is not what the line commits to'), ('version', 'History does not tell what the ledger tells'), ('row', 'The row is not what its history says'), ('told', 'The row is not what the ledger tells'), ('content', 'The text or file is not what its digest says'), ('outside', 'Changed outside the application'), ('gone', 'The line that was sealed here is gone'), ('sealed', 'The line is not the one that was sealed'), ('among', 'One of the 256 lines from here is not what was sealed'), ('hash', 'The hash kept of the lines from here on is not theirs'), ('signed', 'From here on, the ledger is not the one that was signed'), ('taken', 'A checkpoint, cosignature or stamp is gone or changed'), ('junk', 'The signature is none of its checkpoint'), ('disposed', 'Disposed of, and what it tells of stands'), ('unread', 'Rows up to this one can not be read'), ('loose', 'The line is not sealed, and will not be'), ('orphan', 'The detail is there, and its line is gone'), ('clock', 'The clock was set back before this line was written'), ('late', 'The line was written after it says that it was'), ('unruled', 'Disposed of, and no rule or decision let it go'), ('number', 'The number is none that a row is given here'), ('guard', 'The database does not hold to what this release expects')], max_length=8, verbose_name='what')),
                ('object_type', models.TextField(verbose_name='object type')),
                ('object_id', models.TextField(verbose_name='object')),
                ('entry_id', models.BigIntegerField(null=True, verbose_name='line')),
                ('found_at', models.DateTimeField(verbose_name='found')),
                ('session_user_name', models.TextField(verbose_name='database login')),
                ('db_role', models.TextField(verbose_name='database role')),
                ('changed_at', models.DateTimeField(null=True, verbose_name='last changed')),
                ('authority_id', models.BigIntegerField(null=True, verbose_name='authority')),
                ('digest', models.TextField(verbose_name='digest')),
            ],
            options={
                'verbose_name': 'disagreement',
                'verbose_name_plural': 'disagreements',
                'ordering': ['-id'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['object_type', 'object_id'], name='audit_app_d_object__c330be_idx')],
            },
        ),
        migrations.CreateModel(
            name='LedgerDetail',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='detail', serialize=False, to='audit_app.ledgerentry')),
                ('salt', models.BinaryField()),
                ('body', models.TextField()),
            ],
            options={
                'verbose_name': 'ledger detail',
                'verbose_name_plural': 'ledger details',
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['object_type', 'object_id', '-id'], name='audit_app_l_object__0e3686_idx'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('authority_id__isnull', False)), fields=['authority_id', '-at', '-id'], name='ledger_authority'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['actor_id', '-at', '-id'], name='audit_app_l_actor_i_4ced72_idx'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(django.db.models.functions.comparison.Coalesce('authority_id', 0), models.OrderBy(models.F('at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('authority_id', None)), name='ledger_nowhere'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('authority_id', None)), fields=['actor_id', '-at', '-id'], name='ledger_nowhere_by'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('actor_id', None), ('authority_id', None)), fields=['-at', '-id'], name='ledger_unsigned'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('kind__in', ['export', 'refusal', 'auth'])), fields=['kind', '-at', '-id'], name='ledger_rare'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('kind', 'change')), fields=['session_user_name', 'db_role', '-at', '-id'], name='ledger_writer'),
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('leaf', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='receipt', serialize=False, to='audit_app.sealedleaf')),
                ('body', models.BinaryField()),
                ('at', models.DateTimeField(verbose_name='signed at')),
            ],
            options={
                'verbose_name': 'receipt of a line',
                'verbose_name_plural': 'receipts of lines',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='sealedleaf',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, related_name='leaf', to='audit_app.ledgerentry'),
        ),
        migrations.AddConstraint(
            model_name='cosignature',
            constraint=models.UniqueConstraint(models.F('checkpoint'), models.F('witness'), django.db.models.functions.text.MD5('line'), name='cosignature_once'),
        ),
    ]
