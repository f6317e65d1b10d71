"""Who assesses beforehand: makes, confirms and revokes standing assessments."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit_app import clock
from requests_app.models import (
    DelegationRule,
    Role,
    RoleAssignment,
    StandingAssessment,
)
from requests_app.permissions.delegation import of_roles
from requests_app.permissions.roles import authorities_of, has_role, roles_of, today

STANDING_ASSESSORS = (Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
# Taking away needs one person, and whoever sees first that the ground has gone.
REVOKERS = (*STANDING_ASSESSORS, Role.INFORMATION_SECURITY_MANAGER)


def standing_assessments_to_confirm(user: Any) -> QuerySet[StandingAssessment]:
    """The standing assessments that an item of delegation lets the person confirm, at
    their authority, and not those they made or last wrote in."""
    return StandingAssessment.objects.filter(
        Q(authority__in=_standing_rules(user).values("authority")),
        authority__in=authorities_of(user, *STANDING_ASSESSORS),
    ).exclude(made_by=user.pk)


def _standing_rules(user: Any) -> QuerySet[DelegationRule]:
    """The items in force by which the person decides what is settled beforehand."""
    by_role = of_roles(row for row in roles_of(user) if row.branch_id is None)
    return _for_all_products().filter(Q(person=user.pk) | by_role)


def _for_all_products() -> QuerySet[DelegationRule]:
    """One for a single product is none for all that the provider does."""
    return DelegationRule.objects.in_force(today()).filter(
        decision_type=DelegationRule.DecisionType.STANDING, product=None
    )


def standing_rule_for(user: Any, authority_id: int) -> DelegationRule | None:
    """The item by which the person decides what the authority settles beforehand."""
    rules = _standing_rules(user).filter(authority=authority_id)
    return rules.order_by("item_no", "pk").first()


def standing_confirmers_of(row: StandingAssessment) -> QuerySet[RoleAssignment]:
    """Who may, by their roles: the other way of `standing_assessments_to_confirm`."""
    rules = _for_all_products().filter(authority=row.authority_id)
    matches = rules.filter(Q(person=OuterRef("person")) | Q(role=OuterRef("role")))
    return (
        RoleAssignment.objects.in_force(clock.now())
        .filter(authority=row.authority_id, branch=None, role__in=STANDING_ASSESSORS)
        .filter(Exists(matches))
        .exclude(person=row.made_by_id)
    )


def would_leave_no_confirmer(row: StandingAssessment, writer: Any) -> bool:
    """Whoever writes in it counts as its maker, and somebody else confirms it."""
    if not standing_confirmers_of(row).exists():
        return False
    written = StandingAssessment(authority_id=row.authority_id, made_by_id=writer.pk)
    return not standing_confirmers_of(written).exists()


def can_confirm_standing_assessment(user: Any, row: StandingAssessment) -> bool:
    return standing_assessments_to_confirm(user).filter(pk=row.pk).exists()


def can_revoke_standing_assessment(user: Any, row: StandingAssessment) -> bool:
    return has_role(user, *REVOKERS, authority=row.authority_id)
