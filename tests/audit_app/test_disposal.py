"""What a line was about is disposed of by law and its line stays: the ledger verifies as
before, and says by what decision. It takes two persons, and nothing of what stands goes
that way; what went all the same is told."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from audit_app.models import LedgerDetail, LedgerEntry
from audit_app.reconcile import everything
from audit_app.sealing import outside, sealer
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from requests_app.cases.review.models.decision import Decision
from tests.helpers.disposing import BASIS, confirmed, dispose, proposed
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DECISION, HISTORY = "requests_app_decision", "requests_app_historicaldecision"


@pytest.fixture
def review(cast):
    review = cast.registered()
    signed_in(cast.karin).get(page(review))
    connection.check_constraints()
    return review


def with_details():
    """Of what was read and done, and of no row."""
    lines = LedgerEntry.objects.exclude(detail=None).exclude(kind="change")
    lines = lines.exclude(event="application.login_recorded")
    return list(lines.order_by("pk"))


def of_row(row):
    lines = LedgerEntry.objects.filter(kind="change", object_id=str(row.pk))
    return list(lines.filter(object_type=row._meta.db_table).order_by("pk"))


def faults_now():
    ledger = Ledger()
    sql("reset role")
    ledger.take(outside.sections("default"))
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
    assert {one.actor_name for one in told} == {"Jonas Test"}
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
            proposed([line], role=role)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute("delete from audit_app_ledgerdetail")


@pytest.mark.parametrize("event", ["detail.disposed", "disposal.proposed"])
def test_the_application_says_of_nothing_that_it_was_disposed_of(cast, review, event):
    forged = (
        "select audit_ledger_record('event', %s, 'audit_app_ledgerdetail', %s, null,"
        " null, null, '')"
    )
    with pytest.raises(DatabaseError, match="by a function of its own"):
        sql(forged, event, str(with_details()[0].pk))


def test_nobody_disposes_alone(cast, review):
    number = proposed(with_details())
    with pytest.raises(DatabaseError, match="confirmed by another"):
        confirmed(number, by="karin")
    with pytest.raises(DatabaseError, match="nobody has proposed"):
        confirmed(number - 1)
    assert LedgerDetail.objects.filter(entry__in=with_details()).exists()
    assert confirmed(number) > 0


def test_what_tells_of_a_row_that_stands_stays(cast, review):
    lines = of_row(review)
    with pytest.raises(DatabaseError, match=f"line {lines[0].pk} tells of what stands"):
        proposed(lines)


def test_a_disposal_launders_nothing(cast):
    """Row and history of a decision, once nothing says what they were."""
    row = Decision.objects.get(review=cast.answered())
    connection.check_constraints()
    sealer.seal()
    before = set(everything("default"))
    line = of_row(row)[0]
    sql("reset role")
    sql("alter table audit_app_ledgerdetail disable trigger user")
    sql("grant execute on function audit_ledger_add to lockbox_disposal")
    sql("set role lockbox_disposal")
    sql(
        "select audit_ledger_add('event', 'detail.disposed', 'audit_app_ledgerdetail',"
        " %s, null, null, null, '')",
        str(line.pk),
    )
    sql("reset role")
    LedgerDetail.objects.filter(entry=line).delete()
    for table in (HISTORY, DECISION):
        minutes = f"update {table} set granted_minutes = 600 where id = %s"
        behind_our_back(table, minutes, row.pk)
    found = {(one.what, one.entry_id) for one in set(everything("default")) - before}
    assert ("disposed", line.pk) in found


@pytest.mark.parametrize("number", ["x", "0", "\u00b2", "99999999999999999999"])
def test_a_line_that_looks_like_a_disposal_excuses_nothing(cast, review, number):
    """Such as whoever owns the database can write, in another role."""
    sealer.seal()
    line = with_details()[0]
    sql("reset role")
    for about in (number, str(line.pk)):
        sql(
            "select audit_ledger_add('event', 'detail.disposed',"
            " 'audit_app_ledgerdetail', %s, null, null, null, '')",
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
        proposed([line], basis=" ")
    dispose([line])
    for event in ("detail.disposed", "disposal.proposed"):
        with pytest.raises(DatabaseError, match="tells of itself stays"):
            proposed(LedgerEntry.objects.filter(event=event))


def test_pages_do_without_what_was_disposed_of(cast, review):
    dispose(with_details())
    assert signed_in(cast.karin).get(page(review)).status_code == 200


def test_the_command_says_what_it_can_not_read(monkeypatch):
    """What it does is in the database: here what it can not read."""
    nobody = "Nobody has the user name x"
    for words, by, why in (("12 thirteen", "x", "'thirteen'"), ("0", "x", nobody)):
        monkeypatch.setattr(sys, "stdin", io.StringIO(words))
        with pytest.raises(CommandError, match=why):
            call_command("dispose_details", basis=BASIS, by=by)
    with pytest.raises(CommandError, match=nobody):
        call_command("dispose_details", confirm=7, by="x")
