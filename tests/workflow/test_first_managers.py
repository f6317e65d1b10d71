"""A new authority gets its first managers from two who manage where it is run."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import WrongState, machine_account, save
from requests_app.desk.go_live import lacking
from requests_app.organisation import steps
from requests_app.organisation.models import FirstManagers
from requests_app.organisation.rights import can_confirm_role, runs_connections
from requests_app.organisation.steps import propose_first_managers
from tests.helpers.engagement import add_authority, municipality
from tests.helpers.people import engage, enter, has
from tests.helpers.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(cast):
    """Two who manage at the authority that runs the connections, and a new board."""
    cast.nina = engage(cast, "nina", "it_manager", cast.nis)
    cast.vera = engage(cast, "vera", "it_manager", cast.nis)
    with acting_as(machine_account("system")):
        cast.new = add_authority("KFN", "Kulturnämnden")
    return cast


def proposed(cast, **changes):
    terms = {
        "by": cast.nina,
        "authority": cast.new,
        "first": cast.rut,
        "second": cast.eva,
        "decided_on": acting.today(),
        "diary_number": "KFN 2026-0003",
    }
    return propose_first_managers(**{**terms, **changes})


@contextmanager
def not_written(why, *, by):
    with (
        pytest.raises(DatabaseError, match=why),
        acting_as(by),
        transaction.atomic(),
    ):
        yield


def test_both_manage_when_another_has_confirmed_them(run):
    row = proposed(run)
    assert not has(run.rut, "it_manager", run.new)
    assert {one.code: one.to_confirm for one in lacking(run.vera)}["KFN"] == row.pk
    assert not any(one.to_confirm for one in lacking(run.nina))

    steps.confirm_first_managers(row, by=run.vera)

    assert has(run.rut, "it_manager", run.new) and has(run.eva, "it_manager", run.new)
    given = RoleAssignment.objects.get(authority=run.new, person=run.eva)
    assert (given.given_by, given.confirmed_by) == (run.nina, run.vera)
    assert "KFN 2026-0003" in given.reason
    assert row.history.count() == 2
    # From now on they give the roles themselves, and nobody else does.
    own = enter(
        run,
        run.jonas,
        "registrar",
        by=run.rut,
        authority=run.new,
        at=acting.now(),
    )
    steps.confirm_role(own, by=run.eva)
    assert has(run.jonas, "registrar", run.new)


@pytest.mark.parametrize("by", ["nina", "rut", "per", "sam", "lena"])
def test_neither_the_proposer_nor_the_named_nor_others_confirm(run, by):
    row = proposed(run)
    person = getattr(run, by)
    refused(PermissionDenied, steps.confirm_first_managers, row, by=person)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"second": "rut"}, "__all__"),
        ({"first": "nina"}, "first"),
        ({"first": "sam"}, "first"),
        ({"authority": "gsn"}, "authority"),
        ({"decided_on": "tomorrow"}, "decided_on"),
        ({"diary_number": ""}, "diary_number"),
    ],
)
def test_what_can_not_be_is_said_at_its_field(run, changes, field):
    known = {
        **vars(run),
        "rut": run.rut,
        "nina": run.nina,
        "sam": run.sam,
        "gsn": run.gsn,
        "tomorrow": acting.today() + timedelta(days=1),
        "": "",
    }
    told = {name: known[value] for name, value in changes.items()}
    with pytest.raises(ValidationError) as caught:
        proposed(run, **told)
    assert field in caught.value.message_dict
    assert not FirstManagers.objects.exists()
    assert not RoleAssignment.objects.filter(authority=run.new).exists()


def test_only_who_manages_where_it_is_run_proposes(run):
    for person in (run.per, run.sam, run.lena):
        with pytest.raises(PermissionDenied):
            proposed(run, by=person)


def test_before_a_municipality_has_a_connection_any_manager_stands_in(run):
    assert runs_connections(run.nina)
    assert not runs_connections(run.per)
    with acting_as(machine_account("system")):
        grannstad = municipality("Grannstad", "999900-0012")
        board = add_authority("GBN", "Byggnämnden", municipality=grannstad)
    assert runs_connections(engage(run, "gun", "it_manager", board))
    assert not runs_connections(engage(run, "gull", "registrar", board))


def test_refused_or_taken_back_neither_role_is_left_and_others_can_be_proposed(run):
    steps.refuse_first_managers(proposed(run), by=run.nina, reason="Wrong")
    assert not RoleAssignment.objects.standing().filter(authority=run.new).exists()
    row = proposed(run, first=run.jonas)
    steps.refuse_first_managers(row, by=run.vera, reason="No such decision")
    assert row.refused_by == run.vera
    with pytest.raises(WrongState):
        steps.refuse_first_managers(row, by=run.vera, reason="Again")


def test_a_role_that_was_refused_by_itself_stops_both(run):
    row = proposed(run)
    alone = RoleAssignment.objects.get(authority=run.new, person=run.rut)
    assert not can_confirm_role(run.vera, alone)
    steps.refuse_role(alone, by=run.vera, reason="Not her")
    refused(WrongState, steps.confirm_first_managers, row, by=run.vera)


def test_a_first_manager_is_not_given_in_the_ordinary_way(run):
    with pytest.raises(ValidationError):
        enter(run, run.rut, "it_manager", by=run.nina, authority=run.new)


def test_the_database_gives_no_first_manager_without_the_proposal(run):
    row = RoleAssignment(
        person=run.rut,
        role="it_manager",
        authority=run.new,
        valid_from=acting.today(),
        reason="x",
        given_by=run.nina,
        given_at=acting.now(),
    )
    with not_written("both at once", by=run.nina):
        save(row)


def test_the_database_confirms_neither_alone_nor_by_who_proposed(run):
    row = proposed(run)
    alone = RoleAssignment.objects.get(authority=run.new, person=run.rut)
    now = acting.now()
    with not_written("second manager", by=run.vera):
        save(alone, confirmed_by=run.vera, confirmed_at=now)
    with not_written("another|in one's own name", by=run.nina):
        save(row, confirmed_by=run.nina, confirmed_at=now)
    row.refresh_from_db()
    with not_written("runs the connections", by=run.per):
        save(row, confirmed_by=run.per, confirmed_at=now)
    row.refresh_from_db()
    with not_written("settled once", by=run.vera):
        save(row, diary_number="other")
