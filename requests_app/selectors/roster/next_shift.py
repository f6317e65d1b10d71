"""When the next shift begins: what runs out before it is for those on duty now."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from audit_app import clock
from requests_app.models import RosterGroup, Shift
from requests_app.permissions.roles import roles_of


def next_shifts(user: Any) -> QuerySet[Any]:
    """When shifts begin on the rosters where the person has a role, the next first."""
    places = {row.authority_id for row in roles_of(user)}
    rosters = RosterGroup.objects.filter(
        Q(authority__in=places) | Q(shared__authority__in=places), is_active=True
    )
    to_come = Shift.objects.standing().filter(
        group__in=rosters.values("pk"), begins_at__gt=clock.now()
    )
    return to_come.order_by("begins_at").values_list("begins_at", flat=True)


def next_shift_begins(user: Any) -> datetime | None:
    """None where no roster is laid."""
    first: datetime | None = next_shifts(user).first()
    return first
