"""How a municipality begins: its first authority, two managers and whoever makes
accounts; and how an authority comes back that nobody manages any more."""

from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy

from audit_app import clock
from requests_app.law.user_names import why_not_called
from requests_app.models import Authority, Municipality, Role, RoleAssignment
from requests_app.permissions.confirming import confirmers_at
from requests_app.permissions.roles import people_of, today
from requests_app.words.in_record import in_record
from requests_app.workflow.machine_accounts import SWEEP, as_owner, machine_account
from requests_app.workflow.role import deliver
from requests_app.workflow.step import WrongState, note, save, step


class FirstPerson(NamedTuple):
    """Somebody who is there from the first minute, with a password of their own."""

    username: str
    first_name: str
    last_name: str
    role: str
    password: str


def is_founded(municipality: Municipality) -> bool:
    """Is there one of this name, or with this number?"""
    named = Q(name__iexact=municipality.name.strip())
    numbered = Q(organisation_number=municipality.organisation_number)
    return Municipality.objects.filter(named | numbered).exists()


@step
def found_city(authority: Authority, people: list[FirstPerson], *, by: Any) -> None:
    """Enter a municipality with its first authority and people, each role in force at
    once: nobody is there yet to confirm another's.

    By the system account, signed in to the database as the owner of the tables. Raises
    WrongState where the municipality is there, ValidationError for what can't be.
    """
    municipality = authority.municipality
    if is_founded(municipality):
        raise WrongState("The municipality is there: nothing has been written.")
    municipality.full_clean()
    with as_owner():
        municipality.save()
        authority.municipality = municipality
        authority.full_clean()
        authority.save()
    for first in people:
        _enter(first, authority, by)
    note("authority.founded", on=authority, by=by)


@step
def restore_managers(
    authority: Authority, people: list[Any], *, by: Any, gone: list[Any], protocol: str
) -> None:
    """Two people manage the authority again, by a decision that the protocol names.

    By the system account, signed in to the database as the owner of the tables, where
    fewer than two are left who can confirm roles, beside those who are gone: these
    manage no more. Raises WrongState where two are left, ValidationError for who can't.
    """
    left = confirmers_at(authority).exclude(person__in=gone).select_related("person")
    able = people_of(left)
    if len(able) > 1:
        names = ", ".join(person.username for person in able)
        raise WrongState(f"These can confirm roles: {names}. Nothing has been written.")
    for row in confirmers_at(authority).filter(authority=authority, person__in=gone):
        with as_owner():
            save(row, ended_by=by, ended_at=clock.now(), stop_reason=protocol)
    reason = gettext_lazy("Managers entered anew by the decision %(number)s")
    for person in people:
        role = RoleAssignment(
            person=person,
            role=Role.IT_MANAGER,
            authority=authority,
            valid_from=today(),
            reason=in_record(reason, number=protocol),
        )
        role.full_clean(exclude=["given_by"])
        deliver(role, given_by=by, confirmed_by=machine_account(SWEEP), at=clock.now())
    note(
        "authority.managers_restored",
        on=authority,
        by=by,
        authority=authority.pk,
        protocol=protocol,
        people=[person.username for person in people],
        gone=[person.username for person in gone],
    )


def _enter(first: FirstPerson, authority: Authority, by: Any) -> None:
    person = get_user_model()(
        username=first.username,
        first_name=first.first_name,
        last_name=first.last_name,
        municipality=authority.municipality,
    )
    person.set_password(first.password)
    if text := why_not_called(first.username, authority.municipality_id):
        raise WrongState(text)
    person.full_clean()
    with as_owner():
        person.save()
    role = RoleAssignment(
        person=person,
        role=first.role,
        authority=authority,
        valid_from=today(),
        reason=in_record(gettext_lazy("The city was founded")),
    )
    deliver(role, given_by=by, confirmed_by=machine_account(SWEEP), at=clock.now())


FIRST_ROLES = (Role.IT_MANAGER, Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR)
