import django.db.models.deletion
from django.db import migrations, models

# What the decisions that there are meant: by the product as it is now, for nobody
# copied it. Their row is closed to everybody, so their guards are set aside for it.
MEANT = r"""
alter table requests_app_decision disable trigger audit_append_only;
alter table requests_app_decision disable trigger audit_history;
alter table requests_app_decision disable trigger audit_ledger;
alter table requests_app_historicaldecision disable trigger audit_append_only;

update requests_app_decision d set answer = case
    when d.outcome = 'struck_off' then ''
    when d.outcome in ('granted', 'granted_with_reservation')
      or d.outcome = 'partially_granted' and p.can_answer_partly then 'approve'
    else 'deny' end
  from requests_app_secrecyreview v
  join requests_app_accessrequest r on r.id = v.access_request_id
  join requests_app_connection c on c.id = r.connection_id
  join requests_app_providerproduct p on p.id = c.product_id
  where v.id = d.review_id;
update requests_app_historicaldecision h set answer = d.answer
  from requests_app_decision d where d.id = h.id;

alter table requests_app_decision enable always trigger audit_append_only;
alter table requests_app_decision enable always trigger audit_history;
alter table requests_app_decision enable always trigger audit_ledger;
alter table requests_app_historicaldecision enable always trigger audit_append_only;
"""

# A body that was kept says no more than that the status had changed.
TELLS = r"""
update requests_app_outboxmessage set event = 'request.status_changed'
  where topic = 'webhook';
"""
MEANING = models.CharField(
    blank=True,
    choices=[('approve', 'Approve'), ('deny', 'Deny')],
    default='',
    max_length=7,
    verbose_name='means to the provider',
)
LIKE_STOPPED = models.BooleanField(
    default=False, editable=False, verbose_name='like a request that was stopped'
)


class Migration(migrations.Migration):
    """The decision says what it means; the outbox what to tell of, and no words."""

    dependencies = [("requests_app", "0007_roles_confirmed")]
    operations = [
        migrations.AddField("decision", "answer", MEANING, preserve_default=False),
        migrations.AddField("historicaldecision", "answer", MEANING.clone(), preserve_default=False),
        migrations.RunSQL(MEANT, migrations.RunSQL.noop),
        migrations.AddField("secrecyreview", "is_like_stopped", LIKE_STOPPED),
        migrations.AddField("historicalsecrecyreview", "is_like_stopped", LIKE_STOPPED.clone()),
        migrations.AddIndex(
            "secrecyreview",
            models.Index(
                fields=['access_request'],
                condition=models.Q(('security_protection__in', ['suspected', 'yes'])),
                name='review_stopped',
            ),
        ),
        migrations.AddField(
            "outboxmessage",
            "event",
            models.CharField(
                blank=True,
                choices=[('request.status_changed', 'New status'), ('request.question', 'Question')],
                default='',
                max_length=30,
                verbose_name='event',
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "outboxmessage",
            "question",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name='+',
                to='requests_app.message',
                verbose_name='question',
            ),
        ),
        migrations.RunSQL(TELLS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "outboxmessage",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(('client', None), ('delivery__isnull', False), ('topic', 'answer'), ('event', ''), ('question', None)),
                    models.Q(
                        ('client__isnull', False),
                        ('delivery', None),
                        ('topic', 'webhook'),
                        models.Q(
                            models.Q(('event', 'request.status_changed'), ('question', None)),
                            models.Q(('event', 'request.question'), ('question__isnull', False)),
                            _connector='OR',
                        ),
                    ),
                    _connector='OR',
                ),
                name='outbox_tells_of_one_thing',
            ),
        ),
        # Nullable first, so that a way back finds rows without one.
        migrations.AlterField(
            "outboxmessage",
            "body",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name='+',
                to='requests_app.content',
            ),
        ),
        migrations.RemoveField("outboxmessage", "body"),
    ]
