"""Roles read in."""

import pytest

from requests_app.models import RoleAssignment
from requests_app.registers import REGISTERS
from requests_app.workflow.register_import import bring_in
from tests.helpers.tables import ROLES, errors_of_rows

pytestmark = pytest.mark.django_db


def test_nobody_imports_a_role_for_themselves_and_another_looks_at_each(cast):
    row = "{};auditor;GSN;;;;2026-01-01;;Checks\n"
    assert errors_of_rows("roles", ROLES + row.format("per"), cast.per)[0]
    table = REGISTERS["roles"]
    bring_in(ROLES + row.format("jonas"), by=cast.per, register=table, reason="x")
    made = RoleAssignment.objects.get(role="auditor", person=cast.jonas)
    assert (made.given_by, made.seen_at) == (cast.per, None)
    overlaps = ROLES + row.format("jonas").replace("2026-01-01", "2026-02-01")
    assert errors_of_rows("roles", overlaps, cast.per)[0]
