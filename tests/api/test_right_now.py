"""What stands open, told to a machine that watches: by its token's authority alone."""

from datetime import timedelta

import pytest

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.access.models import SideDoor
from requests_app.oversight.steps import incidents
from tests.helpers.people import give
from tests.helpers.tickets import ticket_of
from tests.helpers.two_persons import manager_there

pytestmark = pytest.mark.django_db
URL = "/api/registers/v1/right-now"


def told(client):
    answer = client.get(URL)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_door_of_a_case_is_told_with_its_decision_and_objects(cast, machine):
    review = cast.answered()
    now = told(machine(cast.ivar))
    (door,) = now["doors"]
    assert (now["open"], now["without_decision"]) == (1, 0)
    assert (door["kind"], door["decisions"]) == ("request", [review.diary_number])
    assert door["objects"] and door["confidentiality"] is not None
    assert (door["acts_outside"], door["decided"]) == (0, True)
    assert {row["connection"] for row in now["unknown"]} >= {"m365"}
    line = LedgerEntry.objects.filter(event="right_now.read").latest("pk")
    assert line.actor_id == cast.ivar.pk


def test_a_side_door_is_without_a_decision_until_one_covers_it(cast, machine):
    ticket_of(cast)
    nora = manager_there(cast)
    client = machine(nora)
    (door,) = told(client)["doors"]
    assert (door["kind"], door["objects"]) == ("consent", ["118032014183770"])
    assert (door["until"], door["decisions"]) == (None, [])
    assert told(client)["without_decision"] == 1
    incidents.cover(
        SideDoor.objects.get(),
        by=nora,
        decision_number="NIS 2026-0102",
        covered_until=acting.now() + timedelta(days=9),
        reason="x",
    )
    now = told(client)
    assert (now["open"], now["without_decision"]) == (1, 0)
    assert now["doors"][0]["decisions"] == ["NIS 2026-0102"]


def test_whose_information_lies_there_is_told_that_it_is_open_and_no_more(
    cast, machine
):
    ticket_of(cast)
    (door,) = told(machine(cast.ivar))["doors"]
    assert (door["connection"], door["objects"]) == ("azure", [])


def test_a_token_tells_of_its_own_authority_alone(cast, machine):
    cast.answered()
    give(cast, cast.ivar, "information_security", cast.snc)
    assert told(machine(cast.ivar, cast.gsn))["open"] == 1


def test_a_token_of_another_authority_tells_nothing(cast, machine):
    cast.answered()
    give(cast, cast.ivar, "information_security", cast.snc)
    now = told(machine(cast.ivar, cast.snc))
    assert (now["open"], now["doors"]) == (0, [])


def test_who_may_not_see_it_has_no_token_that_does(cast, machine):
    assert machine(cast.karin).get(URL).status_code == 403
    assert machine(cast.ivar, cast.nis).get(URL).status_code == 403
