"""Drills: who begins one, who is called, and who sees it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from requests_app.models import (
    AccessRequest,
    Act,
    Authority,
    Drill,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.models.drill import CALLED
from requests_app.models.roster import ROLES_OF_ACT
from requests_app.permissions.roles import (
    MANAGERS,
    authorities_of,
    has_role,
    roles_in_force,
)
from requests_app.permissions.roster import is_on_duty_now


def can_begin_drill(user: Any, authority: int | None = None) -> bool:
    return has_role(user, *MANAGERS, authority=authority)


def can_end_drill(user: Any, drill: Drill) -> bool:
    return can_begin_drill(user, drill.authority_id)


def can_come(user: Any, drill: Drill) -> bool:
    """Whoever was called, and has not come yet."""
    return drill.calls.filter(person=user.pk, came_at=None).exists()


def drills_visible_to(user: Any) -> QuerySet[Drill]:
    """Of one's authorities, and to which one is called: whoever gives the answer may
    work for another authority."""
    every_role = authorities_of(user, *Role.values)
    called = Drill.objects.filter(calls__person=user.pk).values("pk")
    return Drill.objects.filter(Q(authority__in=every_role) | Q(pk__in=called))


def waiting_at(authorities: Iterable[int]) -> QuerySet[SecrecyReview]:
    """Real reviews whose request is still to be answered."""
    rows = SecrecyReview.objects.filter(authority__in=authorities).live()
    return rows.filter(access_request__status__in=AccessRequest.AWAITING)


def whose_turn(authority: Authority) -> dict[Act, RoleAssignment | None]:
    """For each act, whoever would be rung first if a request came now: on duty before
    others. None where nobody may."""
    return {act: _first(authority, act) for act in CALLED}


def _first(authority: Authority, act: Act) -> RoleAssignment | None:
    rows = roles_in_force(*ROLES_OF_ACT[act]).filter(branch=None)
    rows = rows.annotate(is_on_duty=is_on_duty_now(act)).select_related("person")
    return rows.filter(_there(authority, act)).order_by("-is_on_duty", "pk").first()


def _there(authority: Authority, act: Act) -> Q:
    """Answers are given by the authority that runs the connection."""
    if act != Act.EXECUTE:
        return Q(authority=authority)
    runs = authority.cloud_objects.order_by().values(
        runs=F("system__connection__authority")
    )
    return Q(authority__in=runs) | Q(authority=authority)
