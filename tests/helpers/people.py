"""Roles and delegations for whoever needs more than the cast has."""

from datetime import UTC, date, datetime

from django.contrib.auth import get_user_model
from django.db import connection

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.rights import visible_to
from requests_app.cases.review.rights.involvement import can_view, who_can_see
from requests_app.core.people.models import RoleAssignment
from requests_app.core.people.rights import roles_of
from requests_app.core.step import as_owner, machine_account, save
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule, FirstManagers
from tests.helpers.engagement import engaged
from tests.helpers.worlds import reused


def sees(person, subject):
    by_list = visible_to(person).filter(pk=subject.pk).exists()
    assert by_list == can_view(person, subject)
    explained = {sight.person.pk for sight in who_can_see(subject)}
    assert by_list == (person.pk in explained)
    return by_list


# Within office hours, and at night.
DAY = datetime(2026, 3, 4, 10, tzinfo=UTC)
NIGHT = datetime(2026, 3, 4, 22, tzinfo=UTC)


@reused
def give(cast, person, name, authority=None, **more):
    """A role in force."""
    people = {"per": cast.per, "pia": cast.pia}
    with acting_as(machine_account("system")):
        return engaged(person, name, authority or cast.gsn, people, **more)


@reused
def enter(cast, person, name, *, by, at=DAY, **more):
    """A role as a manager gives it: by day it waits for another manager."""
    values = {"authority": cast.gsn, "valid_from": date(2026, 1, 1), "reason": "new"}
    row = RoleAssignment(person=person, role=name, **{**values, **more})
    with acting.at(at), acting_as(by):
        steps.give(row, by=by)
    return row


def rewrite(row, **values):
    """What no step does: the row as another world would have it."""
    with acting_as(machine_account("system")), as_owner():
        save(row, **values)


@reused
def engage(cast, username, name, authority, **more):
    """A new person with a role in force."""
    person = get_user_model()(
        username=username,
        last_name=username,
        municipality=authority.municipality,
        **more,
    )
    with acting_as(machine_account("system")), as_owner():
        person.save()
    give(cast, person, name, authority)
    return person


def first_managers_of(authority, first, second, *, by):
    """A proposal that waits, whoever manages there."""
    with acting_as(by):
        return FirstManagers.objects.create(
            authority=authority,
            first=first,
            second=second,
            decided_on=date(2026, 1, 15),
            diary_number="KS 2026-0007",
            proposed_by=by,
            proposed_at=acting.now(),
        )


@reused
def delegate(cast, *, by=None, **more):
    by = by or cast.lena
    values = {
        "authority": cast.gsn,
        "item_no": "5.1",
        "title": "Access",
        "outcomes": ["granted", "refused"],
        "person": cast.jonas,
        "board_decision": "§ 9",
        "valid_from": date(2026, 1, 1),
        "made_by": by,
    }
    with acting_as(by):
        return DelegationRule.objects.create(**{**values, **more})


def has(person, name, authority):
    """Python and the database agree on whether the person has the role now."""
    by_python = any(
        row.role == name and row.authority_id == authority.pk
        for row in roles_of(person)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select lockbox_holds_role(%s, %s, %s, null, %s)",
            [person.pk, name, authority.pk, acting.now()],
        )
        assert cursor.fetchone() == (by_python,)
    return by_python
