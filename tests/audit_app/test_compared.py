"""What the auditor's answers rest on is compared with the ledger: when and why, in which
order, with which password, by which login, and how much has been signed."""

import pytest
from django.db import connection

from audit_app.models import Checkpoint, LedgerDetail
from audit_app.reconcile import everything
from audit_app.sealing import sealer
from lockbox_site.models import SecondFactor, User
from requests_app.core.people.models import RoleAssignment
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import signed_in

pytestmark = pytest.mark.usefixtures("undone")
REVIEW, REVIEWS = "requests_app_secrecyreview", "requests_app_historicalsecrecyreview"
ROLE, ROLES = "requests_app_roleassignment", "requests_app_historicalroleassignment"
USER, LOGIN = "lockbox_site_user", "audit_app_applicationlogin"


@pytest.fixture(scope="module")
def case(once):
    case = Cast().answered()
    connection.check_constraints()
    return case


@pytest.fixture
def found(case):
    assert set(everything("default")) == set()
    return lambda: {(one.what, one.object_type) for one in everything("default")}


@pytest.mark.parametrize("change", [
    "history_date = history_date + interval '1 second'",
    "history_date = 'infinity'",
    "history_change_reason = 'As the council wished'",
])  # fmt: skip
def test_when_and_why_a_version_was_written_its_line_tells(case, found, change):
    version = case.history.first()
    behind_our_back(
        REVIEWS, f"update {REVIEWS} set {change} where history_id = %s", version.pk
    )
    assert found() == {("version", REVIEW)}


def test_versions_follow_one_another_as_their_lines_do(case, found):
    first, second = sorted(one.pk for one in case.history.all()[1:3])
    for old, new in ((first, -1), (second, first), (-1, second)):
        behind_our_back(
            REVIEWS,
            f"update {REVIEWS} set history_id = %s where history_id = %s",
            new,
            old,
        )
    assert found() == {("version", REVIEW)}


def test_a_password_that_nobody_chose_is_told(case, found):
    text = f"update {USER} set password = 'x' where id = %s"
    behind_our_back(USER, text, Cast().bo.pk)
    assert found() == {("told", USER)}


def test_so_is_a_password_put_back(case, found):
    """The line of the last change counts, not any before it."""
    bo = User.objects.get(username="bo")
    before, bo_password = bo.password, "another Password of 40 characters 1234567"
    from audit_app.acting import acting_as

    with acting_as(bo):
        bo.set_password(bo_password)
        bo.save()
    connection.check_constraints()
    assert found() == set()
    behind_our_back(
        USER, f"update {USER} set password = %s where id = %s", before, bo.pk
    )
    assert found() == {("told", USER)}


def test_no_line_has_a_secret(case):
    bo = User.objects.get(username="bo")
    assert (
        bo.password
        and not LedgerDetail.objects.filter(body__contains=bo.password).exists()
    )


def test_one_time_codes_of_ones_own_are_told(case, found):
    table = SecondFactor._meta.db_table
    sql("reset role")
    behind_our_back(
        table,
        f"insert into {table} (person_id, secret, last_step) values (%s, 'x', 0)",
        Cast().bo.pk,
    )
    assert found() == {("told", table)}


def test_a_login_that_nobody_recorded_is_told_and_blinds_no_page(case, found):
    behind_our_back(
        LOGIN,
        f"insert into {LOGIN} (login, db_role, since) values"
        " ('forged', 'none', '-infinity'), ('forged', 'none', '0044-03-15 BC')",
    )
    assert ("told", LOGIN) in found()
    page = f"/revision/case/{case.diary_number}/"
    agnes = signed_in(Cast().agnes)
    assert agnes.get(page).status_code == 200
    assert agnes.get("/revision/outside/").status_code == 200


def test_a_role_given_outside_is_told_with_its_time(case, found):
    """The auditor's question is who could see it then."""
    row = RoleAssignment.objects.order_by("pk").first()
    text = f"update {ROLES} set history_date = '2020-01-01' where id = %s"
    behind_our_back(ROLES, text, row.pk)
    assert found() == {("version", ROLE)}


@pytest.fixture
def signed(case, settings, tmp_path):
    configure(settings, tmp_path)
    for number in ("ONE", "TWO"):
        Cast().new(number=number)
        assert sealer.seal_round(nobody) == []
    connection.check_constraints()


@pytest.mark.parametrize("name", ["checkpoint", "cosignature", "stamp"])
def test_what_was_signed_does_not_grow_less(signed, found, name):
    first = Checkpoint.objects.last()
    sql("select audit_ledger_cosigned(%s, 'x', 'x')", first.size)
    sql("select audit_ledger_stamped(%s, 'x')", first.size)
    Cast().new(number="THREE")
    assert sealer.seal_round(nobody) == []
    before = found()
    table = f"audit_app_{name}"
    sql("reset role")
    for other in ("cosignature", "stamp") if name == "checkpoint" else ():
        behind_our_back(f"audit_app_{other}", f"delete from audit_app_{other}")
    behind_our_back(table, f"delete from {table}")
    sql("set constraints all immediate")
    assert ("taken", table) in found() - before


def test_what_can_not_be_read_is_told_and_hides_nothing(case, found):
    """A detail that is no JSON stops PostgreSQL where versions are compared with it."""
    line = LedgerDetail.objects.filter(entry__object_type=ROLE).first().pk
    table = LedgerDetail._meta.db_table
    behind_our_back(table, f"update {table} set body = '?' where entry_id = %s", line)
    said = found()
    assert ("detail", "audit_app_ledgerentry") in said
    assert ("unread", "audit_app_ledgerentry") in said
    behind_our_back(
        USER, f"update {USER} set password = 'x' where id = %s", Cast().bo.pk
    )
    assert ("told", USER) in found()
