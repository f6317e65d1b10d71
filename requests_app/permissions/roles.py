"""The dated role rows: who somebody is, today, for which authority."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit_app import clock
from audit_app.prewritten import Prewritten
from requests_app.models import (
    Draft,
    Role,
    RoleAssignment,
    SecrecyReview,
)

WORK = "work_secrecyreview"
VIEW = "view_secrecyreview"

# Roles that see the reviews of their authority, and those that read what is in them.
SEES = {
    Role.REGISTRAR,
    Role.IT_MANAGER,
    Role.LEGAL_REVIEWER,
    Role.DECISION_MAKER,
    Role.DATA_PROTECTION_OFFICER,
    Role.AUDITOR,
    Role.INFORMATION_SECURITY_MANAGER,
}
# Oversight asks for no content, until it does: with a basis, case by case.
OVERSEES = {Role.INFORMATION_SECURITY_MANAGER, Role.DATA_PROTECTION_OFFICER}
READS = SEES - OVERSEES - {Role.IT_MANAGER}
# Roles that give roles. Whoever makes accounts has none of them.
MANAGERS = (Role.IT_MANAGER,)
# Roles that confirm what a manager gave or proposed.
SECOND_PERSONS = (*MANAGERS, Role.CONFIRMER)
# Roles that see what managers keep of those who work for an authority.
SEE_STAFFING = (*MANAGERS, Role.AUDITOR)
# Roles that keep what requests come through: products, connections, systems, clients.
CLOUD_KEEPERS = (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
# Roles that describe an authority's information, and that map where it lies.
INFORMATION_KEEPERS = (Role.INFORMATION_OWNER,)
MAP_KEEPERS = (*MANAGERS, *INFORMATION_KEEPERS)
# Roles that let others see a review on a named list, of those who are named on it.
LIST_KEEPERS = (Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.DECISION_MAKER)
DELEGATION_KEEPERS = (Role.REGISTRAR,)
# Roles that see what an authority has put in its registers.
SEE_REGISTERS = tuple(role for role in Role if role != Role.SYSTEM_ADMINISTRATOR)
# What a role alone lets somebody do with a review: rules of Involvement, by name.
BY_ROLE: dict[str, tuple[Role, ...]] = {
    "registers": (Role.REGISTRAR, Role.LEGAL_REVIEWER),
    "assigns": (Role.IT_MANAGER,),
    "takes": (Role.LEGAL_REVIEWER,),
    "proposes_striking_off": (Role.REGISTRAR, Role.LEGAL_REVIEWER),
    "receives_stop": (Role.SECURITY_PROTECTION_MANAGER,),
    "stops": (
        Role.REGISTRAR,
        Role.LEGAL_REVIEWER,
        Role.DECISION_MAKER,
        Role.SECURITY_PROTECTION_MANAGER,
    ),
    "reconsiders": (Role.DECISION_MAKER,),
    "tries_appeals": (Role.DECISION_MAKER,),
    "keeps_register": (Role.REGISTRAR,),
    "reroutes": (Role.REGISTRAR,),
    "serves": (Role.REGISTRAR,),
    "closes": (Role.REGISTRAR,),
}
# Roles that see what is not yet routed, for the authority that runs the connection.
SEES_UNROUTED = {Role.REGISTRAR, Role.AUDITOR}


def today() -> date:
    return timezone.localdate(clock.now())


def roles_of(user: Any) -> list[RoleAssignment]:
    """The role rows in force now."""
    if not user.is_authenticated or not user.is_active or user.is_machine:
        return []
    remembered = getattr(user, "role_rows", None)
    if remembered is not None:
        return remembered
    now = clock.now()
    return _roles_in_force(user.pk, now, timezone.localdate(now))


def _in_force(person: int, at: datetime, day: date) -> QuerySet[RoleAssignment]:
    rows = RoleAssignment.objects.in_force(at, day).filter(person=person)
    return rows.with_connections().select_related("authority")


_roles_in_force = Prewritten(_in_force)


@Prewritten
def _roles_with_account(
    person: int, at: datetime, day: date
) -> QuerySet[RoleAssignment]:
    rows = _in_force(person, at, day).select_related("person", "authority")
    return rows.annotate(has_drafts=_drafts_of("person"))


@Prewritten
def _accounts(pk: int) -> QuerySet[Any]:
    accounts = get_user_model()._default_manager.filter(pk=pk)
    return accounts.annotate(has_drafts=_drafts_of("pk"))


def _drafts_of(person: str) -> Exists:
    return Exists(Draft.objects.filter(person=OuterRef(person)))


def account_with_roles(pk: int) -> Any:
    """The account, or None, with its roles in force now, which `roles_of` tells until a
    step reads anew, and whether it has draft forms: one query for whoever has any."""
    now = clock.now()
    rows = _roles_with_account(pk, now, timezone.localdate(now))
    row: Any = rows[0] if rows else next(iter(_accounts(pk)), None)
    person: Any = row.person if rows else row
    if person is not None:
        person.has_drafts = row.has_drafts
        person.role_rows = rows
    return person


def remember_roles(user: Any) -> None:
    """Read them now, and let `roles_of` tell these until a step reads anew."""
    user.role_rows = None
    user.role_rows = roles_of(user)


@contextmanager
def roles_read_once(user: Any) -> Iterator[None]:
    """For what asks of them several times: one query, and one answer throughout."""
    before = getattr(user, "role_rows", None)
    if before is None:
        remember_roles(user)
    try:
        yield
    finally:
        user.role_rows = before


def has_role(user: Any, *roles: str, authority: int | None = None) -> bool:
    """Does the person hold one of these roles, for this authority (or for any)?

    A role for one branch is none for the authority.
    """
    return any(
        row.role in roles
        and (
            authority is None
            or (authority == row.authority_id and row.branch_id is None)
        )
        for row in roles_of(user)
    )


def manages(user: Any) -> bool:
    """Does the person manage who works for an authority, and hand cases over?"""
    return bool(authorities_of(user, Role.IT_MANAGER))


def can_report_to_board(user: Any, authority: int) -> bool:
    return has_role(user, Role.REGISTRAR, authority=authority)


def people_of(rows: Iterable[RoleAssignment]) -> list[Any]:
    """Who has these roles, each once, in their order."""
    return list({row.person_id: row.person for row in rows}.values())


def roles_in_force(*roles: str) -> QuerySet[RoleAssignment]:
    """Rows of these roles in force now, of everybody."""
    return RoleAssignment.objects.in_force(clock.now()).filter(role__in=roles)


def scope_q(rows: Collection[Any], path: str = "") -> Q:
    """In a query of what has an authority and a branch at the end of this path: are
    these roles held there? One for a branch is none for the rest of its authority."""
    whole = {row.authority_id for row in rows if row.branch_id is None}
    places = Q(**{f"{path}authority__in": whole})
    for row in rows:
        if row.branch_id is not None:
            here = {"authority": row.authority_id, "branch": row.branch_id}
            places |= Q(**{f"{path}{name}": key for name, key in here.items()})
    return places


def held_alone(rows: QuerySet[RoleAssignment]) -> QuerySet[RoleAssignment]:
    """Among these roles in force now, those that nobody else has, for the authority or
    branch."""
    now = clock.now()
    others = (
        RoleAssignment.objects.in_force(now)
        .filter(
            Q(branch=None) | Q(branch=OuterRef("branch")),
            role=OuterRef("role"),
            authority=OuterRef("authority"),
        )
        .exclude(person=OuterRef("person"))
    )
    used = RoleAssignment.objects.in_force(now).filter(pk__in=rows.values("pk"))
    return used.filter(~Exists(others))


def answering_authorities(user: Any) -> set[int]:
    """Authorities for which the person gives the answers, of those that run any
    connections."""
    return running_authorities_of(user, Role.EXECUTOR)


def routing_authorities(user: Any) -> set[int]:
    """The authorities for which the person sees what is not yet routed."""
    return running_authorities_of(user, *SEES_UNROUTED)


def running_authorities_of(user: Any, *roles: str) -> set[int]:
    """The authorities that run any connections, where the person holds one of these
    roles as a whole."""
    return {
        row.authority_id
        for row in roles_of(user)
        if row.role in roles and row.branch_id is None and row.runs_connections
    }


def roles_at(user: Any, review: SecrecyReview) -> frozenset[str]:
    """The roles the person holds for this review's authority and branch."""
    return frozenset(
        row.role
        for row in roles_of(user)
        if row.authority_id == review.authority_id
        and row.branch_id in (None, review.branch_id)
    )


def authorities_of(user: Any, *roles: str) -> set[int]:
    """Authorities for which the person holds one of these roles as a whole."""
    return {
        row.authority_id
        for row in roles_of(user)
        if row.role in roles and row.branch_id is None
    }
