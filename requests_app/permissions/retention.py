"""Who sees what an authority keeps, for how long, and what holds it."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import Authority, Role
from requests_app.permissions.roles import MANAGERS, authorities_of

SEES_RETENTION = (
    *MANAGERS,
    Role.AUDITOR,
    Role.DATA_PROTECTION_OFFICER,
    Role.INFORMATION_SECURITY_MANAGER,
)


def retention_seen_by(user: Any) -> QuerySet[Authority]:
    keys = authorities_of(user, *SEES_RETENTION)
    return Authority.objects.filter(pk__in=keys).order_by("name")
