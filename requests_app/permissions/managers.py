"""Who gives, confirms and stops roles: never one person alone.

A manager does it for their authority. Where an authority has no manager left who may,
the managers of an authority that runs a connection do: of the same municipality, or of
one that an agreement on record names.
"""

from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from audit_app import clock
from requests_app.models import Authority, FirstManagers, Role, RoleAssignment
from requests_app.permissions.first_managers import (
    does_run,
    never_managed,
    stand_ins_for,
    stand_ins_of,
    stands_in,
)
from requests_app.permissions.municipalities import is_lent, managed_by
from requests_app.permissions.roles import authorities_of, people_of, roles_of

# Nobody needs these at night, and with them a person could confirm other roles.
NEVER_AT_NIGHT = (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
MAKER = "person__made_by"


def _managers(authority: Any) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.in_force(clock.now()).filter(
        role=Role.IT_MANAGER, authority=authority, branch=None
    )


def _in_charge(user: Any, *but: str) -> QuerySet[RoleAssignment]:
    """Role rows that the person manages, where none of these is the person:
    `person`, `given_by` and such."""
    others = _managers(OuterRef("authority"))
    rows = RoleAssignment.objects.all()
    for name in but:
        others = others.exclude(person=Coalesce(OuterRef(name), 0))
        rows = rows.exclude(**{f"{name}__isnull": False, name: user.pk})
    own = Q(authority__in=authorities_of(user, Role.IT_MANAGER))
    return rows.filter(own | does_run(user) & ~Exists(others))


def roles_to_confirm(user: Any) -> QuerySet[RoleAssignment]:
    """Role rows that wait for the person: another manager than whoever gave the role,
    whoever got it, and whoever made that account."""
    rows = _in_charge(user, "person", "given_by", MAKER).exclude(_comes_first())
    return rows.filter(confirmed_at=None, refused_at=None, ended_at=None)


def roles_in_turn(user: Any) -> QuerySet[RoleAssignment]:
    """What waits for the person, an authority once: by its first role, with how many.
    What can be used unconfirmed meanwhile stands by itself."""
    rows = roles_to_confirm(user)
    same = rows.filter(usable_until=None, authority=OuterRef("authority"))
    count = same.order_by().values("authority").annotate(n=Count("pk")).values("n")
    earlier = Exists(same.filter(pk__lt=OuterRef("pk")))
    return rows.exclude(earlier, usable_until=None).annotate(
        together=Case(
            When(usable_until=None, then=Coalesce(Subquery(count), 1)), default=1
        )
    )


def waiting_roles(user: Any, authority: int) -> QuerySet[RoleAssignment]:
    """The roles that wait at an authority, for whoever manages them: `is_theirs` to
    confirm, or another manager's."""
    theirs = Exists(roles_to_confirm(user).filter(pk=OuterRef("pk")))
    managed = Exists(_in_charge(user).filter(pk=OuterRef("pk")))
    rows = RoleAssignment.objects.annotate(is_theirs=theirs)
    return rows.filter(
        Q(is_theirs=True) | managed,
        authority=authority,
        confirmed_at=None,
        refused_at=None,
        ended_at=None,
    )


def can_confirm_role(user: Any, role: RoleAssignment) -> bool:
    rows = _in_charge(user, "person", "given_by", MAKER).exclude(_comes_first())
    return rows.filter(pk=role.pk).exists()


def comes_first(role: RoleAssignment) -> bool:
    """Is it a role of first managers that wait?"""
    return RoleAssignment.objects.filter(_comes_first(), pk=role.pk).exists()


def _comes_first() -> Q:
    """Roles of first managers that wait: they are confirmed together."""
    waiting = FirstManagers.objects.filter(
        Q(first=OuterRef("person")) | Q(second=OuterRef("person")),
        authority=OuterRef("authority"),
        confirmed_at=None,
        refused_at=None,
    )
    return Q(Exists(waiting), role=Role.IT_MANAGER)


def roles_managed(user: Any) -> QuerySet[RoleAssignment]:
    """The roles of others that the person may stop."""
    return _in_charge(user, "person")


def can_stop_role(user: Any, role: RoleAssignment) -> bool:
    """Refuse, suspend or end it: any manager but whoever has it, and who lent them."""
    rows = roles_managed(user) | lent_by(user).exclude(person=user.pk)
    return rows.filter(pk=role.pk).exists()


def can_lift_suspension(user: Any, role: RoleAssignment) -> bool:
    """What it gives back is given by two: not by whoever suspended it."""
    return _in_charge(user, "person", "suspended_by").filter(pk=role.pk).exists()


def who_can_confirm(role: RoleAssignment) -> tuple[list[Any], bool]:
    """The people, and whether they stand in for managers that the authority lacks."""
    barred = _pks(role.person_id, role.given_by_id, role.person.made_by_id)
    rows = confirmers_at(role.authority).exclude(person__in=barred)
    rows = rows.select_related("person")
    own = [row for row in rows if row.authority_id == role.authority_id]
    return people_of(own or rows), not own


def confirmers_at(authority: Authority) -> QuerySet[RoleAssignment]:
    """The roles of those who can confirm others': managers, and who stands in."""
    return _confirmers(Q(authority=authority.pk) | stand_ins_of(authority))


def with_confirmers_but(user: Any, authorities: QuerySet[Authority]) -> Any:
    """Annotate authorities with how many others than the person can confirm roles."""
    stand_ins = stand_ins_for(OuterRef("municipality"), OuterRef("managers_from"))
    rows = _confirmers(Q(authority=OuterRef("pk")) | stand_ins).exclude(person=user.pk)
    people = rows.order_by().values("role").annotate(n=Count("person", distinct=True))
    return authorities.annotate(
        other_confirmers=Coalesce(Subquery(people.values("n")), 0)
    )


def _confirmers(of: Q) -> QuerySet[RoleAssignment]:
    rows = RoleAssignment.objects.in_force(clock.now())
    return rows.filter(of, role=Role.IT_MANAGER, branch=None)


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
        return bool(role.basis) and can_lend(user, role.person)
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
    others = _managers(authority).exclude(person__in=_pks(person.pk, person.made_by_id))
    return _manages(user, authority, branch) or (
        stands_in(user, authority) and not others.exists()
    )


def is_too_close(user: Any, person: Any) -> bool:
    """A manager gives nobody a role whose account they made, nor themselves one."""
    return user.pk in (person.pk, person.made_by_id)


def _pks(*pks: int | None) -> list[int]:
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
