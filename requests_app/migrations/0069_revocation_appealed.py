"""An appeal may be against the revocation of a grant, a decision of its own."""

import django.db.models.deletion
from django.db import migrations, models


def guard(revocation):
    return rf"""
create or replace function lockbox_appeal_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status not in ('to_try', 'to_hand_over')
       or not exists (select from requests_app_decision
                      where id = new.decision_id and review_id = new.review_id
                        and decided_at < new.received_at + interval '1 minute'){revocation} then
      perform lockbox_refuse('an appeal is of the review''s own decision, and waits');
    end if;
    return new;
  end if;
  if old.status in ('dismissed', 'ended')
     or old.status = 'to_hand_over' and new.status <> 'at_court'
     or old.status = 'at_court' and new.status <> 'ended'
     or old.status <> 'to_try' and (new.timeliness, new.timeliness_reason_id)
          is distinct from (old.timeliness, old.timeliness_reason_id) then
    perform lockbox_refuse('an appeal goes one way');
  end if;
  return new;
end $f$;
"""


OF_ITS_OWN = """
       or new.revocation_id is not null
          and not exists (select from requests_app_revocation
                          where id = new.revocation_id and decision_id = new.decision_id
                            and decided_at < new.received_at + interval '1 minute')"""


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0068_named_again")]
    operations = [
        migrations.AddField(
            "historicalincomingappeal",
            "revocation",
            models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="requests_app.revocation", verbose_name="revocation of a grant"),
        ),
        migrations.AddField(
            "incomingappeal",
            "revocation",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="requests_app.revocation", verbose_name="revocation of a grant"),
        ),
        migrations.RunSQL(guard(OF_ITS_OWN), guard("")),
    ]
