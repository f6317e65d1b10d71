"""What is altered anew, after it was found, mended and concluded, is told anew."""

import pytest
from django.db import connection

from audit_app import reconcile
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import SWEEP, machine_account
from requests_app.oversight.steps.incidents import conclude_alteration
from requests_app.oversight.sweep import reconcile as reconcile_round
from tests.cast import Cast
from tests.helpers.tampering import behind_our_back

pytestmark = pytest.mark.usefixtures("undone")
ROLE, ROLES = "requests_app_roleassignment", "requests_app_historicalroleassignment"


@pytest.fixture(scope="module")
def cast(once):
    cast = Cast()
    cast.decided()
    connection.check_constraints()
    return cast


def test_a_role_lengthened_a_second_time_alarms_again(cast, monkeypatch):
    """With its history, so that no page has it in red by itself."""
    by, row = (
        machine_account(SWEEP),
        RoleAssignment.objects.filter(person=cast.karin).first(),
    )
    checks = [
        one for one in reconcile.checks_rounds("default") if one.name == "changes"
    ]
    monkeypatch.setattr(reconcile, "checks", lambda _using: checks)

    def ends(day):
        for table in (ROLES, ROLE):
            value = f"update {table} set valid_to = {day} where id = %s"
            behind_our_back(table, value, row.pk)
        return [line for _r in range(3) for line in reconcile_round(by, seconds=60)]

    reconcile_round(by, seconds=0)  # guards, that sleep from here on, once an hour
    assert len(ends("'2030-01-01'")) == 1
    alteration = Alteration.objects.get(object_type=ROLE, concluded_at=None)
    assert ends("null") == []
    conclude_alteration(
        alteration, by=cast.ivar, outcome="changed", conclusion="A slip, mended"
    )
    assert len(ends("'2040-01-01'")) == 1
    assert Alteration.objects.filter(object_type=ROLE, concluded_at=None).exists()
