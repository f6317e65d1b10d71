"""What stands open at Okta and Atlas by no request of ours: seen, covered, closed."""

from datetime import timedelta

import pytest

from audit_app import acting
from lockbox_site.simulators import atlas, okta
from requests_app.cases.access.models import AccessGrant, OutboxMessage, SideDoor
from requests_app.cases.access.outbox import deliver_due
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import work_for
from requests_app.oversight.steps import incidents
from requests_app.oversight.sweep import poll_all
from requests_app.providers.atlas import client as atlas_client
from requests_app.providers.okta import ORG
from requests_app.providers.okta import client as okta_client
from tests.cast import hours
from tests.helpers.two_persons import changed_by_managers, manager_there
from tests.helpers.web import signed_in, words
from tests.providers.doors import Patience, connected, decided

pytestmark = pytest.mark.django_db
NUMBER = "00000144"
UNDECIDED = "Öppet hos leverantören, och inget beslut täcker det."


@pytest.fixture
def server(cast, monkeypatch):
    """An Okta of ours."""
    with okta.Simulator() as simulator:
        monkeypatch.setattr(okta_client, "TIMEOUT", Patience(simulator))
        monkeypatch.setenv("LOCKBOX_OKTA_ENDPOINT", simulator.url)
        simulator.connection = connected(cast, "okta", "city.okta.example", ORG)
        yield simulator


@pytest.fixture
def nora(cast):
    """Manages at the authority that runs the connection."""
    return manager_there(cast)


@pytest.fixture
def door(nora, server):
    """Opened in the vendor's portal, by whoever it was."""
    server.apply("00000200")
    server.become("00000200", "approved")
    poll_all()
    return SideDoor.objects.get()


def later(minutes):
    return acting.at(hours(minutes / 60))


def lines(person):
    return [item for item in work_for(person) if UNDECIDED in item.alarm]


def cover(door, by, days=10, **more):
    terms = {
        "decision_number": "NIS 2026-0102",
        "reason": "The incident of May",
        **more,
    }
    until = acting.now() + timedelta(days=days)
    incidents.cover(door, by=by, covered_until=until, **terms)


def opened(cast, server):
    server.apply(NUMBER)
    poll_all()
    decided(cast, NUMBER, granted_minutes=90)
    deliver_due()
    return AccessGrant.objects.get()


def test_what_nobody_decided_is_one_row_and_the_work_of_those_who_run_it(
    nora, cast, door
):
    poll_all()
    assert SideDoor.objects.get() == door
    assert (door.kind, door.place, door.what) == ("opened", "00000200", "Okta Support")
    assert "00000200" in door.record.text
    for person in (nora, cast.eva):
        (item,) = lines(person)
        assert (item.clock.kind, item.place) == ("door", str(door.connection))
    # Who works for another authority of the city, or for nobody, has no such work.
    for person in (cast.per, cast.karin, cast.sam):
        assert lines(person) == []
    for person in (cast.per, cast.karin):
        page = f"/requests_app/sidedoor/{door.pk}/change/"
        assert signed_in(person).get(page).status_code in (403, 404)


def test_it_is_closed_by_machine_and_read_back(cast, server, door):
    page = f"/requests_app/sidedoor/{door.pk}/do/withdraw/"
    client = signed_in(cast.eva)
    assert "stängs genast hos leverantören" in words(client.get(page))
    answer = client.post(page, {"reason": "Nobody knows why", "seen": door.version})
    assert answer.status_code == 302
    assert lines(cast.eva) == []  # a machine is at it
    deliver_due()
    assert server.decisions == [("00000200", "DISABLED")]
    door.refresh_from_db()
    assert not door.is_open and door.withdrawn_by == cast.eva
    assert OutboxMessage.objects.get().result == "delivered"
    reasons = [row.history_change_reason for row in door.history.all()]
    assert "Nobody knows why" in reasons
    poll_all()
    assert SideDoor.objects.count() == 1
    with pytest.raises(WrongState):
        incidents.withdraw(door, by=cast.eva, reason="Again")


