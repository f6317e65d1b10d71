"""Ledger, history, rows and contents are compared, and what was done past them is found,
told once, and stands on the case."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit_app import reconcile
from audit_app.models import Disagreement, LedgerEntry
from audit_app.reconcile import Finding, What, everything
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.cases.review.models.decision import Decision
from requests_app.core.models import Content
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import SWEEP, machine_account
from requests_app.oversight.sweep import reconcile as reconcile_round
from tests.cast import Cast
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.usefixtures("undone")
DECISION, HISTORY = "requests_app_decision", "requests_app_historicaldecision"
ROLE, ROLES = "requests_app_roleassignment", "requests_app_historicalroleassignment"
ENTRY, DETAIL = "audit_app_ledgerentry", "audit_app_ledgerdetail"


@pytest.fixture(scope="module")
def case(once):
    cast = Cast()
    case = cast.answered()
    connection.check_constraints()
    return case


@pytest.fixture
def decision(case):
    return Decision.objects.get(review=case)


@pytest.fixture(scope="module")
def before(case):
    """All agrees, where nobody was."""
    assert (known := set(everything("default"))) == set()
    return known


@pytest.fixture
def found(before):
    def found():
        now = set(everything("default")) - before
        return {(one.what, one.object_type) for one in now}

    return found


def test_all_agrees_where_nobody_was(case, found):
    assert found() == set()


def line_of(table, pk):
    lines = LedgerEntry.objects.filter(object_type=table, object_id=str(pk))
    return lines.filter(kind="change").order_by("id").first().pk


def test_a_row_changed_with_its_history_is_told_by_the_ledger(decision, found):
    """The findings' blocker: page and history agree, on what is false."""
    behind_our_back(
        HISTORY, f"update {HISTORY} set granted_minutes = 5 where id = %s", decision.pk
    )
    behind_our_back(
        DECISION,
        f"update {DECISION} set granted_minutes = 5 where id = %s",
        decision.pk,
    )
    assert found() == {("version", DECISION)}


def test_a_row_changed_alone_is_told_by_its_history(decision, found):
    behind_our_back(
        DECISION,
        f"update {DECISION} set granted_minutes = 5 where id = %s",
        decision.pk,
    )
    assert found() == {("row", DECISION)}


def test_a_version_taken_out_is_told(decision, found):
    behind_our_back(HISTORY, f"delete from {HISTORY} where id = %s", decision.pk)
    assert found() == {("version", DECISION), ("row", DECISION)}


def test_a_role_put_in_with_its_history_and_an_earlier_date_is_told(case, found):
    role = RoleAssignment.objects.order_by("pk").first()
    names = [field.column for field in RoleAssignment._meta.concrete_fields]
    earlier = {"id": "999999", "valid_from": "'2010-01-01'", "valid_to": "'2010-12-31'"}
    columns, values = ", ".join(names), ", ".join(earlier.get(n, n) for n in names)
    behind_our_back(
        ROLE,
        f"insert into {ROLE} ({columns}) select {values} from {ROLE} where id = %s",
        role.pk,
    )
    of_history = "history_type, history_xid, history_user_id"
    behind_our_back(
        ROLES,
        f"insert into {ROLES} ({columns}, history_id, history_date, {of_history})"
        f" select {values}, 999999, history_date - interval '10 years', {of_history}"
        f" from {ROLES} where id = %s limit 1",
        role.pk,
    )
    assert found() == {("version", ROLE)}


def test_a_line_taken_out_is_told_by_history(decision, found):
    pk = line_of(DECISION, decision.pk)
    behind_our_back(DETAIL, f"delete from {DETAIL} where entry_id = %s", pk)
    behind_our_back(ENTRY, f"delete from {ENTRY} where id = %s", pk)
    assert found() == {("version", DECISION)}


def test_a_line_and_its_detail_are_looked_at(decision, found):
    pk = line_of(DECISION, decision.pk)
    behind_our_back(
        DETAIL, f"update {DETAIL} set body = '{{}}' where entry_id = %s", pk
    )
    assert ("detail", ENTRY) in found()
    behind_our_back(ENTRY, f"update {ENTRY} set payload = '{{' where id = %s", pk)
    assert ("line", ENTRY) in found()


def test_a_content_changed_is_told_though_nobody_reads_it(case, found):
    digest = Content.objects.first().pk
    table = "requests_app_content"
    behind_our_back(
        table, f"update {table} set body = 'other' where digest = %s", digest
    )
    assert found() == {("content", table)}


def test_the_sweep_finds_it_piece_by_piece_and_tells_once(case, decision, monkeypatch):
    by = machine_account(SWEEP)
    # Every check comes round, one slice each time.
    checks = reconcile.checks_rounds("default")
    monkeypatch.setattr(
        reconcile, "checks", lambda using: [one._replace(most=50) for one in checks]
    )
    reconcile_round(by, seconds=0)
    slices = "select count(*) from audit_app_reconciled where name <> 'guards'"
    first = sql_all(slices)
    assert first == 1
    reconcile_round(by, seconds=60)
    behind_our_back(
        HISTORY, f"update {HISTORY} set granted_minutes = 5 where id = %s", decision.pk
    )
    behind_our_back(
        DECISION,
        f"update {DECISION} set granted_minutes = 5 where id = %s",
        decision.pk,
    )
    told = []
    for _round in range(8):
        told += reconcile_round(by, seconds=60)
    assert len([line for line in told if DECISION in line]) == 1
    row = Disagreement.objects.get(object_type=DECISION)
    assert row.what == "version" and row.object_id == str(decision.pk)
    assert row.entry_id == line_of(DECISION, decision.pk) and row.changed_at
    assert row.db_role == "lockbox_app" and row.session_user_name
    assert (
        LedgerEntry.objects.filter(
            event="record.disagreement", object_type=DECISION
        ).count()
        == 1
    )
    alteration = Alteration.objects.get(object_type=DECISION)
    assert alteration.access_request == case.access_request
    # On the case, in red, with who was at the database.
    text = signed_in(case.case_officer).get(page(case)).content.decode()
    assert "Historiken säger inte vad händelseloggen säger" in text
    assert row.session_user_name in text


def sql_all(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def test_what_was_found_is_not_rewritten(case):
    sql("select audit_disagreement_add('row', 'x', '1', null, null)")
    for statement in (
        "update audit_app_disagreement set what = 'line'",
        "delete from audit_app_disagreement",
        "insert into audit_app_disagreement (what, object_type, object_id, found_at,"
        " session_user_name, db_role) values ('row', '', '', now(), '', '')",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(statement)


def test_the_command_ends_with_1_for_what_is_a_fault(monkeypatch, capsys):
    outside = Finding(What.OUTSIDE, ROLE, "1", 7)
    monkeypatch.setattr(reconcile, "everything", lambda using: [outside])
    call_command("check_record")
    assert f"{ROLE} 1 (line 7)" in capsys.readouterr().out
    both = [outside, Finding(What.ROW, ROLE, "1")]
    monkeypatch.setattr(reconcile, "everything", lambda using: both)
    with pytest.raises(CommandError, match="has 1 faults"):
        call_command("check_record")
