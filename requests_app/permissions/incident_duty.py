"""Incident duties: who sees them, and who says that they are done or not needed."""

from typing import Any

from django.db.models import Q, QuerySet

from audit_app.cached_query import cached_query
from requests_app.models import IncidentDuty
from requests_app.permissions.breach import breaches_visible_to
from requests_app.permissions.conflict import conflict_on
from requests_app.permissions.deviation import (
    deviations_to_handle,
    deviations_visible_to,
    held_where_reviewed,
)
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import authorities_of

STOPPED = Q(deviation=None, breach=None)


@cached_query(role_holder)
def duties_visible_to(user: Any) -> QuerySet[IncidentDuty]:
    """With the deviation or the breach; those of a stop, for whoever guards protective
    security."""
    seen = Q(deviation__in=deviations_visible_to(user).values("pk"))
    breached = Q(breach__in=breaches_visible_to(user).values("pk"))
    return _of(user, seen | breached | STOPPED & _by_role(user))


@cached_query(role_holder)
def duties_to_settle(user: Any) -> QuerySet[IncidentDuty]:
    """The duties that fall to the person's role, and those of deviations that they have
    taken on."""
    handled = Q(deviation__in=deviations_to_handle(user).values("pk"))
    owned = Q(deviation__owner=user.pk)
    mine = handled & (owned | _by_role(user)) | STOPPED & _by_role(user)
    return _of(user, mine | _of_breaches(user))


def can_settle_duty(user: Any, duty: IncidentDuty) -> bool:
    return duties_to_settle(user).filter(pk=duty.pk).exists()


def _by_role(user: Any) -> Q:
    theirs = Q(pk__in=[])
    for kind, role in IncidentDuty.ROLES.items():
        theirs |= Q(kind=kind) & held_where_reviewed(user, role)
    return theirs


def _of_breaches(user: Any) -> Q:
    """Those that fall to the person's role at the authority of a breach."""
    theirs = Q(pk__in=[])
    for kind, role in IncidentDuty.ROLES.items():
        theirs |= Q(kind=kind, breach__authority__in=authorities_of(user, role))
    return theirs


def _of(user: Any, those: Q) -> QuerySet[IncidentDuty]:
    conflict = conflict_on(user, "review__access_request")
    return IncidentDuty.objects.filter(those).filter(Q(review=None) | ~Q(conflict))
