"""What an owner of the database can set beside tables and triggers: where names are found,
what a policy hides, numbers that no sequence draws and times that Python has none for."""

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from audit_app import ledger
from audit_app.acting import acting_as
from audit_app.reconcile import everything
from audit_app.sealing import sealer
from requests_app.core.people.models import RoleAssignment
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import page, signed_in

ROLES = RoleAssignment._meta.db_table
DECISIONS = "requests_app_decision"
PUT_IN = f"""
insert into {ROLES} select (jsonb_populate_record(one, '{{"id": -7}}')).* from {ROLES} one
order by id limit 1
"""
# One role at a time, and what would refuse it otherwise; what records stays.
IN_THE_WAY = f"""
alter table {ROLES} drop constraint roleassignment_no_overlap;
alter table {ROLES} disable trigger lockbox_guard;
alter table {ROLES} disable trigger lockbox_has_left;
alter table {ROLES} disable trigger lockbox_kept;
alter table {ROLES} disable trigger audit_history
"""


def numbers():
    return [one for one in everything("default") if "-7" in str(one)]


@pytest.mark.django_db
def test_a_row_below_the_first_number_is_found_and_so_it_is_once_it_is_gone(cast: Cast):
    """The finding: every check began at 0, and a right by a row before it was no fault."""
    assert numbers() == []
    sql("reset role")
    sql(IN_THE_WAY)
    with acting_as(cast.sam):
        sql(PUT_IN)
    assert ("number", ROLES) in {(one.what, one.object_type) for one in numbers()}
    with acting_as(cast.sam):
        sql(f"delete from {ROLES} where id = -7")
    assert "line" in {one.what for one in everything("default")}


@pytest.mark.django_db(transaction=True, databases=["default", "auditor", "owner"])
def test_a_session_finds_names_where_we_say_whatever_is_set_for_it(cast: Cast):
    name = connection.settings_dict["NAME"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"alter database {name} set search_path = elsewhere, public")
        cursor.execute(f"alter database {name} set row_security = on")
    connections.close_all()
    for alias in ("default", "auditor", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "select current_setting('search_path'), current_setting('row_security')"
            )
            assert cursor.fetchone() == ("public, pg_temp", "off"), alias


@pytest.mark.django_db
def test_what_a_policy_would_hide_is_an_error_and_no_silence(cast: Cast):
    """The finding: a case was 404 for the auditor, and the comparison said nothing."""
    sql("reset role")
    sql(f"alter table {DECISIONS} enable row level security")
    sql(f"create policy hidden on {DECISIONS} using (false)")
    sql("set role lockbox_auditor")
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        sql(f"select * from {DECISIONS}")
    assert "unread" in {one.what for one in everything("default")}


@pytest.mark.django_db(transaction=True, databases=["default", "auditor", "owner"])
def test_the_auditors_pages_answer_whatever_times_there_are(
    cast: Cast, settings, tmp_path, monkeypatch
):
    """The finding: each of them failed, and nobody could look."""
    monkeypatch.setattr(ledger, "ALIAS", "auditor")
    configure(settings, tmp_path)
    case = cast.decided()
    assert sealer.seal_round(nobody) == []
    for table, column in (
        (DECISIONS, "decided_at"),
        ("audit_app_checkpoint", "at"),
        ("audit_app_reconciled", "came_round_at"),
    ):
        with transaction.atomic():
            behind_our_back(table, f"update {table} set {column} = 'infinity'")
    agnes = signed_in(cast.agnes)
    names = ("verdict/", "decisions/", "patterns/", "figures/", "outside/", "")
    for path in (
        *(f"/revision/{name}" for name in names),
        *("/ledger/", page(case), f"/revision/case/{case.diary_number}/"),
    ):
        answer = agnes.get(path)
        is_told = "ändrad utanför Lockbox" in answer.content.decode()
        assert answer.status_code == 200 or (answer.status_code == 503 and is_told), (
            path
        )
