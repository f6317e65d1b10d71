"""Roles read in."""

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.people.models import RoleAssignment
from requests_app.organisation.law import why_not_given
from requests_app.registers.steps import bring_in, errors_of, saving, write_row
from requests_app.registers.tables.information import REGISTERS
from tests.helpers.people import DAY, NIGHT, give, has
from tests.helpers.tables import ROLES, errors_of_rows

pytestmark = pytest.mark.django_db


def test_nobody_imports_a_role_for_themselves_and_another_confirms_each(cast):
    row = "{};auditor;GSN;;;;;2026-01-01;;Checks;He checks nothing of his own.\n"
    [told] = errors_of_rows("roles", ROLES + row.format("per"), cast.per)
    assert "Ingen ger sig själv" in told
    table = REGISTERS["roles"]
    with acting.at(DAY):
        bring_in(ROLES + row.format("jonas"), by=cast.per, register=table, reason="x")
    made = RoleAssignment.objects.get(role="auditor", person=cast.jonas)
    assert (made.given_by, made.given_at) == (cast.per, DAY)
    assert (made.confirmed_at, made.usable_until) == (None, None)
    overlaps = ROLES + row.format("jonas").replace("2026-01-01", "2026-02-01")
    assert errors_of_rows("roles", overlaps, cast.per)[0]


def test_a_role_of_a_file_waits_at_night_too(cast):
    text = ROLES + "jonas;decision_maker;GSN;;;;;2026-01-01;;Checks;Nobody else can\n"
    with acting.at(NIGHT):
        bring_in(text, by=cast.per, register=REGISTERS["roles"], reason="x")
        made = RoleAssignment.objects.get(role="decision_maker", person=cast.jonas)
        assert made.usable_until is None
        assert not has(cast.jonas, "decision_maker", cast.gsn)


@pytest.mark.parametrize(
    ("name", "role"), [("agnes", "decision_maker"), ("bo", "auditor")]
)
def test_no_file_makes_an_auditor_decide_nor_a_decider_audit(cast, name, role):
    text = f"{ROLES}{name};{role};GSN;;;;;2026-01-01;;Checks;\n"
    [told] = errors_of_rows("roles", text, cast.per)
    assert "granskar" in told
    with pytest.raises(IntegrityError, match="auditors_decide_nothing"):
        give(cast, getattr(cast, name), role)


def test_who_made_the_account_does_not_import_its_roles(cast):
    with acting_as(cast.per):
        get_user_model().objects.create(username="new")
    text = ROLES + "new;auditor;GSN;;;;;2026-01-01;;Checks;\n"
    assert errors_of_rows("roles", text, cast.per)[0]
    assert not errors_of_rows("roles", text, cast.pia)[0]


def test_what_is_not_theirs_to_give_is_told_beside_the_row_as_on_the_page(cast):
    """Whoever keeps the rows of an authority that has had no manager."""
    titles, cells = (
        line.split(";")
        for line in f"{ROLES}jonas;it_manager;SNC;;;;;2026-01-01;;Checks;".split("\n")
    )
    row = dict(zip(titles, cells, strict=True))
    form = REGISTERS["roles"].form(row, by=cast.per, authorities={cast.snc.pk})
    with acting_as(cast.per):
        assert write_row(form, saving(cast.per, "x", "")) == "wrong"
    given = RoleAssignment(person=cast.jonas, role="it_manager", authority=cast.snc)
    [error] = errors_of(form)
    assert error.endswith(why_not_given(cast.per, given))
