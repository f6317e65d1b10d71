"""Who gives, confirms and stops roles: never one person alone.

A manager does it for their authority. Where an authority has no manager left who may,
the managers of an authority that runs a connection do: of the same municipality, or of
one that an agreement on record names.
"""

from typing import Any

from django.db.models import (
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Coalesce

from audit_app import clock
from requests_app.models import FirstManagers, Role, RoleAssignment
from requests_app.models.role import APART
from requests_app.permissions.first_managers import (
    confirms_where_run,
    does_run,
    never_managed,
    stands_in,
)
from requests_app.permissions.municipalities import is_lent, managed_by
from requests_app.permissions.roles import (
    MANAGERS,
    authorities_of,
    roles_of,
)

# Nobody needs these at night, and with them a person could confirm other roles.
NEVER_AT_NIGHT = APART
MAKER = "person__made_by"


def _managers(authority: Any) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.in_force(clock.now()).filter(
        role=Role.IT_MANAGER, authority=authority, branch=None
    )


def in_charge(
    user: Any, *but: str, by: tuple[Role, ...] = MANAGERS
) -> QuerySet[RoleAssignment]:
    """Role rows that the person manages, where none of these is the person:
    `person`, `given_by` and such."""
    others = _managers(OuterRef("authority"))
    rows = RoleAssignment.objects.all()
    for name in but:
        others = others.exclude(person=Coalesce(OuterRef(name), 0))
        rows = rows.exclude(**{f"{name}__isnull": False, name: user.pk})
    own = Q(authority__in=authorities_of(user, *by))
    elsewhere = does_run(user)
    if Role.CONFIRMER in by:
        elsewhere |= confirms_where_run(user)
    return rows.filter(own | elsewhere & ~Exists(others))


def roles_managed(user: Any) -> QuerySet[RoleAssignment]:
    """The roles of others that the person may stop."""
    return in_charge(user, "person")


def can_stop_role(user: Any, role: RoleAssignment) -> bool:
    """Suspend or end it: any manager but whoever has it, and who lent them."""
    rows = roles_managed(user) | lent_by(user).exclude(person=user.pk)
    return rows.filter(pk=role.pk).exists()


def can_lift_suspension(user: Any, role: RoleAssignment) -> bool:
    """What it gives back is given by two: not by whoever suspended it."""
    return in_charge(user, "person", "suspended_by").filter(pk=role.pk).exists()


def lent_by(user: Any) -> QuerySet[RoleAssignment]:
    """Roles elsewhere of people of the municipalities where the person manages."""
    managed = managed_by(user)
    rows = RoleAssignment.objects.filter(person__municipality__in=managed)
    return rows.exclude(authority__municipality=F("person__municipality"))


def can_lend(user: Any, person: Any) -> bool:
    """Give a role in another municipality, for its managers to confirm."""
    managed = managed_by(user)
    return person.municipality_id in managed and not is_too_close(user, person)


def can_give_role(user: Any, role: RoleAssignment) -> bool:
    """The first managers of an authority are given on its board's decision only."""
    if is_lent(role):
        stays = role.role == Role.CONFIRMER
        return bool(role.basis) and not stays and can_lend(user, role.person)
    if not can_give_roles(user, role.person, role.authority_id, role.branch_id):
        return False
    return not is_first(role) or _proposed(user, role).exists()


def is_first(role: RoleAssignment) -> bool:
    """Has nobody ever been manager there?"""
    return role.role == Role.IT_MANAGER and (
        never_managed().filter(pk=role.authority_id).exists()
    )


def _proposed(user: Any, role: RoleAssignment) -> QuerySet[FirstManagers]:
    about = Q(first=role.person_id) | Q(second=role.person_id)
    return FirstManagers.objects.filter(
        about,
        authority=role.authority_id,
        proposed_by=user.pk,
        confirmed_at=None,
        refused_at=None,
    )


def can_give_roles(user: Any, person: Any, authority: int, branch: int | None) -> bool:
    if is_too_close(user, person):
        return False
    others = _managers(authority).exclude(person__in=pks(person.pk, person.made_by_id))
    return _manages(user, authority, branch) or (
        stands_in(user, authority) and not others.exists()
    )


def is_too_close(user: Any, person: Any) -> bool:
    """A manager gives nobody a role whose account they made, nor themselves one."""
    return user.pk in (person.pk, person.made_by_id)


def pks(*pks: int | None) -> list[int]:
    return [pk for pk in pks if pk is not None]


def _manages(user: Any, authority: int, branch: int | None) -> bool:
    """A role for one branch keeps that branch's rows, not the authority's."""
    return any(
        row.role == Role.IT_MANAGER
        and row.authority_id == authority
        and row.branch_id in (None, branch)
        for row in roles_of(user)
    )


def is_known_at(person: int, authority: int) -> bool:
    """Has the person had a confirmed role there that nobody ended or suspended?"""
    rows = RoleAssignment.objects.filter(person=person, authority=authority)
    if rows.exclude(ended_at=None, suspended_at=None).exists():
        return False
    return rows.filter(confirmed_at__isnull=False, refused_at=None).exists()


def roles_given_at_night(user: Any) -> QuerySet[RoleAssignment]:
    """Usable unconfirmed: shown to those who guard the authority's information."""
    guards = authorities_of(
        user, Role.INFORMATION_SECURITY_MANAGER, Role.SECURITY_PROTECTION_MANAGER
    )
    rows = RoleAssignment.objects.in_force(clock.now()).filter(authority__in=guards)
    return rows.filter(confirmed_at=None).exclude(person=user.pk)
