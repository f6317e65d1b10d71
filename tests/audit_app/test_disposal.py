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
    """In a database role."""
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


def test_the_application_says_of_nothing_that_it_was_disposed_of(cast, review):
    line = with_details()[0]
    forged = (
        "select audit_ledger_record('event', 'detail.disposed',"
        " 'audit_app_ledgerdetail', %s, null, null, null, '', '')"
    )
    with pytest.raises(DatabaseError, match="by audit_ledger_dispose"):
        sql(forged, str(line.pk))


@pytest.mark.parametrize("number", ["x", "0", "\u00b2", "99999999999999999999"])
def test_a_line_that_looks_like_a_disposal_excuses_nothing(cast, review, number):
    """Such as whoever owns the database can write, in another role."""
    sealer.seal()
    line = with_details()[0]
    sql("reset role")
    for about in (number, str(line.pk)):
        sql(
            "select audit_ledger_add('event', 'detail.disposed',"
            " 'audit_app_ledgerdetail', %s, null, null, null, '', '')",
            about,
        )
    sql("alter table audit_app_ledgerdetail disable trigger user")
    LedgerDetail.objects.filter(entry=line).delete()
    sql("alter table audit_app_ledgerdetail enable always trigger audit_append_only")
    sql("set role lockbox_app")
    assert f"the detail of line {line.pk} is gone" in faults_now()
    assert line.pk in {one.entry_id for one in everything("default")}


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
    for words, by, why in (("12 thirteen", "x", "'thirteen'"), ("0", "x", "'x'")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(words))
        with pytest.raises(CommandError, match=why):
            call_command("dispose_details", basis=BASIS, by=by)
