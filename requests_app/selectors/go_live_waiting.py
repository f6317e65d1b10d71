"""What has been given before the first case, and waits for a second person."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models import (
    DelegationRule,
    FirstManagers,
    ProviderProduct,
    RegisterChange,
    Role,
    RoleAssignment,
    StandingAssessment,
)
from requests_app.permissions.roles import today
from requests_app.selectors.go_live_needs import NEEDS

FACT_OF_ROLE, FACT_OF_RULE = (
    {
        need.filled_in[name]: need.fact
        for need in NEEDS
        if need.filled_in and name in need.filled_in
    }
    for name in ("role", "decision_type")
)
Seen = Callable[[Any], QuerySet]


class Waiting(NamedTuple):
    """What it says, and its number and page where the person may look at it."""

    name: str
    page: str
    pk: int | None


def waiting_for(
    authority: Any, running: set[int], lacks: set[str], seen: Seen
) -> dict[str, list[Waiting]]:
    """Fact → what would meet it, of the facts that are lacking. A query for each
    register that could hold something."""
    by_fact: dict[str, list[Waiting]] = {}
    for facts, rows, fact_of, name_of in _registers(authority, running):
        if not lacks.intersection(facts):
            continue
        model = rows.model
        page = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        own = seen(model).order_by().filter(pk=OuterRef("pk"))
        for row in rows.annotate(is_seen=Exists(own)).order_by("pk"):
            pk = row.pk if row.is_seen else None
            entry = Waiting(name_of(row), page, pk)
            by_fact.setdefault(fact_of(row), []).append(entry)
    return by_fact


def _registers(authority: Any, running: set[int]) -> Any:
    """(facts, rows that wait, which fact one would meet, what it is called)."""
    this_day = today()
    lasts = Q(valid_to=None) | Q(valid_to__gte=this_day)
    executors = Q(role=Role.EXECUTOR, authority__in=running)
    here = Q(authority=authority) & ~Q(role=Role.EXECUTOR)
    roles = RoleAssignment.objects.standing().filter(
        executors | here, lasts, role__in=FACT_OF_ROLE, confirmed_at=None
    )
    open_ = {"confirmed_at": None, "refused_at": None}
    return (
        (
            FACT_OF_ROLE.values(),
            roles.select_related("person"),
            lambda row: FACT_OF_ROLE[row.role],
            lambda row: str(row.person),
        ),
        (
            FACT_OF_RULE.values(),
            DelegationRule.objects.filter(
                lasts, authority=authority, confirmed_at=None
            ),
            lambda row: FACT_OF_RULE[row.decision_type],
            lambda row: f"{row.item_no} {row.title}",
        ),
        (
            ["assessed"],
            StandingAssessment.objects.filter(
                authority=authority, confirmed_at=None, revoked_at=None
            ).select_related("authority", "provider", "information_set"),
            lambda row: "assessed",
            str,
        ),
        (
            ["managed"],
            FirstManagers.objects.filter(authority=authority, **open_).select_related(
                "first", "second"
            ),
            lambda row: "managed",
            lambda row: f"{row.first}, {row.second}",
        ),
        (
            ["offered"],
            RegisterChange.objects.filter(
                row_table=ProviderProduct._meta.db_table, row_id=None, **open_
            ),
            lambda row: "offered",
            str,
        ),
    )
