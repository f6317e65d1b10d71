"""The form of a delegation's item: nothing ended is revived, nor the last one ended."""

from datetime import date, timedelta

import pytest

from audit_app.acting import acting
from requests_app import permissions
from requests_app.models import DelegationRule, RoleAssignment
from requests_app.workflow import role
from tests.helpers.people import delegate, rewrite
from tests.helpers.web import post_form

pytestmark = pytest.mark.django_db


def test_an_item_that_has_ended_is_not_revived_by_one_person(cast):
    rule = delegate(cast, valid_to=date(2026, 1, 31))
    role.confirm_delegation(rule, by=cast.bo)
    post_form(cast.lena, rule, valid_to="")
    post_form(cast.lena, rule, valid_to="2099-01-01")
    rule.refresh_from_db()
    assert rule.valid_to == date(2026, 1, 31)
    post_form(cast.lena, rule, valid_to="2026-01-30")
    rule.refresh_from_db()
    assert rule.valid_to == date(2026, 1, 30)


def test_the_last_item_is_not_ended_by_ending_what_it_comes_from(cast):
    parent = delegate(cast, may_subdelegate=True, is_head=True, outcomes=["refused"])
    role.confirm_delegation(parent, by=cast.bo)
    child = delegate(
        cast,
        item_no="5.1.1",
        parent=parent,
        outcomes=["refused"],
        person=None,
        role="decision_maker",
    )
    role.confirm_delegation(child, by=cast.karin)
    with acting(cast.lena):
        last = DelegationRule.objects.get(item_no="4.7", authority=cast.gsn)
        last.valid_to = permissions.today() - timedelta(days=1)
        last.save()
        jonas = RoleAssignment.objects.get(person=cast.jonas)
    rewrite(jonas, valid_to=date(2026, 1, 31))
    post_form(cast.lena, parent, valid_to="2026-02-01")
    parent.refresh_from_db()
    assert parent.valid_to is None
