"""Whether an appeal for review of legality came in time, the court tries (KL 13:5)."""

from django.db import migrations, models
from django.db.models import Q

CHOICES = [('in_time', 'In time'), ('late', 'Too late: to be dismissed (FL 45 §)'), ('excused', 'Late, and not dismissed (FL 45 § second paragraph)'), ('court', "The administrative court's to try (KL 13:5)"), ('not_tried', 'Not tried yet')]
TIMELINESS = models.CharField('in time', max_length=9, choices=CHOICES, default='not_tried')


def guard(inserted, updated):
    return rf"""
create or replace function lockbox_appeal_guard() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $f$
begin
  if tg_op = 'INSERT' then
    if new.status not in ('to_try', 'to_hand_over')
       or not exists (select from requests_app_decision
                      where id = new.decision_id and review_id = new.review_id
                        and decided_at < new.received_at + interval '1 minute')
       or new.revocation_id is not null
          and not exists (select from requests_app_revocation
                          where id = new.revocation_id and decision_id = new.decision_id
                            and decided_at < new.received_at + interval '1 minute') then
      perform lockbox_refuse('an appeal is of the review''s own decision, and waits');
    end if;{inserted}
    return new;
  end if;
  if old.status in ('dismissed', 'ended')
     or old.status = 'to_hand_over' and new.status <> 'at_court'
     or old.status = 'at_court' and new.status <> 'ended'{updated}
     or old.status <> 'to_try' and (new.timeliness, new.timeliness_reason_id)
          is distinct from (old.timeliness, old.timeliness_reason_id) then
    perform lockbox_refuse('an appeal goes one way');
  end if;
  return new;
end $f$;
"""


OF_LEGALITY = """
    if new.timeliness = 'court' and 'kl_legality' is distinct from coalesce(
         (select regime from requests_app_revocation where id = new.revocation_id),
         (select regime from requests_app_decision where id = new.decision_id)) then
      perform lockbox_refuse('the court tries the time of a review of legality only');
    end if;"""
FROM_THE_START = """
     or new.timeliness = 'court' and old.timeliness <> 'court'"""


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0072_grounds_of_conflict")]
    operations = [
        migrations.AlterField("incomingappeal", "timeliness", TIMELINESS),
        migrations.AlterField("historicalincomingappeal", "timeliness", TIMELINESS),
        migrations.RemoveConstraint("incomingappeal", "appeal_goes_on_only_in_time"),
        migrations.AddConstraint(
            "incomingappeal",
            models.CheckConstraint(
                condition=Q(status="to_try", timeliness="not_tried")
                | Q(status="dismissed", timeliness="late")
                | Q(
                    status__in=["to_hand_over", "at_court", "ended"],
                    timeliness__in=["in_time", "excused", "court"],
                ),
                name="appeal_goes_on_only_in_time",
            ),
        ),
        migrations.RunSQL(guard(OF_LEGALITY, FROM_THE_START), guard("", "")),
    ]
