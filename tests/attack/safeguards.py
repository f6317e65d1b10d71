"""What no attacker gains or weakens: rights in force, and what protects a case."""

from audit_app import clock
from requests_app.models import (
    Authority,
    Freeze,
    InformationSet,
    ProviderProduct,
    RoleAssignment,
    SecurityClassification,
    StandingAssessment,
)
from requests_app.permissions.roles import today


def rights():
    """Whoever holds which role now, in force."""
    rows = RoleAssignment.objects.in_force(clock.now())
    return {(row.person_id, row.role, row.authority_id, row.branch_id) for row in rows}


def safeguards():
    """What protects a case, as (what, how strong): nothing here may become weaker."""
    day = today()
    current = SecurityClassification.objects.in_force(day)
    return {
        "levels": {row.information_set_id: row.confidentiality for row in current},
        "freezes": set(
            Freeze.objects.in_force(clock.now()).values_list("pk", flat=True)
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
