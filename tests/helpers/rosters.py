"""A roster of the school board, with a pattern, a shift, and a shift that is offered."""

from datetime import time, timedelta

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import RosterGroup
from requests_app.permissions.roles import today
from requests_app.workflow import roster, shift_offer


def group_of(cast, name="Jour", acts=("review",)):
    with acting(cast.per):
        return RosterGroup.objects.create(
            authority=cast.gsn, name=name, acts=list(acts)
        )


def roster_of(cast):
    """Model → row."""
    group = group_of(cast)
    pattern = roster.lay_pattern(
        group,
        by=cast.per,
        person=cast.karin,
        weekdays=[5, 6],
        days="every",
        begins=time(8),
        ends=time(20),
        every_weeks=4,
        valid_from=today() + timedelta(days=2),
        valid_to=None,
    )
    begins = clock.now() + timedelta(days=1)
    shifts = [
        roster.lay_shift(
            group,
            by=cast.per,
            person=person,
            begins_at=begins,
            ends_at=begins + timedelta(hours=8),
        )
        for person in (cast.jonas, cast.lena)
    ]
    offer = shift_offer.offer_shift(shifts[1], by=cast.per)
    return {
        "rostergroup": group,
        "rosterpattern": pattern,
        "shift": shifts[0],
        "shiftoffer": offer,
    }
