"""What a second person said of decisions made at night, and why something lapsed."""

from datetime import timedelta

from audit_app import clock
from lockbox_site.demo.people import people
from requests_app.models import Lapse, SubsequentReview
from requests_app.workflow import lapse, looking_again

STANDS = "Beslutet står sig: skälen håller, och tiden var kort. (Påhittat.)"
# Of what was decided; the one who decides elsewhere looks at it.
OTHER = {"birgitta": "omar", "omar": "birgitta"}


def settle() -> None:
    """All whose time is out; what is newer waits, as in any city."""
    now = clock.now()
    for row in SubsequentReview.objects.filter(conclusion="", due_at__lte=now):
        with clock.at(row.due_at - timedelta(hours=5)):
            looking_again.conclude(
                row,
                by=people.named(OTHER[row.decision.decided_by.username]),
                conclusion=SubsequentReview.Conclusion.STANDS,
                text=STANDS,
                no_conflict=True,
            )
    for late in Lapse.objects.filter(cause="", due_at__lte=now):
        with clock.at(late.due_at - timedelta(hours=5)):
            lapse.give_cause(late, by=people.per, cause=Lapse.Cause.NOBODY_ON_DUTY)
