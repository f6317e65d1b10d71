"""Roles are looked at, and delegations confirmed, by somebody else."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from audit_app import clock
from audit_app.acting import acting
from requests_app.selectors.queue.upkeep import upkeep_for
from requests_app.workflow import role
from requests_app.workflow.step import WrongState
from tests.helpers.people import delegate, give
from tests.helpers.refusals import refused

pytestmark = pytest.mark.django_db


def test_a_role_is_looked_at_by_another_manager(cast):
    row = give(cast, cast.jonas, "dpo", by=cast.per)
    for person in (cast.per, cast.jonas, cast.lena):
        refused(PermissionDenied, role.look_at_role, row, by=person)
    assert [item.step for item in upkeep_for(cast.pia)]
    role.look_at_role(row, by=cast.pia)
    assert not list(upkeep_for(cast.pia))
    refused(WrongState, role.look_at_role, row, by=cast.pia)


def test_a_role_does_not_end_before_it_starts_nor_overlap(cast):
    with pytest.raises(IntegrityError, match="roleassignment_ends_after"):
        give(cast, cast.jonas, "dpo", by=cast.per, valid_to=date(2025, 1, 1))


def test_the_same_role_twice_for_the_same_days_is_refused(cast):
    give(cast, cast.jonas, "dpo", by=cast.per, valid_to=date(2026, 6, 30))
    with pytest.raises(IntegrityError, match="roleassignment_no_overlap"):
        give(cast, cast.jonas, "dpo", by=cast.per)


def test_who_holds_the_role_does_not_confirm_what_it_gets(cast):
    rule = delegate(cast, person=None, role="decision_maker")
    refused(PermissionDenied, role.confirm_delegation, rule, by=cast.bo)
    role.confirm_delegation(rule, by=cast.karin)


def test_what_is_delegated_on_is_confirmed_after_and_within_its_parent(cast):
    parent = delegate(cast, person=None, role="decision_maker", may_subdelegate=True)
    child = delegate(cast, item_no="5.1.1", parent=parent)
    refused(ValidationError, role.confirm_delegation, child, by=cast.bo)
    with acting(cast.lena):
        parent.outcomes = ["refused"]
        parent.save()
    role.confirm_delegation(parent, by=cast.karin)
    child.refresh_from_db()
    refused(ValidationError, role.confirm_delegation, child, by=cast.bo)
    child.confirmed_by, child.confirmed_at = cast.bo, clock.now()
    with pytest.raises(IntegrityError, match="comes from"), acting(cast.bo):
        child.save()
