"""Who confirms a role that another gave: a second manager, or a confirmer, whom the
board has decided on and who does nothing else.

A confirmer confirms and refuses what waits within their own municipality. For another
authority there they stand in as a manager would.
"""

from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from audit_app import clock
from requests_app.models import Authority, FirstManagers, Role, RoleAssignment
from requests_app.permissions.first_managers import stand_ins_for, stand_ins_of
from requests_app.permissions.managers import MAKER, can_stop_role, in_charge, pks
from requests_app.permissions.roles import MANAGERS, SECOND_PERSONS, people_of


def _confirmable(user: Any) -> QuerySet[RoleAssignment]:
    """Role rows of which the person is the second: not whoever gave the role, whoever
    got it, nor whoever made that account."""
    rows = in_charge(user, "person", "given_by", MAKER, by=SECOND_PERSONS)
    return rows.exclude(_comes_first())


def roles_to_confirm(user: Any) -> QuerySet[RoleAssignment]:
    """Role rows that wait for the person."""
    rows = _confirmable(user)
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
    """The roles that wait at an authority, for whoever manages or confirms them:
    `is_theirs` to confirm, or another's."""
    theirs = Exists(roles_to_confirm(user).filter(pk=OuterRef("pk")))
    managed = Exists(in_charge(user, by=SECOND_PERSONS).filter(pk=OuterRef("pk")))
    rows = RoleAssignment.objects.annotate(is_theirs=theirs)
    return rows.filter(
        Q(is_theirs=True) | managed,
        authority=authority,
        confirmed_at=None,
        refused_at=None,
        ended_at=None,
    )


def can_confirm_role(user: Any, role: RoleAssignment) -> bool:
    return _confirmable(user).filter(pk=role.pk).exists()


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


def can_refuse_role(user: Any, role: RoleAssignment) -> bool:
    """Whoever could confirm it, and whoever could stop it."""
    return can_confirm_role(user, role) or can_stop_role(user, role)


def who_can_confirm(role: RoleAssignment) -> tuple[list[Any], bool]:
    """The people, and whether they stand in for managers that the authority lacks."""
    barred = pks(role.person_id, role.given_by_id, role.person.made_by_id)
    rows = confirmers_at(role.authority).exclude(person__in=barred)
    rows = rows.select_related("person")
    own = [row for row in rows if row.authority_id == role.authority_id]
    return people_of(own or rows), not own


def confirmers_at(authority: Authority) -> QuerySet[RoleAssignment]:
    """The roles of those who can confirm others': managers, confirmers, and who stands
    in."""
    places = Q(authority=authority.pk) | stand_ins_of(authority)
    return _confirmers(places, authority.municipality_id)


def with_confirmers_but(user: Any, authorities: QuerySet[Authority]) -> Any:
    """Annotate authorities with how many others than the person can confirm roles, and
    how many of these give them."""
    stand_ins = stand_ins_for(OuterRef("municipality"), OuterRef("managers_from"))
    places = Q(authority=OuterRef("pk")) | stand_ins
    rows = _confirmers(places, OuterRef("municipality")).exclude(person=user.pk)
    return authorities.annotate(
        other_confirmers=_people(rows),
        other_managers=_people(rows.filter(role__in=MANAGERS)),
    )


def _confirmers(of: Q, municipality: Any) -> QuerySet[RoleAssignment]:
    """A confirmer is one within the municipality only."""
    rows = RoleAssignment.objects.in_force(clock.now())
    near = Q(role=Role.CONFIRMER, authority__municipality=municipality)
    return rows.filter(of, near | Q(role__in=MANAGERS), branch=None)


def _people(rows: QuerySet[RoleAssignment]) -> Coalesce:
    """How many there are, as a column."""
    people = rows.order_by().values("branch").annotate(n=Count("person", distinct=True))
    return Coalesce(Subquery(people.values("n")), 0)
