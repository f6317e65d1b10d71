"""Audits that are kept are their authority's auditors', and nobody else's."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import Decision, Role, SavedAudit, SecrecyReview
from requests_app.permissions.auditing import reviews_audited
from requests_app.permissions.roles import authorities_of
from requests_app.permissions.visibility import readable_by


def saved_audits_of(user: Any) -> QuerySet[SavedAudit]:
    theirs = authorities_of(user, Role.AUDITOR)
    return SavedAudit.objects.filter(authority__in=theirs)


def can_examine(user: Any, audit: SavedAudit) -> bool:
    return audit.authority_id in authorities_of(user, Role.AUDITOR)


def reviews_to_draw(
    user: Any, authority: int, decided: tuple[Any, Any], outcome: str = ""
) -> QuerySet[SecrecyReview]:
    """Reviews of an authority decided from one instant and before another. An outcome
    is asked only of what the auditor may read: what is hidden answers nothing."""
    since, until = decided
    rows = Decision.objects.filter(decided_at__gte=since, decided_at__lt=until)
    reviews = reviews_audited(user).filter(authority=authority)
    if outcome:
        rows = rows.filter(outcome=outcome)
        reviews = reviews.filter(pk__in=readable_by(user).values("pk"))
    return reviews.filter(pk__in=rows.values("review"))
