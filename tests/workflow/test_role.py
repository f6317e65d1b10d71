"""Roles are given by one manager and confirmed by another; delegations likewise."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.step import WrongState
from requests_app.organisation import steps
from requests_app.organisation.rights import who_can_confirm
from tests.cast import hours
from tests.helpers.people import DAY, delegate, engage, enter, give, has, rewrite
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import upkeep_of

pytestmark = pytest.mark.django_db

LATER = DAY + timedelta(hours=1)


def test_a_role_is_usable_when_another_manager_has_confirmed_it(cast):
    row = enter(cast, cast.jonas, "dpo", by=cast.per)
    assert not has(cast.jonas, "dpo", cast.gsn)
    for person in (cast.per, cast.jonas, cast.lena, cast.sam):
        refused(PermissionDenied, steps.confirm_role, row, by=person)
    assert [item.step for item in upkeep_of(cast.pia)]
    steps.confirm_role(row, by=cast.pia)
    assert has(cast.jonas, "dpo", cast.gsn)
    assert not upkeep_of(cast.pia)
    refused(WrongState, steps.confirm_role, row, by=cast.pia)
    assert fresh(row).given_by == cast.per and fresh(row).confirmed_by == cast.pia


STATES = {
    "unconfirmed": ({"confirmed_by": None, "confirmed_at": None}, False),
    "confirmed": ({}, True),
    "night": (
        {"confirmed_by": None, "confirmed_at": None, "usable_until": LATER},
        True,
    ),
    "night lapsed": (
        {"confirmed_by": None, "confirmed_at": None, "usable_until": DAY},
        False,
    ),
    "refused": (
        {
            "confirmed_by": None,
            "confirmed_at": None,
            "usable_until": LATER,
            "refused_by": "pia",
            "refused_at": DAY,
        },
        False,
    ),
    "suspended": ({"suspended_by": "pia", "suspended_at": DAY}, False),
    "ended": ({"ended_by": "pia", "ended_at": DAY}, False),
    "ends in a second": (
        {"ended_by": "pia", "ended_at": DAY + timedelta(seconds=1)},
        True,
    ),
    "not yet": ({"valid_from": DAY.date() + timedelta(days=1)}, False),
    "past": ({"valid_to": DAY.date() - timedelta(days=1)}, False),
    "last day": ({"valid_to": DAY.date()}, True),
    "person inactive": ({}, False),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", list(Role))
def test_python_and_the_database_have_one_rule_of_who_has_a_role(cast, name, state):
    # Nobody is both IT manager and system administrator.
    person = cast.sam if name == Role.SYSTEM_ADMINISTRATOR else cast.eva
    row = give(cast, person, name)
    changes, is_usable = STATES[state]
    rewrite(
        row,
        **{
            key: cast.pia if value == "pia" else value for key, value in changes.items()
        },
    )
    if state == "person inactive":
        with acting_as(cast.sam):
            person.is_active = False
            person.save()
    with acting.at(DAY):
        assert has(person, name, cast.gsn) == is_usable


def test_the_evening_before_a_role_begins_it_is_not_there_in_swedish_time(cast):
    row = give(cast, cast.eva, "dpo", valid_from=date(2026, 7, 1))
    with acting.at(datetime(2026, 6, 30, 21, 59, tzinfo=UTC)):
        assert not has(cast.eva, "dpo", cast.gsn)
    with acting.at(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)):
        assert has(row.person, "dpo", cast.gsn)


# -- Stopping ------------------------------------------------------------------------


def test_any_manager_but_the_person_ends_a_role_this_second(cast):
    row = RoleAssignment.objects.get(person=cast.jonas)
    for person in (cast.jonas, cast.sam, cast.lena):
        refused(PermissionDenied, steps.end_role, row, by=person, reason="x")
    steps.end_role(row, by=cast.pia, reason="A mistake")
    assert not has(cast.jonas, "legal_reviewer", cast.gsn)
    refused(WrongState, steps.end_role, row, by=cast.per, reason="x")
    again = enter(cast, cast.jonas, "legal_reviewer", by=cast.per)
    assert again.pk != row.pk and fresh(row).ended_by == cast.pia


def test_a_manager_does_not_stop_the_managers_own_role(cast):
    row = RoleAssignment.objects.get(person=cast.per)
    for step in (steps.end_role, steps.suspend_role):
        refused(PermissionDenied, step, row, by=cast.per, reason="x")
    engage(cast, "petra", "it_manager", cast.gsn)
    steps.suspend_role(row, by=cast.pia, reason="x")
    assert not has(cast.per, "it_manager", cast.gsn)


def test_a_suspension_is_lifted_by_another_than_who_suspended(cast):
    row = RoleAssignment.objects.get(person=cast.jonas)
    steps.suspend_role(row, by=cast.per, reason="Looked into")
    assert not has(cast.jonas, "legal_reviewer", cast.gsn)
    refused(PermissionDenied, steps.lift_suspension, row, by=cast.per, reason="x")
    steps.lift_suspension(row, by=cast.pia, reason="Cleared")
    assert has(cast.jonas, "legal_reviewer", cast.gsn)


def test_history_keeps_who_gave_confirmed_and_ended(cast):
    row = enter(cast, cast.jonas, "dpo", by=cast.per)
    steps.confirm_role(row, by=cast.pia)
    steps.end_role(row, by=cast.per, reason="x")
    names = [entry.history_user_name for entry in row.history.all()]
    assert names == [str(cast.per), str(cast.pia), str(cast.per)]
    row = fresh(row)
    assert (row.given_by, row.confirmed_by, row.ended_by) == (
        cast.per,
        cast.pia,
        cast.per,
    )


# -- Where there is no second manager ------------------------------------------------


def test_managers_of_who_runs_the_connection_stand_in_where_there_is_none(cast):
    nina = engage(cast, "nina", "it_manager", cast.nis)
    vera = engage(cast, "vera", "it_manager", cast.nis)
    give(cast, cast.lena, "it_manager", cast.snc, valid_to=date(2020, 12, 31))
    row = enter(cast, cast.rut, "it_manager", by=nina, authority=cast.snc)
    refused(PermissionDenied, steps.confirm_role, row, by=cast.per)
    refused(PermissionDenied, steps.confirm_role, row, by=nina)
    assert who_can_confirm(row) == ([vera], True)
    steps.confirm_role(row, by=vera)
    # Now the authority has a manager of its own, who gives; another still confirms.
    refused_row = RoleAssignment(
        person=cast.eva, role="dpo", authority=cast.snc, valid_from=date(2026, 1, 1)
    )
    with pytest.raises(ValidationError), acting_as(nina):
        steps.give(refused_row, by=nina)
    own = enter(cast, cast.eva, "dpo", by=cast.rut, authority=cast.snc, at=acting.now())
    assert {person.username for person in who_can_confirm(own)[0]} == {
        "nina",
        "vera",
    }
    steps.confirm_role(own, by=nina)


def test_a_role_does_not_end_before_it_starts_nor_overlap(cast):
    with pytest.raises(DatabaseError, match="range lower bound|ends_after"):
        give(cast, cast.jonas, "dpo", valid_to=date(2019, 1, 1))


def test_the_same_role_twice_for_the_same_days_is_refused(cast):
    give(cast, cast.jonas, "dpo", valid_to=date(2026, 6, 30))
    with pytest.raises(IntegrityError, match="roleassignment_no_overlap"):
        give(cast, cast.jonas, "dpo")


# -- Delegations ---------------------------------------------------------------------


def test_who_holds_the_role_does_not_confirm_what_it_gets(cast):
    rule = delegate(cast, person=None, role="decision_maker")
    refused(PermissionDenied, steps.confirm_delegation, rule, by=cast.bo)
    steps.confirm_delegation(rule, by=cast.karin)


def test_what_is_delegated_on_is_confirmed_after_and_within_its_parent(cast):
    parent = delegate(cast, person=None, role="decision_maker", may_subdelegate=True)
    child = delegate(cast, item_no="5.1.1", parent=parent)
    refused(ValidationError, steps.confirm_delegation, child, by=cast.bo)
    with acting_as(cast.lena):
        parent.outcomes = ["refused"]
        parent.save()
    steps.confirm_delegation(parent, by=cast.karin)
    child.refresh_from_db()
    refused(ValidationError, steps.confirm_delegation, child, by=cast.bo)
    child.confirmed_by, child.confirmed_at = cast.bo, acting.now()
    with pytest.raises(IntegrityError, match="comes from"), acting_as(cast.bo):
        child.save()


def test_the_database_goes_by_the_clock_that_the_step_goes_by(cast):
    row = RoleAssignment.objects.filter(person=cast.karin).first()
    with acting.at(hours(5)):
        steps.suspend_role(row, by=cast.per, reason="x")
    row.refresh_from_db()
    assert row.suspended_by == cast.per
