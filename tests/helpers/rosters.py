"""A roster of the school board, with a pattern, a shift, and a shift that is offered."""

from datetime import time, timedelta

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.duty import steps
from requests_app.duty.models.roster import RosterGroup


def group_of(cast, name="Jour", acts=("review",)):
    with acting_as(cast.per):
        return RosterGroup.objects.create(
            authority=cast.gsn, name=name, acts=list(acts)
        )


def roster_of(cast):
    """Model → row."""
    group = group_of(cast)
    pattern = steps.lay_pattern(
        group,
        by=cast.per,
        person=cast.karin,
        weekdays=[5, 6],
        days="every",
        begins=time(8),
        ends=time(20),
        every_weeks=4,
        valid_from=acting.today() + timedelta(days=2),
        valid_to=None,
    )
    begins = acting.now() + timedelta(days=1)
    shifts = [
        steps.lay_shift(
            group,
            by=cast.per,
            person=person,
            begins_at=begins,
            ends_at=begins + timedelta(hours=8),
        )
        for person in (cast.jonas, cast.lena)
    ]
    offer = steps.offer_shift(shifts[1], by=cast.per)
    return {
        "rostergroup": group,
        "rosterpattern": pattern,
        "shift": shifts[0],
        "shiftoffer": offer,
    }
