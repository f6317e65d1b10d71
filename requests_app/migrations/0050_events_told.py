"""A webhook to try with, and events kept for clients that ask instead of listening."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

GUARD = r"""
-- A message names what to tell of, once; what is sent is read from there. Only how far
-- it has come changes, and it is delivered only by a try.
create or replace function lockbox_outbox_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
declare
  progress text[] := '{attempts,next_attempt_at,lease_until,uncertain,finished_at,result,trouble}';
begin
  if tg_op = 'UPDATE' then
    if old.finished_at is not null or to_jsonb(new) - progress <> to_jsonb(old) - progress then
      perform lockbox_refuse('a message of the outbox is not rewritten');
    end if;
    if new.result = 'delivered' and not exists (
         select from requests_app_outboxattempt where message_id = new.id) then
      perform lockbox_refuse('nothing was sent');
    end if;
    return new;
  end if;
  if new.attempts <> 0 or new.uncertain or {finished}
     or new.topic = 'answer' and not exists (
       select from requests_app_delivery d
       where d.id = new.delivery_id and d.access_request_id = new.access_request_id
         and d.status = 'open' and d.answer in ('approve', 'deny'))
     or new.topic = 'webhook' {but} and not exists (
       select from requests_app_contractclient l
       join requests_app_accessrequest r on r.connection_id = l.connection_id
       where l.id = new.client_id and r.id = new.access_request_id and l.ended_at is null)
     or new.question_id is not null and not exists (
       select from requests_app_message q
       where q.id = new.question_id and q.access_request_id = new.access_request_id
         and not q.from_provider) then
    perform lockbox_refuse('a message of the outbox tells of what there is');
  end if;
  return new;
end $f$;
"""
# For a client that has no address it is kept unsent; one to try with is of no request.
NOW = GUARD.replace("{finished}", "new.finished_at is not null and (new.topic = 'answer' or new.result <> 'cancelled')").replace("{but}", "and new.event <> 'webhook.test'")
BEFORE = GUARD.replace("{finished}", "new.finished_at is not null").replace(" {but}", "")


class Migration(migrations.Migration):

    dependencies = [('requests_app', '0049_gone_objects')]

    operations = [
        migrations.AlterField(
            'outboxmessage',
            'access_request',
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outbox', to='requests_app.accessrequest', verbose_name='access request'),
        ),
        migrations.AlterField(
            'outboxmessage',
            'event',
            models.CharField(blank=True, choices=[('request.status_changed', 'New status'), ('request.question', 'Question'), ('request.access_revoked', 'Access revoked'), ('webhook.test', 'Test')], max_length=30, verbose_name='event'),
        ),
        migrations.RemoveConstraint('outboxmessage', 'outbox_tells_of_one_thing'),
        migrations.AddConstraint(
            'outboxmessage',
            models.CheckConstraint(
                condition=Q(topic='answer', delivery__isnull=False, client=None)
                & Q(event='', question=None, access_request__isnull=False)
                | Q(topic='webhook', delivery=None, client__isnull=False)
                & (
                    Q(
                        event__in=['request.status_changed', 'request.access_revoked'],
                        question=None,
                        access_request__isnull=False,
                    )
                    | Q(
                        event='request.question',
                        question__isnull=False,
                        access_request__isnull=False,
                    )
                    | Q(event='webhook.test', question=None, access_request=None)
                ),
                name='outbox_tells_of_one_thing',
            ),
        ),
        migrations.AddIndex(
            'outboxmessage',
            models.Index(fields=['client', 'id'], name='outbox_of_client'),
        ),
        migrations.RunSQL(NOW, BEFORE),
    ]
