"""Incident duties: who sees them, and who says that they are done or not needed."""

from typing import Any

from django.db.models import Q, QuerySet

from audit_app.cached_query import cached_query
from requests_app.models import IncidentDuty
from requests_app.permissions.conflict import conflict_on
from requests_app.permissions.deviation import (
    deviations_to_handle,
    deviations_visible_to,
    held_where_reviewed,
)
from requests_app.permissions.role_holder import role_holder


@cached_query(role_holder)
def duties_visible_to(user: Any) -> QuerySet[IncidentDuty]:
    """With the deviation; those of a stop, for whoever guards protective security."""
    seen = Q(deviation__in=deviations_visible_to(user).values("pk"))
    return _of(user, seen | Q(deviation=None) & _by_role(user))


@cached_query(role_holder)
def duties_to_settle(user: Any) -> QuerySet[IncidentDuty]:
    """The duties that fall to the person's role, and those of deviations that they have
    taken on."""
    handled = Q(deviation__in=deviations_to_handle(user).values("pk"))
    owned = Q(deviation__owner=user.pk)
    stopped = Q(deviation=None)
    return _of(user, handled & (owned | _by_role(user)) | stopped & _by_role(user))


def can_settle_duty(user: Any, duty: IncidentDuty) -> bool:
    return duties_to_settle(user).filter(pk=duty.pk).exists()


def _by_role(user: Any) -> Q:
    theirs = Q(pk__in=[])
    for kind, role in IncidentDuty.ROLES.items():
        theirs |= Q(kind=kind) & held_where_reviewed(user, role)
    return theirs


def _of(user: Any, those: Q) -> QuerySet[IncidentDuty]:
    conflict = conflict_on(user, "review__access_request")
    return IncidentDuty.objects.filter(those).exclude(conflict)
