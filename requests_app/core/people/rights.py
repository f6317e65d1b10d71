"""Who may do what in people: has small scope, municipalities, people, role holder and
roles."""

import math
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit_app import acting
from audit_app.queries import Prewritten
from requests_app.core.people.models import Draft, Role, RoleAssignment

# The dated role rows: who somebody is, today, for which authority.

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


def roles_of(user: Any) -> list[RoleAssignment]:
    """The role rows in force now."""
    if not user.is_authenticated or not user.is_active or user.is_machine:
        return []
    remembered = getattr(user, "role_rows", None)
    if remembered is not None:
        return remembered
    now = acting.now()
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
    now = acting.now()
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
    return RoleAssignment.objects.in_force(acting.now()).filter(role__in=roles)


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
    now = acting.now()
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


def roles_at(user: Any, review: Any) -> frozenset[str]:
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


# Does what a person sees lead to everything else, or is each row asked?
#
# An installation holds many authorities, and most of them are small beside the whole.
# Of
# somebody who sees a few thousand of a million reviews, by role or by name, these are
# found by index, and what is sought is found by them; of somebody who sees very many,
# each of what is sought is asked whether it is among them. Either gives the same rows.

FEW = 10_000
# For how long an authority's size is known; one that is large stays so.
SECONDS = 600


class Size(NamedTuple):
    """Reviews of an authority, as far as FEW, and until when that is known."""

    reviews: int
    until: float


_sizes: dict[int, Size] = {}


def has_small_scope(user: Any) -> bool:
    """True of whoever sees by name alone, too."""
    known = getattr(user, "has_small_scope", None)  # of a RoleHolder
    return is_small_scope(roles_of(user)) if known is None else known


def is_small_scope(rows: Iterable[RoleAssignment]) -> bool:
    """Do these role rows open few reviews? Whoever sees what was stopped sees
    little."""
    places = {row.authority_id for row in rows if row.role in SEES}
    return sum(map(_size, places)) <= FEW


def forget_sizes() -> None:
    _sizes.clear()


def _size(authority: int) -> int:
    now = time.monotonic()
    known = _sizes.get(authority)
    if known is None or known.until < now:
        number = _counted(authority)
        known = Size(number, math.inf if number > FEW else now + SECONDS)
        _sizes[authority] = known
    return known.reviews


def _counted(authority: int) -> int:
    """Past Django's wrapper: no query of the page, but what a process knows."""
    table = "requests_app_secrecyreview"
    connection = connections[RoleAssignment.objects.db]
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.execute(
            f"select count(*) from (select from {table} where authority_id = %s"  # noqa: S608 — our own name
            " limit %s) few",
            [authority, FEW + 1],
        )
        return cursor.cursor.fetchone()[0]


# The boundary between municipalities: nobody sees, finds or counts what is beyond it.
#
# Whatever lists rows for somebody to see or choose asks `in_reach`; which rows of these
# are theirs is asked beside it.

PERSON = get_user_model()


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
    """Among rows of any table, those that are not beyond the boundary: by the way to
    its municipality that a model declares (`bounded_by`), or, of what a neighbour may
    run for others by an agreement, `run_by`."""
    if rows.model is PERSON:
        return rows.filter(is_of("pk", within_reach(user)))
    if path := getattr(rows.model, "bounded_by", ""):
        return rows.filter(**{f"{path}__in": within_reach(user)})
    if path := getattr(rows.model, "run_by", ""):
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


def served_by(connection: Any) -> Q:
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


# Accounts: who sees them, closes and opens them, and gives the way to a password.


def _administers_all_of(user: Any) -> set[int]:
    """The municipalities where the person is a system administrator of an authority
    that runs a connection: for everybody there."""
    runs = running_authorities_of(user, Role.SYSTEM_ADMINISTRATOR)
    return {row.municipality_id for row in roles_of(user) if row.authority_id in runs}


def people_visible_to(user: Any) -> QuerySet[Any]:
    """The people with a role, now or before, at the person's authorities; who runs the
    system of a municipality sees everybody there."""
    people = get_user_model()._default_manager.filter(is_machine=False)
    here = {row.authority_id for row in roles_of(user)}
    placed = RoleAssignment.objects.filter(authority__in=here).values("person")
    own = Q(pk__in=placed) | Q(made_by=user.pk) | Q(pk=user.pk)
    return people.filter(own | Q(municipality__in=_administers_all_of(user)))


