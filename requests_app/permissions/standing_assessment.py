"""Who settles beforehand: makes, confirms and revokes standing assessments."""

from typing import Any

from requests_app.models import Role, StandingAssessment
from requests_app.permissions.roles import has_role

SETTLERS = (Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
# Taking away needs one person, and whoever sees first that the ground has gone.
REVOKERS = (*SETTLERS, Role.INFORMATION_SECURITY_MANAGER)


def can_confirm_standing(user: Any, row: StandingAssessment) -> bool:
    """Of the authority, and not who made it or last wrote in it."""
    if user.pk == row.made_by_id:
        return False
    return has_role(user, *SETTLERS, authority=row.authority_id)


def can_revoke_standing(user: Any, row: StandingAssessment) -> bool:
    return has_role(user, *REVOKERS, authority=row.authority_id)
