"""Delegations read in."""

from datetime import date

import pytest

from audit_app.acting import acting_as
from requests_app.organisation.models import DelegationRule
from requests_app.registers.steps import bring_in
from requests_app.registers.tables.information import REGISTERS
from tests.helpers.tables import errors_of_rows

pytestmark = pytest.mark.django_db


def test_imported_delegations_are_unconfirmed(cast):
    headings = ";".join(column.name for column in REGISTERS["delegations"].columns)
    row = "GSN;4.9;Logs;answer;refused|granted;60;2;;;no;no;;decision_maker;;§ 9;yes;2026-01-01;"
    table = REGISTERS["delegations"]
    bring_in(f"{headings}\n{row}\n", by=cast.lena, register=table, reason="x")
    made = DelegationRule.objects.get(item_no="4.9")
    assert (made.made_by, made.confirmed_at) == (cast.lena, None)
    assert made.outcomes == ["refused", "granted"]


def test_an_item_from_another_with_no_day_is_told_to_need_one(cast):
    headings = ";".join(column.name for column in REGISTERS["delegations"].columns)
    with acting_as(cast.lena):
        DelegationRule.objects.create(
            authority=cast.gsn,
            item_no="4.81",
            title="Logs",
            outcomes=["refused"],
            may_subdelegate=True,
            role="decision_maker",
            board_decision="§ 9",
            made_by=cast.lena,
            valid_from=date(2026, 1, 1),
        )
    row = (
        "GSN;4.9;Logs;answer;refused;;;;4.81;no;no;;legal_reviewer;;§ 9;yes;2026-13-01;"
    )
    (text,) = errors_of_rows("delegations", f"{headings}\n{row}\n", cast.lena)
    assert "2026-13-01" in text
