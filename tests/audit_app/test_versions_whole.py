"""A version is compared with all that the ledger knows of it: who signed it, and
also what its change left as it was."""

import pytest
from django.db import connection

from audit_app.reconcile import everything
from requests_app.core.people.models import RoleAssignment
from tests.cast import Cast
from tests.helpers.tampering import behind_our_back
from tests.workbench.auditing.lists import rows

pytestmark = pytest.mark.usefixtures("undone")
REVIEW, REVIEWS = "requests_app_secrecyreview", "requests_app_historicalsecrecyreview"
ROLE, ROLES = "requests_app_roleassignment", "requests_app_historicalroleassignment"


@pytest.fixture(scope="module")
def case(once):
    case = Cast().answered()
    connection.check_constraints()
    return case


@pytest.fixture
def found(case):
    assert set(everything("default")) == set()
    return lambda: {(one.what, one.object_type) for one in everything("default")}


def test_who_signed_a_version_is_told_by_its_line(case, found):
    """The auditors' page on roles has it from history alone."""
    cast = Cast()
    row = RoleAssignment.objects.filter(person=cast.karin).order_by("pk")[0]
    forged = f"history_user_id = {cast.jonas.pk}"
    behind_our_back(ROLES, f"update {ROLES} set {forged} where id = %s", row.pk)
    mine = [one for one in rows(cast.agnes, "audit_roles") if "Karin" in one.name]
    assert mine
    assert found() == {("version", ROLE)}


def test_what_the_last_change_left_alone_is_told_with_the_row(case, found):
    """Row and newest version agree, on what no line ever told."""
    cast, newest = Cast(), case.history.first()
    assert newest.case_officer_id == newest.prev_record.case_officer_id
    places = {REVIEWS: f"history_id = {newest.pk}", REVIEW: f"id = {case.pk}"}
    for table, where in places.items():
        behind_our_back(
            table, f"update {table} set case_officer_id = %s where {where}", cast.bo.pk
        )
    assert found() & {("version", REVIEW), ("row", REVIEW)}


def test_so_it_is_in_a_version_in_the_middle(case, found):
    """Else history says that another did it, and when."""
    cast, middle = Cast(), case.history.all()[2]
    assert middle.case_officer_id == middle.prev_record.case_officer_id
    behind_our_back(
        REVIEWS,
        f"update {REVIEWS} set case_officer_id = %s where history_id = %s",
        cast.bo.pk,
        middle.pk,
    )
    assert found() == {("version", REVIEW)}


def test_a_table_whose_guard_was_taken_off_is_compared_all_the_same(case, found):
    """Not switched off but dropped: which tables there are is not the owner's word."""
    row = RoleAssignment.objects.order_by("pk").first()
    behind_our_back(ROLE, f"drop trigger audit_history on {ROLE}")
    behind_our_back(
        ROLE, f"update {ROLE} set valid_to = '2030-01-01' where id = %s", row.pk
    )
    assert ("row", ROLE) in found()