@pytest.mark.parametrize("fault", ["403", "409"])
def test_what_the_vendor_does_not_close_is_work_again(cast, server, door, fault):
    incidents.withdraw(door, by=cast.eva, reason="x")
    server.faults["decide"] = [fault]
    deliver_due()
    (item,) = lines(cast.eva)
    assert fault in item.alarm


@pytest.mark.long
@pytest.mark.parametrize(
    "fault", ["429", "500", "cut", "cut after", "500 after", "slow"]
)
def test_faults_of_a_closing_end_in_its_effect(cast, server, door, fault):
    incidents.withdraw(door, by=cast.eva, reason="x")
    server.faults["decide"] = [fault]
    for turn in range(8):
        with later(31 * turn):
            deliver_due()
    door.refresh_from_db()
    assert not door.is_open and OutboxMessage.objects.get().result == "delivered"


def test_what_the_vendor_closes_is_closed_here_and_opened_again_is_another(
    nora, cast, server, door
):
    cover(door, nora)
    server.become("00000200", "revoked")
    poll_all()
    door.refresh_from_db()
    assert not door.is_open
    server.become("00000200", "approved")
    poll_all()
    again = SideDoor.objects.open().get()
    assert again.pk != door.pk and not again.is_covered


def test_a_provider_that_is_down_closes_nothing(server, door):
    for fault in ("500", "cut", "not json"):
        server.faults["list"] = [fault] * 20
        poll_all()
        door.refresh_from_db()
        assert door.is_open, fault


def test_access_that_is_open_for_longer_than_decided_is_a_side_door_too(cast, server):
    grant = opened(cast, server)
    ends = (acting.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    server.requests[NUMBER]["impersonation"]["expiration"] = ends
    with later(1):
        poll_all()
        poll_all()
    door = SideDoor.objects.get()
    assert door.access_request == grant.access_request
    grant.refresh_from_db()
    assert grant.status == "open"
    page = f"/requests_app/sidedoor/{door.pk}/do/withdraw/"
    assert "den åtkomst som beviljades till" in words(signed_in(cast.eva).get(page))
    # The time granted is out here, and it is open there: still the same door.
    for minutes in (91, 97):
        with later(minutes):
            poll_all()
            assert SideDoor.objects.open().get() == door


def test_access_that_is_open_as_decided_is_no_side_door(cast, server):
    opened(cast, server)
    with later(1):
        poll_all()
    assert not SideDoor.objects.exists()


def test_a_cluster_that_nobody_opened_here_is_closed_by_machine(cast, monkeypatch):
    with atlas.Simulator() as simulator:
        monkeypatch.setattr(atlas_client, "TIMEOUT", Patience(simulator))
        monkeypatch.setenv("LOCKBOX_ATLAS_ENDPOINT", simulator.url)
        simulator.apply("cluster0")
        connected(cast, "atlas", "32b6e34b3d91647abb20e7b8", "cluster0")
        simulator.become("cluster0", "approved")
        poll_all()
        door = SideDoor.objects.get()
        assert (door.place, door.what) == ("cluster0", "CLUSTER_DATABASE_LOGS")
        assert door.until is not None
        incidents.withdraw(door, by=cast.eva, reason="x")
        deliver_due()
        assert atlas.GRANT not in simulator.requests["cluster0"]
        door.refresh_from_db()
        assert not door.is_open


def test_what_no_machine_looks_after_is_closed_by_who_saw_the_portal(
    cast, server, door
):
    changed_by_managers(cast, door.connection, is_automatic=False)
    door.refresh_from_db()
    shown = words(signed_in(cast.eva).get(f"/requests_app/sidedoor/{door.pk}/change/"))
    assert "stäng den i leverantörens portal, och säg till här" in shown
    with pytest.raises(WrongState):
        incidents.withdraw(door, by=cast.eva, reason="x")
    assert len(lines(cast.eva)) == 1
    incidents.say_closed(door, by=cast.eva, reason="Seen in the portal")
    assert lines(cast.eva) == [] and not SideDoor.objects.open().exists()


def test_nobody_says_closed_what_a_machine_sees(cast, door):
    with pytest.raises(WrongState):
        incidents.say_closed(door, by=cast.eva, reason="x")
