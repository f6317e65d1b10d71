"""Whoever owns the database gives a leaf a number out of all reason: it is told, and keeps
nobody from comparing what there is."""

import pytest
from django.db import connection

from audit_app.models import SealedLeaf
from audit_app.sealing import keys, outside, sealer
from audit_app.verifying.faults import faults
from audit_app.verifying.ledger import Ledger
from tests.audit_app.leaves import found, line
from tests.audit_app.statements import ENTRY, LEAF, REWRITE
from tests.helpers.ledgers import configure, nobody
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("far", [10**6, 2**63 - 1])
def test_what_is_between_is_not_told_leaf_by_leaf(cast, settings, tmp_path, far):
    """It was, and held the sweep for as long as there were numbers."""
    configure(settings, tmp_path)
    cast.decided()
    connection.check_constraints()
    assert sealer.seal_round(nobody) == [] and found() == []
    last = SealedLeaf.objects.latest("leaf_index")
    move = f"update {LEAF} set leaf_index = %s where entry_id = %s"
    behind_our_back(LEAF, move, far, last.entry_id)
    behind_our_back(ENTRY, REWRITE, line(100))
    told = found()
    assert ("gone", LEAF, str(last.leaf_index), None) in told
    assert ("line", LEAF, "100", line(100)) in told
    assert len(told) < 100
    sql("reset role")
    ledger = Ledger()
    ledger.take(outside.sections("default"))
    assert faults(ledger, {}, (), keys.known_keys())
