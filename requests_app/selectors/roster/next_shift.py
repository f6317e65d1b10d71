"""When the next shift begins: what runs out before it is for those on duty now."""

from datetime import datetime
from typing import Any

from django.db.models import Min, Q

from audit_app import clock
from requests_app.models import RosterGroup, Shift
from requests_app.permissions.roles import roles_of


def next_shift_begins(user: Any) -> datetime | None:
    """The first of the rosters where the person has a role; None where none is laid."""
    places = {row.authority_id for row in roles_of(user)}
    rosters = RosterGroup.objects.filter(
        Q(authority__in=places) | Q(shared__authority__in=places), is_active=True
    )
    to_come = Shift.objects.standing().filter(
        group__in=rosters.values("pk"), begins_at__gt=clock.now()
    )
    first: datetime | None = to_come.aggregate(first=Min("begins_at"))["first"]
    return first
