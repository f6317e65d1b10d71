"""What a line was about is disposed of by law and its line stays: the ledger verifies as
before, and says by what decision. Otherwise nobody removes it."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from audit_app.models import LedgerDetail, LedgerEntry
from audit_app.reconcile.rounds import everything
from audit_app.sealing import copying, sealer
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from requests_app.workflow.machine_accounts import SYSTEM, machine_account
from tests.helpers.sql import sql
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
BASIS = "KSN 2031-0117 § 5"
DISPOSE = "select audit_ledger_dispose(%s, %s, %s, 'test')"


@pytest.fixture
def review(cast):
    review = cast.registered()
    signed_in(cast.karin).get(page(review))
    connection.check_constraints()
    return review


def dispose(lines, basis=BASIS, role="lockbox_disposal"):
    """Signed by the system's account, in a database role."""
    values = [[line.pk for line in lines], basis, machine_account(SYSTEM).pk]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set role {role}")
        cursor.execute(DISPOSE, values)
        gone = cursor.fetchone()[0]
        cursor.execute("set role lockbox_app")
        return gone


def with_details():
    return list(LedgerEntry.objects.exclude(detail=None).order_by("pk"))


def faults_now():
    ledger = Ledger()
    sql("reset role")
    ledger.take(copying.sections("default"))
    sql("set role lockbox_app")
    return [fault.what for fault in faults(ledger, {})]


def test_what_is_disposed_of_is_gone_and_its_line_verifies(cast, review):
    sealer.seal()
    assert faults_now() == [] and set(everything("default")) == set()
    lines = with_details()
    assert dispose(lines) == len(lines)
    assert not LedgerDetail.objects.filter(entry__in=lines).exists()
    kept = LedgerEntry.objects.filter(pk__in=[one.pk for one in lines])
    assert set(kept) == set(lines)
    told = LedgerEntry.objects.filter(event="detail.disposed").select_related("detail")
    assert {int(one.object_id) for one in told} == {line.pk for line in lines}
    assert {one.facts["basis"] for one in told} == {BASIS}
    sealer.seal()
    assert faults_now() == []
    assert set(everything("default")) == set()


def test_one_that_is_gone_and_of_which_no_line_tells_is_still_a_fault(cast, review):
    sealer.seal()
    first, second, *_others = with_details()
    dispose([first])
    sql("reset role")
    sql("alter table audit_app_ledgerdetail disable trigger user")
    LedgerDetail.objects.filter(entry=second).delete()
    sql("alter table audit_app_ledgerdetail enable always trigger audit_append_only")
    sql("set role lockbox_app")
    assert [what for what in faults_now() if "detail" in what] == [
        f"the detail of line {second.pk} is gone"
    ]
    (found,) = everything("default")
    assert found.entry_id == second.pk


def test_nobody_else_removes_a_detail(cast, review):
    line = with_details()[0]
    for role in ("lockbox_app", "lockbox_auditor"):
        with pytest.raises(DatabaseError, match="permission denied"):
            dispose([line], role=role)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute("delete from audit_app_ledgerdetail")


def test_a_disposal_has_a_basis_and_its_basis_stays(cast, review):
    line = with_details()[0]
    with pytest.raises(DatabaseError, match="has a basis"):
        dispose([line], basis=" ")
    dispose([line])
    with pytest.raises(DatabaseError, match="stays"):
        dispose(LedgerEntry.objects.filter(event="detail.disposed"))


def test_pages_do_without_what_was_disposed_of(cast, review):
    dispose(with_details())
    assert signed_in(cast.karin).get(page(review)).status_code == 200
    story = signed_in(cast.agnes).get(f"/revision/case/{review.diary_number}/")
    assert story.status_code == 200


def test_the_command_says_what_it_can_not_read_and_how_many_there_were(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("12 thirteen"))
    with pytest.raises(CommandError, match="'thirteen'"):
        call_command("dispose_details", basis=BASIS)
    monkeypatch.setattr(sys, "stdin", io.StringIO("0"))
    told = io.StringIO()
    call_command("dispose_details", basis=BASIS, stdout=told)
    assert told.getvalue() == "0 details disposed of.\n"
