"""Delegations read in."""

import pytest

from requests_app.models import DelegationRule
from requests_app.registers import TABLES
from requests_app.workflow.register_import import bring_in

pytestmark = pytest.mark.django_db


def test_imported_delegations_are_unconfirmed(cast):
    headings = ";".join(column.name for column in TABLES["delegations"].columns)
    row = "GSN;4.9;Logs;answer;refused|granted;60;2;;;no;decision_maker;;§ 9;yes;2026-01-01;"
    table = TABLES["delegations"]
    bring_in(f"{headings}\n{row}\n", by=cast.lena, table=table, reason="x")
    made = DelegationRule.objects.get(item_no="4.9")
    assert (made.made_by, made.confirmed_at) == (cast.lena, None)
    assert made.outcomes == ["refused", "granted"]
