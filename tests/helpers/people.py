"""Roles and delegations for whoever needs more than the cast has."""

from datetime import date

from audit_app.acting import acting
from requests_app import permissions
from requests_app.models import DelegationRule, RoleAssignment


def sees(person, subject):
    by_list = permissions.visible_to(person).filter(pk=subject.pk).exists()
    assert by_list == permissions.can_view(person, subject)
    explained = {sight.person.pk for sight in permissions.who_can_see(subject)}
    assert by_list == (person.pk in explained)
    return by_list


def give(cast, person, name, *, by, **dates):
    with acting(by):
        return RoleAssignment.objects.create(
            person=person,
            role=name,
            authority=cast.gsn,
            valid_from=date(2026, 1, 1),
            reason="new task",
            given_by=by,
            **dates,
        )


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
    with acting(by):
        return DelegationRule.objects.create(**{**values, **more})
