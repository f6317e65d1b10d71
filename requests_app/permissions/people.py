"""Accounts: who sees them, closes and opens them, and gives the way to a password."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models import Authority, Role, RoleAssignment
from requests_app.permissions.first_managers import does_run
from requests_app.permissions.municipalities import begins_in, is_of, within_reach
from requests_app.permissions.roles import (
    authorities_of,
    has_role,
    roles_of,
    running_authorities_of,
    today,
)


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


def is_choosable_by(user: Any) -> Q:
    """In a query of people: are they of a municipality where the person has a role, or
    stands in for managers, or lent to it?"""
    stood_in_for = Authority.objects.filter(does_run(user, "")).values("municipality")
    return is_of("pk", within_reach(user)) | Q(municipality__in=stood_in_for)


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
    roles = roles.filter(Q(valid_to=None) | Q(valid_to__gte=today()))
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
