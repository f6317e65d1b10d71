"""What the words of gaps name, read once for all of them."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from requests_app.models import (
    Absence,
    CoverageGap,
    DelegationRule,
    Role,
    RoleAssignment,
    RosterGroup,
)
from requests_app.models import Act as Duty
from requests_app.models.roster import ROLES_OF_ACT
from requests_app.selectors.roster.coverage import Coverage, Gap

Act, Cause = CoverageGap.Act, CoverageGap.Cause


def duty_of(act: str) -> Duty:
    """What a roster calls it."""
    if act in (Act.GRANT, Act.REFUSE):
        return Duty.DECIDE
    return Duty.REVIEW if act == Act.TWO_PERSONS else Duty(act)


def roles_of(act: str) -> tuple[Role, ...]:
    return ROLES_OF_ACT[duty_of(act)]


class Facts(NamedTuple):
    """`suspended`: roles that would be in force, of people who may not use them."""

    products: dict[int, str]
    rules: list[DelegationRule]
    absences: list[Absence]
    suspended: list[RoleAssignment]
    rosters: dict[tuple[int, str], RosterGroup]


def facts_of(
    coverage: Coverage, gaps: Collection[Gap], groups: Iterable[RosterGroup]
) -> Facts:
    """A query for each of three causes that there is."""
    causes = {gap.cause for gap in gaps}
    keys = {gap.authority_id for gap in gaps}
    rosters: dict[tuple[int, str], RosterGroup] = {}
    for group in groups:
        for place in group.places:  # type: ignore[attr-defined]
            for act in group.acts:
                rosters.setdefault((place, act), group)
    return Facts(
        {p.product_id: p.product for p in coverage.places if p.product_id},
        _rules(keys) if Cause.DELEGATION in causes else [],
        _absences(coverage, keys) if Cause.AWAY in causes else [],
        _suspended(keys) if Cause.SUSPENDED in causes else [],
        rosters,
    )


def _rules(keys: Collection[int]) -> list[DelegationRule]:
    """Those that end."""
    kind = DelegationRule.DecisionType.ANSWER
    rows = DelegationRule.objects.filter(authority__in=keys, decision_type=kind)
    return list(rows.filter(valid_to__isnull=False, confirmed_at__isnull=False))


def _absences(coverage: Coverage, keys: Collection[int]) -> list[Absence]:
    first, last = map(timezone.localdate, (coverage.begins_at, coverage.ends_at))
    here = RoleAssignment.objects.standing().filter(authority__in=keys)
    rows = Absence.objects.filter(
        valid_from__lte=last, valid_to__gte=first, person__in=here.values("person")
    )
    return list(rows.select_related("person"))


def _suspended(keys: Collection[int]) -> list[RoleAssignment]:
    rows = RoleAssignment.objects.standing().filter(authority__in=keys, branch=None)
    rows = rows.filter(
        Q(suspended_at__isnull=False) | Q(person__is_active=False),
        confirmed_at__isnull=False,
    )
    return list(rows.select_related("person").order_by("person__last_name", "pk"))
