"""Whose it is to confirm power anew, and who sees what became of it."""

from typing import Any

from django.db.models import Q, QuerySet

from audit_app.bearer import BearerToken
from requests_app.models import Recertification, Role
from requests_app.permissions.municipalities import within_reach
from requests_app.permissions.powers import is_of_a_municipality, powers
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
    """At one's authorities, for managers and auditors; what belongs to a municipality,
    for its auditors and whoever administers its system; and one's own turn."""
    here = Q(authority__in=authorities_of(user, *MANAGERS, Role.AUDITOR))
    here |= _of_municipalities(user, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR)
    mine = Q(pk__in=recertifications_for(user).values("pk"))
    return Recertification.objects.filter(here | mine)


def _of_municipalities(user: Any, *roles: str) -> Q:
    """In a query of recertifications: of what belongs to no authority, but to a
    municipality where the person has one of these roles."""
    theirs, mine = Q(pk__in=[]), {"municipality__in": within_reach(user, *roles)}
    for model in filter(is_of_a_municipality, BearerToken.__subclasses__()):
        rows: Any = model._default_manager.filter(**mine)
        theirs |= Q(row_table=model._meta.db_table, row_id__in=rows.values("pk"))
    return theirs
