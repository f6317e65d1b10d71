"""What was changed outside the system: who is told, and who says what came of it."""

from typing import Any

from django.db.models import Q, QuerySet

from requests_app.models import Alteration, Role
from requests_app.permissions.roles import authorities_of

# Those who can act: they find out who was in the database, and restore what was.
ALTERATION_ACTORS = (Role.INFORMATION_SECURITY_MANAGER,)
# And who judges whether it is a breach of personal data (GDPR 33).
ALTERATION_TOLD = (*ALTERATION_ACTORS, Role.DATA_PROTECTION_OFFICER)
ALTERATION_READERS = (
    *ALTERATION_TOLD,
    Role.IT_MANAGER,
    Role.SYSTEM_ADMINISTRATOR,
    Role.AUDITOR,
)


def alterations_visible_to(user: Any) -> QuerySet[Alteration]:
    """What was found altered: at one's own authority, and, for the same roles, what
    belongs to none."""
    return _of(authorities_of(user, *ALTERATION_READERS))


def alterations_open_to(user: Any) -> QuerySet[Alteration]:
    """Those that nobody has concluded, for whoever is told of them."""
    return _of(authorities_of(user, *ALTERATION_TOLD)).filter(concluded_at=None)


def can_conclude_alteration(user: Any, alteration: Alteration) -> bool:
    return (
        _of(authorities_of(user, *ALTERATION_ACTORS)).filter(pk=alteration.pk).exists()
    )


def _of(authorities: set[int]) -> QuerySet[Alteration]:
    if not authorities:
        return Alteration.objects.none()
    return Alteration.objects.filter(Q(authority=None) | Q(authority__in=authorities))
