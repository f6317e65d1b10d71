"""Who takes what of a package: whoever keeps the register that it goes into."""

from typing import Any

from django.db.models import Q, QuerySet

from requests_app.models import (
    Authority,
    DelegationRule,
    Origin,
    Role,
    StandingAssessment,
)
from requests_app.permissions.delegation import CONFIRMERS, delegations_to_confirm
from requests_app.permissions.guarded_registers import OWNERS
from requests_app.permissions.register_change import changes_to_settle
from requests_app.permissions.roles import (
    CLOUD_KEEPERS,
    DELEGATION_KEEPERS,
    INFORMATION_KEEPERS,
    MANAGERS,
    authorities_of,
)
from requests_app.permissions.standing_assessment import (
    STANDING_ASSESSORS,
    standing_assessments_to_confirm,
)

TEXTS = "texts"
TAKERS: dict[str, tuple[str, ...]] = {
    "products": CLOUD_KEEPERS,
    "information-sets": INFORMATION_KEEPERS,
    "delegations": DELEGATION_KEEPERS,
    "standing-assessments": STANDING_ASSESSORS,
}
ALL_TAKERS = tuple({role for roles in TAKERS.values() for role in roles})
# Who settles what was taken, and who reads what waits.
SETTLERS = tuple({*OWNERS, *MANAGERS, *CONFIRMERS, *STANDING_ASSESSORS})
READERS = tuple({*ALL_TAKERS, *SETTLERS, Role.AUDITOR})


def taking_for(user: Any) -> QuerySet[Authority]:
    """The authorities for which the person takes something of a package."""
    return Authority.objects.filter(pk__in=authorities_of(user, *ALL_TAKERS))


def takes(user: Any, kind: str, authority: Authority) -> bool:
    """A text has no effect: whoever takes anything keeps it."""
    roles = TAKERS.get(kind, ALL_TAKERS)
    return authority.pk in authorities_of(user, *roles)


def taken_by_roles(kind: str) -> str:
    return ", ".join(str(Role(role).label) for role in TAKERS.get(kind, ALL_TAKERS))


def origins_waiting(authority: Authority) -> QuerySet[Origin]:
    """What was taken for the authority and no second person has settled."""
    rules = DelegationRule.objects.filter(authority=authority, confirmed_at=None)
    drafts = StandingAssessment.objects.filter(
        authority=authority, confirmed_at=None, revoked_at=None
    )
    proposed = Q(change__confirmed_at=None, change__refused_at=None)
    return Origin.objects.filter(authority=authority).filter(
        Q(change__isnull=False) & proposed
        | Q(row_table=DelegationRule._meta.db_table, row_id__in=rules.values("pk"))
        | Q(row_table=StandingAssessment._meta.db_table, row_id__in=drafts.values("pk"))
    )


def origins_to_settle(user: Any, authority: Authority) -> QuerySet[Origin]:
    """Of these, what is the person's to settle: not what they took."""
    rules = delegations_to_confirm(user).filter(confirmed_at=None)
    drafts = standing_assessments_to_confirm(user).filter(confirmed_at=None)
    return origins_waiting(authority).filter(
        Q(change__in=changes_to_settle(user).values("pk"))
        | Q(row_table=DelegationRule._meta.db_table, row_id__in=rules.values("pk"))
        | Q(row_table=StandingAssessment._meta.db_table, row_id__in=drafts.values("pk"))
    )
