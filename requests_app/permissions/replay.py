"""Replays of decisions: for the legal unit of an authority, and for its auditors."""

from typing import Any

from django.db.models import Q, QuerySet

from requests_app.models import ReplayedCase, ReplayRun, Role
from requests_app.permissions.roles import authorities_of
from requests_app.permissions.visibility import readable_by

ORDER_REPLAYS = (Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
SEE_REPLAYS = (*ORDER_REPLAYS, Role.AUDITOR)


def can_order_replay(user: Any, authority: int) -> bool:
    return authority in authorities_of(user, *ORDER_REPLAYS)


def replays_visible_to(user: Any) -> QuerySet[ReplayRun]:
    """Their authority's own, and those over every authority that the operator ran."""
    runs = authorities_of(user, *SEE_REPLAYS)
    seen = Q(authority__in=runs)
    if runs:
        seen |= Q(authority=None)
    return ReplayRun.objects.filter(seen)


def replayed_cases_readable_by(user: Any, run: ReplayRun) -> QuerySet[ReplayedCase]:
    """The replayed cases of one's own authority, as far as one may read the case."""
    reviews = readable_by(user).filter(authority__in=authorities_of(user, *SEE_REPLAYS))
    return ReplayedCase.objects.filter(run=run, review__in=reviews.values("pk"))
