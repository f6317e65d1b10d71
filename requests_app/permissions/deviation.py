"""Deviations: who is told of them, and who takes them on."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models import Deviation, ReviewUserPermission, Role
from requests_app.permissions.conflict import conflict_on
from requests_app.permissions.role_holder import written_once
from requests_app.permissions.roles import WORK, authorities_of
from requests_app.permissions.visibility import readable_by

# Told of what happens in the cases of their authority, whoever works them.
DEVIATION_GUARDS = (
    Role.SECURITY_PROTECTION_MANAGER,
    Role.INFORMATION_SECURITY_MANAGER,
    Role.DATA_PROTECTION_OFFICER,
)


@written_once
def deviations_visible_to(user: Any) -> QuerySet[Deviation]:
    """Of the cases that one reads; and of one's authority for those who guard it. What
    is on a named list is for those named."""
    reads = Q(review__in=readable_by(user).values("pk"))
    return _of(user, reads | _guarded(user))


def deviations_to_handle(user: Any) -> QuerySet[Deviation]:
    """Those that the person may take on: the case officer, who decides, who guards."""
    decides = authorities_of(user, Role.DECISION_MAKER)
    works = ReviewUserPermission.objects.filter(
        user=user.pk,
        content_object=OuterRef("review"),
        permission__codename=WORK,
    )
    reads = Q(review__in=readable_by(user).values("pk"))
    own = reads & (Q(review__authority__in=decides) | Q(Exists(works)))
    return _of(user, own | _guarded(user))


def can_take_deviation(user: Any, deviation: Deviation) -> bool:
    mine = deviation.owner_id == user.pk
    return not mine and deviations_to_handle(user).filter(pk=deviation.pk).exists()


def can_conclude_deviation(user: Any, deviation: Deviation) -> bool:
    """Whoever has taken it on, as long as it is theirs to handle."""
    mine = deviation.owner_id == user.pk
    return mine and deviations_to_handle(user).filter(pk=deviation.pk).exists()


def _guarded(user: Any) -> Q:
    guards = authorities_of(user, *DEVIATION_GUARDS)
    return Q(review__authority__in=guards, review__is_named_list=False)


def _of(user: Any, those: Q) -> QuerySet[Deviation]:
    return Deviation.objects.filter(those).exclude(conflict_on(user, "access_request"))
