"""Accounts: who sees them, closes and opens them, and gives the way to a password."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models import Role, RoleAssignment
from requests_app.permissions.roles import (
    authorities_of,
    has_role,
    roles_of,
    running_authorities_of,
    today,
)


def runs_system(user: Any) -> bool:
    """A system administrator of an authority that runs a connection: for everybody."""
    return bool(running_authorities_of(user, Role.SYSTEM_ADMINISTRATOR))


def people_visible_to(user: Any) -> QuerySet[Any]:
    """The people with a role, now or before, at the person's authorities; who runs the
    system sees everybody."""
    people = get_user_model()._default_manager.filter(is_machine=False)
    if runs_system(user):
        return people
    here = {row.authority_id for row in roles_of(user)}
    placed = RoleAssignment.objects.filter(authority__in=here).values("person")
    return people.filter(Q(pk__in=placed) | Q(made_by=user.pk) | Q(pk=user.pk))


def placeable_by(user: Any) -> QuerySet[Any]:
    """Whom a manager may give a seat in a plan: people they see, and those who have
    never had a role. Accounts that are open."""
    visible = people_visible_to(user)
    new = ~Q(Exists(RoleAssignment.objects.filter(person=OuterRef("pk"))))
    rows = visible.model._default_manager.filter(is_active=True, is_machine=False)
    return rows.filter(Q(pk__in=visible.values("pk")) | new)


def can_keep_account(user: Any, person: Any) -> bool:
    """Close it and open it again: the managers and administrators of every authority
    where the person has a role; and whoever runs the system."""
    if person.pk == user.pk or person.is_machine:
        return False
    if runs_system(user):
        return True
    keeps = authorities_of(user, Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
    rows = RoleAssignment.objects.standing().filter(person=person.pk)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today()))
    places = set(rows.values_list("authority", flat=True))
    if not places:
        return person.made_by_id == user.pk and bool(keeps)
    return places <= keeps


def can_make_link(user: Any, person: Any) -> bool:
    """Administrators only: who could open an account gives it no roles."""
    administers = has_role(user, Role.SYSTEM_ADMINISTRATOR)
    return administers and can_keep_account(user, person)
