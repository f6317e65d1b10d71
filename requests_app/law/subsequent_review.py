"""Which decisions are looked at again by a second person, and by when: the one rule."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from requests_app.catalogue.working_days import (
    is_office_hours,
    office_hours_of,
    working_days_after,
)
from requests_app.models import (
    Absence,
    Decision,
    Role,
    RoleAssignment,
    SecrecyReview,
    SubsequentReview,
)

# Working days after the decision.
DAYS = 2
Reason = SubsequentReview.Reason


def reasons_for(decision: Decision) -> list[str]:
    """Why it is looked at again; none where it is not. Of a case that is stopped nobody
    reads the content, so nothing of it is."""
    if decision.review.status == SecrecyReview.Status.STOPPED:
        return []
    reasons = {
        Reason.NIGHT: not is_office_hours(decision.decided_at),
        Reason.REGISTRATION: _registered_by_another(decision.review),
        Reason.SUBSTITUTE: _is_substitute(decision),
        Reason.UNCONFIRMED: _is_unconfirmed(decision),
    }
    return [str(reason) for reason, holds in reasons.items() if holds]


def due(decided_at: datetime) -> datetime:
    """When it is to have been looked at: the end of the second working day."""
    return office_hours_of(working_days_after(decided_at, DAYS)).closes_at


def _registered_by_another(review: SecrecyReview) -> bool:
    """Did somebody on duty register it, who is no registrar there?"""
    first = (
        review.history.exclude(diary_number="")
        .order_by("history_id")
        .values_list("history_user_id", "history_date")
        .first()
    )
    if first is None or first[0] is None:
        return False
    person, at = first
    return not _roles(person, review, at).filter(role=Role.REGISTRAR).exists()


def _is_substitute(decision: Decision) -> bool:
    """Does whoever decided stand in for somebody who is away, and works there?"""
    at, review = decision.decided_at, decision.review
    away = Absence.objects.in_force(timezone.localdate(at)).filter(
        substitute=decision.decided_by_id
    )
    here = RoleAssignment.objects.in_force(at).filter(
        authority=review.authority_id, role=Role.DECISION_MAKER
    )
    return away.filter(person__in=here.values("person")).exists()


def _is_unconfirmed(decision: Decision) -> bool:
    """Was a role by which they decided given at night, and confirmed by nobody?"""
    roles = _roles(decision.decided_by_id, decision.review, decision.decided_at)
    role = decision.delegation_rule.role
    used = roles.filter(role=role) if role else roles
    return used.exists() and not used.filter(confirmed_at__isnull=False).exists()


def _roles(
    person: int, review: SecrecyReview, at: datetime
) -> QuerySet[RoleAssignment]:
    rows = RoleAssignment.objects.in_force(at)
    return rows.filter(person=person, authority=review.authority_id)
