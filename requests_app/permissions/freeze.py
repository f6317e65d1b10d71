"""The freeze: which stops of approvals cover a request, and who sets and lifts them."""

from typing import Any

from django.db.models import Q, QuerySet, Value

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    Freeze,
    Role,
)
from requests_app.models.key_in_array import is_given_by
from requests_app.permissions.roles import authorities_of, has_role

FREEZERS = (Role.INFORMATION_SECURITY_MANAGER,)
LIFTERS = (
    Role.INFORMATION_SECURITY_MANAGER,
    Role.SECURITY_PROTECTION_MANAGER,
    Role.IT_MANAGER,
)


def freezes_over(access_request: AccessRequest) -> QuerySet[Freeze]:
    """Freezes in force that stop an approval of the request: by the rule that the
    database itself holds approvals to."""
    of_request, now = Value(access_request.pk), Value(clock.now())
    return Freeze.objects.filter(is_given_by("pk", "lockbox_freezes", of_request, now))


def can_freeze(user: Any, authority: int | None = None) -> bool:
    return has_role(user, *FREEZERS, authority=authority)


def can_lift(user: Any, freeze: Freeze) -> bool:
    """Ask for it, or keep the freeze."""
    return has_role(user, *LIFTERS, authority=freeze.authority_id)


def liftable_by(user: Any) -> QuerySet[Freeze]:
    """Freezes in force that the person may lift: another than whoever asked for it."""
    return Freeze.objects.in_force(clock.now()).filter(
        Q(lift_asked_at__isnull=False) & ~Q(lift_asked_by=user.pk),
        authority__in=authorities_of(user, *LIFTERS),
    )


def can_revoke_frozen(user: Any, freeze: Freeze) -> bool:
    """Revoke access that runs under the freeze: whoever may set it."""
    return freeze.is_running and can_freeze(user, freeze.authority_id)


def freezes_visible_to(user: Any) -> QuerySet[Freeze]:
    """A freeze of one's own authority, and one that covers all."""
    every_role = authorities_of(user, *Role.values)
    if not every_role:
        return Freeze.objects.none()
    return Freeze.objects.filter(Q(authority__in=every_role) | Q(covers_all=True))
