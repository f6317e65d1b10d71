"""Branches and connections read in."""

import pytest

from requests_app.core.people.models import SecrecyBranch
from requests_app.core.two_persons import RegisterChange, can_settle_change
from requests_app.registers.models.cloud import Connection
from requests_app.registers.steps import bring_in
from requests_app.registers.tables.information import REGISTERS
from tests.helpers.people import engage
from tests.helpers.tables import errors_of_rows

pytestmark = pytest.mark.django_db
BRANCHES = "authority;name\n"
CONNECTIONS = "authority;product;name;external_id;is_active;is_automatic\n"


def states(table, text, by):
    results = bring_in(text, by=by, register=REGISTERS[table], reason="x")
    return [result.state for result in results]


def test_branches_are_added_once(cast):
    text = f"{BRANCHES}GSN;Elevhälsan\nGSN;Grundskolan\n"
    assert states("branches", text, cast.per) == ["new", "new"]
    assert states("branches", text, cast.per) == ["same", "same"]
    assert SecrecyBranch.objects.filter(authority=cast.gsn).count() == 2
    foreign = f"{BRANCHES}SNC;Familjerätt\n"
    assert errors_of_rows("branches", foreign, cast.per) != [""]


def test_a_new_connection_is_written_and_a_changed_one_waits(cast):
    nina = engage(cast, "nina", "it_manager", cast.nis)
    new = f"{CONNECTIONS}NIS;Azure;Servers;sub-2;ja;nej\n"
    assert states("connections", new, nina) == ["new"]
    made = Connection.objects.get(external_id="sub-2")
    assert (made.product.name, made.is_active) == ("Azure", True)
    assert states("connections", new.replace("ja;nej", "nej;nej"), nina) == ["waits"]
    made.refresh_from_db()
    assert made.is_active
    change = RegisterChange.objects.get()
    assert change.row_id == made.pk
    assert can_settle_change(engage(cast, "vera", "it_manager", cast.nis), change)


def test_a_connection_that_another_runs_is_theirs(cast):
    text = f"{CONNECTIONS}GSN;Azure;Servers;{cast.azure.external_id};ja;nej\n"
    told = errors_of_rows("connections", text, cast.per)[0]
    assert "annan myndighet" in told
    odd = f"{CONNECTIONS}GSN;Nothing;Servers;sub-3;ja;nej\n"
    assert "Nothing" in errors_of_rows("connections", odd, cast.per)[0]
