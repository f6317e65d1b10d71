"""Changes of roles and delegations: who did them, when, and what says another time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit_app.acting import acting_as
from requests_app.core.people.models import RoleAssignment
from requests_app.organisation import steps
from tests.helpers.people import delegate, engage, enter, rewrite
from tests.workbench.auditing.lists import rows

pytestmark = pytest.mark.usefixtures("undone")


def test_every_change_of_a_role_is_told_with_who_did_it_and_when(cast):
    given = enter(cast, cast.jonas, "dpo", by=cast.per)
    steps.confirm_role(given, by=cast.pia)
    steps.end_role(RoleAssignment.objects.get(pk=given.pk), by=cast.per, reason="Moved")
    mine = [row for row in rows(cast.agnes, "audit_roles") if "Dataskydd" in row.name]
    told = [(str(row.did), row.by, row.name) for row in mine if "Jonas" in row.name]
    assert told == [
        ("avslutades genast", "Per Test", "Jonas Test, Dataskyddsombud"),
        ("bekräftades", "Pia Test", "Jonas Test, Dataskyddsombud"),
        ("gavs", "Per Test", "Jonas Test, Dataskyddsombud"),
    ]
    # The giver stands, whoever ends it.
    given.refresh_from_db()
    assert given.given_by == cast.per


def test_what_says_another_time_than_it_was_recorded_is_marked(cast):
    delegate(cast, valid_from=timezone.localdate())
    late = delegate(
        cast, item_no="5.2", valid_from=timezone.localdate() - timedelta(days=9)
    )
    marked = {
        row.name: str(row.backdated)
        for row in rows(cast.agnes, "audit_roles", backdated="on")
    }
    assert f"{late.item_no} {late.title}" in marked and "5.1 Access" not in marked
    rose = engage(cast, "rose", "dpo", cast.gsn)
    held = RoleAssignment.objects.get(person=rose)
    rewrite(held, valid_to=timezone.localdate() - timedelta(days=3))
    marked = [
        (row.name, str(row.backdated))
        for row in rows(cast.agnes, "audit_roles", backdated="on")
    ]
    assert ("rose, Dataskyddsombud", "upphörde en dag innan det antecknades") in marked
    soon = timezone.localtime() + timedelta(days=1)
    assert rows(cast.agnes, "audit_roles", since=f"{soon:%Y-%m-%d}") == []


def test_roles_of_another_authority_are_not_in_the_list(cast):
    assert {row.authority for row in rows(cast.agnes, "audit_roles")} == {
        "Grundskolenämnden"
    }


def test_a_confirmation_that_was_taken_back_lifted_no_suspension(cast):
    with acting_as(cast.sam):
        steps.take_back_confirmations(cast.karin, by=cast.sam)
    mine = [row for row in rows(cast.agnes, "audit_roles") if "Karin" in row.name]
    assert str(mine[0].did) == "måste bekräftas på nytt"
