"""Who assesses beforehand: makes, confirms and revokes standing assessments."""

from typing import Any

from django.db.models import QuerySet

from requests_app.models import Role, StandingAssessment
from requests_app.permissions.roles import authorities_of, has_role

STANDING_ASSESSORS = (Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
# Taking away needs one person, and whoever sees first that the ground has gone.
REVOKERS = (*STANDING_ASSESSORS, Role.INFORMATION_SECURITY_MANAGER)


def standing_assessments_to_confirm(user: Any) -> QuerySet[StandingAssessment]:
    """Of the person's authority, and not those they made or last wrote in."""
    authorities = authorities_of(user, *STANDING_ASSESSORS)
    return StandingAssessment.objects.filter(authority__in=authorities).exclude(
        made_by=user.pk
    )


def can_confirm_standing_assessment(user: Any, row: StandingAssessment) -> bool:
    return standing_assessments_to_confirm(user).filter(pk=row.pk).exists()


def can_revoke_standing_assessment(user: Any, row: StandingAssessment) -> bool:
    return has_role(user, *REVOKERS, authority=row.authority_id)