def makes_accounts_in(user: Any) -> int:
    """The municipality of a new account, where nobody says which: the person's own, if
    they administer it."""
    return begins_in(user, Role.SYSTEM_ADMINISTRATOR)


def is_taken(identity: str, person: Any, by: Any) -> bool:
    """Has another account of the municipality this identity?"""
    municipality = person.municipality_id or makes_accounts_in(by)
    people = get_user_model()._default_manager.filter(municipality=municipality)
    return people.filter(identity=identity).exclude(pk=person.pk).exists()


def placeable_by(user: Any) -> QuerySet[Any]:
    """Whom a manager may give a seat in a plan: people they see, and those of their
    municipality who have never had a role. Accounts that are open."""
    visible = people_visible_to(user)
    new = Q(municipality__in=within_reach(user, Role.IT_MANAGER)) & ~Q(
        Exists(RoleAssignment.objects.filter(person=OuterRef("pk")))
    )
    rows = visible.model._default_manager.filter(is_active=True, is_machine=False)
    return rows.filter(Q(pk__in=visible.values("pk")) | new)


def can_keep_account(user: Any, person: Any) -> bool:
    """Close it and open it again: the managers and administrators of every authority
    where the person has a role; and whoever runs the system. Nobody to whom the person
    is only lent."""
    return accounts_kept_by(user).filter(pk=person.pk).exists()


def accounts_kept_by(user: Any) -> QuerySet[Any]:
    """Whose account the person may close and open again."""
    people = get_user_model()._default_manager.filter(is_machine=False)
    keepers = (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
    keeps = authorities_of(user, *keepers)
    roles = RoleAssignment.objects.standing().filter(person=OuterRef("pk"))
    roles = roles.filter(Q(valid_to=None) | Q(valid_to__gte=acting.today()))
    theirs = Q(municipality__in=_administers_all_of(user))
    if keeps:
        near = Q(municipality__in=within_reach(user, *keepers))
        near &= Q(Exists(roles)) | Q(made_by=user.pk)
        theirs |= near & ~Q(Exists(roles.exclude(authority__in=keeps)))
    return people.filter(theirs).exclude(pk=user.pk)


def can_make_link(user: Any, person: Any) -> bool:
    """Administrators only: who could open an account gives it no roles."""
    administers = has_role(user, Role.SYSTEM_ADMINISTRATOR)
    return administers and can_keep_account(user, person)


def waiting_for_link(user: Any) -> QuerySet[Any]:
    """Open accounts that nobody can sign in with yet, and for which the administrator
    may make a link."""
    if not has_role(user, Role.SYSTEM_ADMINISTRATOR):
        return get_user_model()._default_manager.none()
    return accounts_kept_by(user).filter(
        is_active=True,
        identity=None,
        password__startswith=UNUSABLE_PASSWORD_PREFIX,
    )


# What the rules ask of a person, as a value by which their queries are kept
# (audit_app.queries).


class Place(NamedTuple):
    """A role, and where it holds."""

    role: str
    authority_id: int
    branch_id: int | None
    # Does the authority run any connections?
    runs_connections: bool
    municipality_id: int
    # That the connections are run by, where an agreement says so.
    managers_from_id: int | None


class RoleHolder(NamedTuple):
    """The person and the roles in force for them, on this day; a machine has none."""

    pk: int | None
    role_rows: tuple[Place, ...]
    day: date
    has_small_scope: bool
    is_authenticated: bool = True
    is_active: bool = True
    is_machine: bool = False

    @property
    def has_roles(self) -> bool:
        return bool(self.role_rows)

    def with_pk(self, pk: int | None) -> Self:
        return self._replace(pk=pk)


def role_holder(user: Any) -> RoleHolder:
    if isinstance(user, RoleHolder):
        return user
    rows = roles_of(user)
    return RoleHolder(user.pk, places(rows), acting.today(), is_small_scope(rows))


def places(rows: Iterable[Any]) -> tuple[Place, ...]:
    """One key for the same roles, in whichever order they are read."""
    return tuple(sorted(map(_place, rows), key=str))


def _place(row: Any) -> Place:
    return Place(
        row.role,
        row.authority_id,
        row.branch_id,
        row.runs_connections,
        row.municipality_id,
        row.managers_from_id,
    )
