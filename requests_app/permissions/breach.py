"""Breaches of Lockbox: who records one, and who sees it."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import Breach, Role
from requests_app.permissions.roles import authorities_of, has_role

# Those whose duties it starts.
BREACH_RECORDERS = (
    Role.DATA_PROTECTION_OFFICER,
    Role.INFORMATION_SECURITY_MANAGER,
)
BREACH_READERS = (
    *BREACH_RECORDERS,
    Role.SECURITY_PROTECTION_MANAGER,
    Role.AUDITOR,
)


def can_record_breach(user: Any, authority: int | None = None) -> bool:
    return has_role(user, *BREACH_RECORDERS, authority=authority)


def breaches_visible_to(user: Any) -> QuerySet[Breach]:
    return Breach.objects.filter(authority__in=authorities_of(user, *BREACH_READERS))
