"""What the ledger says was let go, by a rule or a decision, is held against the rule or
the decision; and a line against the checkpoints that do not have it."""

import pytest
from django.db import connection

from audit_app.ledger import Kind, record
from audit_app.reconcile import everything
from audit_app.sealing import sealer
from requests_app.records.sweep import carry_out_retention
from tests.background.test_retention import SHORT, later
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody
from tests.helpers.retention_rules import rules_everywhere
from tests.helpers.sql import sql

pytestmark = pytest.mark.django_db
FORGED = "select audit_ledger_add('event', %s, %s, %s, null, %s::jsonb, %s, '')"  # as the owner of the database may
DETAIL = "audit_app_ledgerdetail"


def forge(event, table, key, basis, by):
    sql("reset role")
    sql(FORGED, event, table, str(key), basis, by.pk)
    sql("set role lockbox_app")


def unruled():
    return [one for one in everything("default") if one.what == "unruled"]


def read(cast):
    return record("page.read", by=cast.per, kind=Kind.READ, path="/x/")


def test_what_ran_out_by_a_rule_has_one_and_was_old_enough(cast: Cast):
    rules_everywhere(cast, **SHORT)
    read(cast)
    connection.check_constraints()
    with later(800):
        carry_out_retention(cast.sweeper)
    assert unruled() == []


def test_a_forged_expiry_is_found_where_no_rule_was_in_force(cast: Cast):
    """The finding: “ran out by a rule of retention”, in a town that had none."""
    forge("detail.expired", DETAIL, read(cast), '{"period": "reads"}', cast.sweeper)
    assert len(unruled()) == 1


def test_a_forged_expiry_is_found_where_the_line_is_too_new(cast: Cast):
    rules_everywhere(cast, **SHORT)
    forge("detail.expired", DETAIL, read(cast), '{"period": "reads"}', cast.sweeper)
    assert len(unruled()) == 1


@pytest.mark.parametrize(
    ("event", "table", "basis"),
    [
        ("row.disposed", "requests_app_secrecyreview", '{"disposal": 77}'),
        ("row.disposed", "requests_app_secrecyreview", "{}"),
        ("detail.disposed", DETAIL, '{"basis": "KSN 1", "proposal": 1}'),
    ],
)
def test_a_disposal_that_nobody_decided_is_found(cast: Cast, event, table, basis):
    """The finding: a list that does not exist, and all was well."""
    forge(event, table, read(cast), basis, cast.lena)
    assert len(unruled()) == 1


def test_a_line_that_a_checkpoint_lacks_was_not_there_before_it(
    cast: Cast, settings, tmp_path
):
    """The finding: a number that was drawn long ago, and a line with a time of then."""
    configure(settings, tmp_path)
    sql("reset role")
    sql("delete from audit_app_setclock")
    sql("set role lockbox_app")
    cast.registered()
    assert sealer.seal_round(nobody) == []
    pk = record("note", by=cast.per)
    sql("reset role")
    sql("alter table audit_app_ledgerentry disable trigger audit_append_only")
    sql(
        "update audit_app_ledgerentry set at = at - interval '3 days' where id = %s", pk
    )
    assert sealer.seal_round(nobody) == []
    late = [one for one in everything("default") if one.what == "late"]
    assert [one.entry_id for one in late] == [pk]
