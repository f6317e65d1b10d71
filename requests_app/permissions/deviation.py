"""Deviations: who is told of them, and who takes them on."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app import clock
from audit_app.cached_query import cached_query
from requests_app.models import (
    Deviation,
    ReviewUserPermission,
    Role,
    RoleAssignment,
)
from requests_app.permissions.conflict import conflict_of_each, conflict_on
from requests_app.permissions.role_holder import role_holder
from requests_app.permissions.roles import WORK, roles_of, scope_q
from requests_app.permissions.visibility import readable_by

# Told of what happens in the cases of their authority, whoever works them.
DEVIATION_GUARDS = (
    Role.SECURITY_PROTECTION_MANAGER,
    Role.INFORMATION_SECURITY_MANAGER,
    Role.DATA_PROTECTION_OFFICER,
)


@cached_query(role_holder)
def deviations_visible_to(user: Any) -> QuerySet[Deviation]:
    """Deviations in the cases that one reads, and at one's authority for those who
    guard it. What is on a named list is for those named."""
    reads = Q(review__in=readable_by(user).values("pk"))
    return _of(user, reads | _guarded(user))


@cached_query(role_holder)
def deviations_to_handle(user: Any) -> QuerySet[Deviation]:
    """Deviations that the person may take on: as the case officer, as who decides, as
    who guards."""
    decides = held_where_reviewed(user, Role.DECISION_MAKER)
    works = ReviewUserPermission.objects.filter(
        user=user.pk,
        content_object=OuterRef("review"),
        permission__codename=WORK,
    )
    reads = Q(review__in=readable_by(user).values("pk"))
    own = reads & (decides | Q(Exists(works)))
    return _of(user, own | _guarded(user))


def is_unowned() -> Q:
    """In a query of deviations: has the owner left, or may they not handle it any
    more?"""
    free = RoleAssignment.objects.in_force(clock.now()).filter(
        ~Q(conflict_of_each("person", "access_request")), person=OuterRef("owner")
    )
    here = free.filter(
        Q(branch=None) | Q(branch=OuterRef("review__branch")),
        authority=OuterRef("review__authority"),
        role__in=(Role.DECISION_MAKER, *DEVIATION_GUARDS),
    )
    named = ReviewUserPermission.objects.filter(
        user=OuterRef("owner"), content_object=OuterRef("review")
    )
    works = Exists(named.filter(permission__codename=WORK))
    opened = Q(review__is_named_list=False) | Exists(named)
    handled = Exists(here) & opened | Exists(free) & works
    return Q(owner__isnull=False) & ~handled


def can_take_deviation(user: Any, deviation: Deviation) -> bool:
    mine = deviation.owner_id == user.pk
    return not mine and deviations_to_handle(user).filter(pk=deviation.pk).exists()


def can_conclude_deviation(user: Any, deviation: Deviation) -> bool:
    """Whoever has taken it on, as long as it is theirs to handle."""
    mine = deviation.owner_id == user.pk
    return mine and deviations_to_handle(user).filter(pk=deviation.pk).exists()


def held_where_reviewed(user: Any, *roles: str) -> Q:
    """In a query of what belongs to a review: does the person hold one of these roles
    there?"""
    return scope_q([row for row in roles_of(user) if row.role in roles], "review__")


def _guarded(user: Any) -> Q:
    here = held_where_reviewed(user, *DEVIATION_GUARDS)
    return here & Q(review__is_named_list=False)


def _of(user: Any, those: Q) -> QuerySet[Deviation]:
    return Deviation.objects.filter(those).exclude(conflict_on(user, "access_request"))
