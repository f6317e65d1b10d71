"""What is known to come counts as what there is: whoever goes now is missed on the day
on which another's role begins, or is over."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import WrongState, save
from requests_app.organisation import steps
from requests_app.organisation.law import why_not_ended, why_not_gone
from tests.helpers.people import engage, give, rewrite

pytestmark = pytest.mark.django_db


@pytest.fixture
def third(cast):
    """Three manage, and one of them until tonight."""
    engage(cast, "petra", "it_manager", cast.gsn)
    end_after(RoleAssignment.objects.get(person=cast.pia), acting.today(), cast.per)
    return RoleAssignment.objects.get(person__username="petra")


def end_after(row, day, by):
    assert not why_not_ended(row, day)
    with acting_as(by):
        save(row, valid_to=day)


def test_who_leaves_tonight_is_no_longer_one_of_the_two(cast, third):
    why = why_not_ended(third)
    assert "För få skulle vara kvar" in why and why == why_not_gone(third.person)
    with pytest.raises(WrongState, match="För få skulle vara kvar"):
        steps.end_role(third, by=cast.pia, reason="x")
    with pytest.raises(WrongState, match="För få skulle vara kvar"):
        steps.deactivate(third.person, by=cast.sam, reason="x")


def test_nor_past_the_steps(cast, third):
    third.ended_at, third.ended_by, third.stop_reason = (
        acting.now(),
        cast.pia,
        "x",
    )
    third.person.is_active = False
    for row, by in ((third, cast.pia), (third.person, cast.sam)):
        refused = pytest.raises(DatabaseError, match="too few")
        with refused, transaction.atomic(), acting_as(by):
            row.save()


def test_the_day_is_said(cast, third):
    tomorrow = acting.today() + timedelta(days=1)
    assert why_not_ended(third).startswith(f"Från {tomorrow.day} ")


def test_whose_role_is_over_that_day_anyway_is_not_missed(cast):
    row = give(cast, cast.jonas, "it_manager", valid_to=acting.today())
    rewrite(RoleAssignment.objects.get(person=cast.pia), valid_to=acting.today())
    steps.end_role(row, by=cast.pia, reason="x")


def test_who_begins_tomorrow_counts_then(cast, third):
    """Tonight's last day was given because another begins tomorrow: who does is kept."""
    give(cast, cast.jonas, "it_manager", valid_from=acting.today() + timedelta(days=1))
    steps.end_role(third, by=cast.pia, reason="x")
    with pytest.raises(WrongState, match="För få skulle vara kvar"):
        steps.deactivate(cast.jonas, by=cast.sam, reason="x")
