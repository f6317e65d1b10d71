"""The boundary between municipalities: nobody sees, finds or counts what is beyond it.

Whatever lists rows for somebody to see or choose asks `in_reach`; which rows of these
are theirs is asked beside it.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models import (
    Authority,
    CloudSystem,
    Connection,
    DelegationRule,
    InformationSet,
    Municipality,
    Provider,
    ProviderProduct,
    RoleAssignment,
    SecrecyBranch,
)
from requests_app.permissions.roles import MANAGERS, authorities_of, roles_of

PERSON = get_user_model()
# The way from a row to its municipality.
PATHS: dict[Any, str] = {
    Municipality: "pk",
    Authority: "municipality",
    SecrecyBranch: "authority__municipality",
    InformationSet: "authority__municipality",
    DelegationRule: "authority__municipality",
}
# The same, of what a neighbour may run for others by an agreement.
RUN: dict[Any, str] = {
    Connection: "authority__municipality",
    CloudSystem: "connection__authority__municipality",
    Provider: "municipality",
    ProviderProduct: "provider__municipality",
}


def within_reach(user: Any, *roles: str) -> set[int]:
    """The municipalities where the person has a role (one of these): their own, and
    where they are lent to."""
    return {
        row.municipality_id for row in roles_of(user) if not roles or row.role in roles
    }


def managed_by(user: Any) -> set[int]:
    """The municipalities where the person is IT manager of a whole authority."""
    managed = authorities_of(user, *MANAGERS)
    return {
        row.municipality_id for row in roles_of(user) if row.authority_id in managed
    }


def in_reach(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Among rows of any table, those that are not beyond the boundary."""
    if rows.model is PERSON:
        return rows.filter(is_of("pk", within_reach(user)))
    if path := PATHS.get(rows.model):
        return rows.filter(**{f"{path}__in": within_reach(user)})
    if path := RUN.get(rows.model):
        return rows.filter(**{f"{path}__in": _run_for(user)})
    return rows


def is_of(person: str, municipalities: set[int]) -> Q:
    """In a query of people: are they of one of these, or lent to it, now or before?"""
    lent = RoleAssignment.objects.filter(
        person=OuterRef(person), authority__municipality__in=municipalities
    )
    return Q(municipality__in=municipalities) | Q(Exists(lent))


def _run_for(user: Any) -> set[int]:
    """Where connections are run that the person's authorities use."""
    rows = roles_of(user)
    by_agreement = {row.managers_from_id for row in rows if row.managers_from_id}
    return within_reach(user) | by_agreement


def served_by(connection: Connection) -> Q:
    """In a query of authorities: may what they keep lie there? Those of the
    municipality that runs it, and those that an agreement lets it run for."""
    runs = connection.authority.municipality_id
    return Q(municipality=runs) | Q(managers_from=runs)


def begins_in(user: Any, *roles: str) -> int:
    """The municipality of a new row, where nobody says which: the person's own, if they
    have one of these roles there."""
    theirs, own = within_reach(user, *roles), user.municipality_id
    return own if own in theirs or not theirs else min(theirs)


def is_lent(role: RoleAssignment) -> bool:
    """Is the person of another municipality than the authority?"""
    return role.person.municipality_id != role.authority.municipality_id
