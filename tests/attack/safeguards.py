"""What no attacker gains or weakens: rights in force, and what protects a case."""

from audit_app import acting
from requests_app.cases.review.models.freeze import Freeze
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.registers.models.cloud import ProviderProduct
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)
from requests_app.registers.models.standing import StandingAssessment


def rights():
    """Whoever holds which role now, in force."""
    rows = RoleAssignment.objects.in_force(acting.now())
    return {(row.person_id, row.role, row.authority_id, row.branch_id) for row in rows}


def safeguards():
    """What protects a case, as (what, how strong): nothing here may become weaker."""
    day = acting.today()
    current = SecurityClassification.objects.in_force(day)
    return {
        "levels": {row.information_set_id: row.confidentiality for row in current},
        "freezes": set(
            Freeze.objects.in_force(acting.now()).values_list("pk", flat=True)
        ),
        "partly": set(
            ProviderProduct.objects.filter(can_answer_partly=True).values_list(
                "pk", flat=True
            )
        ),
        "lists": set(
            InformationSet.objects.filter(is_named_list=True).values_list(
                "pk", flat=True
            )
        ),
        "regimes": dict(Authority.objects.values_list("pk", "regime")),
        "standing": set(
            StandingAssessment.objects.filter(
                confirmed_at__isnull=False, revoked_at=None
            ).values_list("pk", flat=True)
        ),
    }
