"""Whose it is to confirm power anew, and who sees what became of it."""

from typing import Any

from django.db.models import Q, QuerySet

from requests_app.models import Recertification, Role
from requests_app.permissions.powers import powers
from requests_app.permissions.roles import MANAGERS, authorities_of, has_role


def recertifications_for(user: Any) -> QuerySet[Recertification]:
    """Those that wait for the person to confirm or end."""
    mine = Q(pk__in=[])
    for model, power in powers().items():
        if has_role(user, *power.roles):
            rows = power.confirmable(user).values("pk")
            mine |= Q(row_table=model._meta.db_table, row_id__in=rows)
    waiting = Recertification.objects.filter(mine, outcome="")
    return waiting.exclude(person__isnull=False, person=user.pk)


def recertifications_kept(user: Any) -> QuerySet[Recertification]:
    """Those at the manager's authorities that could not end when their time was out."""
    managed = authorities_of(user, *MANAGERS)
    return Recertification.objects.filter(outcome="", authority__in=managed).exclude(
        kept_because=""
    )


def recertifications_visible_to(user: Any) -> QuerySet[Recertification]:
    """At one's authorities, for managers and auditors; what belongs to none, for
    auditors and whoever administers the system; and one's own turn."""
    here = Q(authority__in=authorities_of(user, *MANAGERS, Role.AUDITOR))
    if has_role(user, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR):
        here |= Q(authority=None)
    mine = Q(pk__in=recertifications_for(user).values("pk"))
    return Recertification.objects.filter(here | mine)
