"""What is wrong with one request, application, connection or receiver is its own."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site.simulators.server import Answer
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.core.models import Heartbeat
from requests_app.desk.queue.everything import work_for
from requests_app.desk.sweep import PATIENCE, sweep
from requests_app.oversight.sweep import poll_all
from requests_app.registers.models.cloud import Connection
from tests.cast import VM, hours
from tests.helpers.others import holding, impatient
from tests.providers.azure.conftest import (
    azure_decided,
    standin,
)

__all__ = ["standin"]

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def whole():
    yield
    connection.close()


def hasty():
    impatient(lock_timeout="300ms")


def test_a_locked_request_keeps_no_other_from_lapsing(cast):
    """The finding: the sweep hung on it until it was killed."""
    held, other = cast.new(number="1").access_request, cast.new(number="2")
    hasty()
    with holding(held), acting.at(hours(13)):
        assert sweep() == ["2: lapsed"]
        assert Heartbeat.objects.get(name="round").failures == 0
        assert sweep() == []
    with acting.at(hours(13)):
        assert sweep() == ["1: lapsed"]
    assert other


def test_a_locked_answer_keeps_no_other_from_lapsing(cast, standin):
    message = azure_decided(cast, standin).access_request.outbox.get()
    cast.new(number="2")
    hasty()
    with holding(message), acting.at(hours(13)):
        assert "2: lapsed" in sweep()


def test_a_locked_request_keeps_no_other_application_out(cast, standin):
    for number in ("R-1", "R-2"):
        standin.apply(number, resourceIds=VM)
    poll_all()
    for number in ("R-1", "R-2"):
        standin.requests[number]["justification"] = "Something else"
    standin.apply("R-3", resourceIds=VM)
    hasty()
    with holding(AccessRequest.objects.get(external_id="R-1")):
        lines = poll_all()
    assert {"R-2: revision", "R-3: new"} <= set(lines)
    assert "R-1: revision" in poll_all()


def test_the_sweep_as_a_process_has_patience_of_its_own(cast):
    call_command("sweep")
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == (f"{PATIENCE['lock']}s",)


# -- Odd payloads --------------------------------------------------------------------

DEEP = "[" * 10_000 + "]" * 10_000
ODD = {
    "half a character in a key": '{"properties": {"requestId": "X", "\\ud800": 1}}',
    "a key twice": '{"properties": {"requestId": "X", "requestId": "Y"}}',
    "a key twice but for its case": '{"properties": {"requestId": "X", "REQUESTID": "Y"}}',
    "no number": '{"properties": {"requestId": {"a": [1]}}}',
    "no object": '"properties"',
    "a list of lists": "[[[]]]",
    "ten thousand objects": json.dumps(
        {
            "properties": {
                "requestId": "X",
                "resourceIds": ",".join(map(str, range(10_000))),
            }
        }
    ),
    "a long number": '{"properties": {"requestId": "X", "duration": 1e999}}',
}
TAKEN_IN = {"a long number"}
PAGES = {
    "a text for responses": b'{"responses": "x"}',
    "a text for the list": b'{"value": "x"}',
    "the list twice": b'{"value": [], "value": []}',
    "nested": DEEP.encode(),
    "no JSON": b"\xff\xfe",
    "half a character": b'"\\ud800"',
}


def page_of(standin, body, monkeypatch):
    """What the provider answers to the list, whatever it is."""
    raw = body if isinstance(body, bytes) else body.encode()

    monkeypatch.setattr(standin, "_list", lambda call: Answer(200, raw))


def good(number):
    row = {"requestId": number, "status": "Pending", "resourceIds": VM}
    return json.dumps({"properties": row})


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_application_is_set_aside_and_its_neighbours_are_not(
    cast, standin, monkeypatch, odd
):
    body = f'{{"value": [{good("R-1")}, {ODD[odd]}, {good("R-2")}]}}'
    page_of(standin, body, monkeypatch)
    poll_all()
    numbers = set(AccessRequest.objects.values_list("external_id", flat=True))
    assert {"R-1", "R-2"} <= numbers
    if odd in TAKEN_IN:
        return
    (arrival,) = Arrival.objects.filter(result=Arrival.Result.NOT_TAKEN_IN)
    assert bytes(arrival.payload.body).decode() == ODD[odd] and arrival.trouble
    poll_all()
    assert Arrival.objects.filter(result=Arrival.Result.NOT_TAKEN_IN).count() == 1
    assert any(row.alarm for row in work_for(cast.nils))


@pytest.mark.parametrize("odd", PAGES)
def test_an_odd_page_is_set_aside_and_the_other_connections_are_asked(
    cast, standin, monkeypatch, odd
):
    standin.apply("R-1", resourceIds=VM)
    poll_all()
    with acting_as(cast.sam):
        second = Connection.objects.get(name="azure")
        second.pk, second.name, second.external_id = None, "second", "another"
        second._state.adding = True
        second.save()
    listed = standin._list

    def of_both(call):
        is_other = "another" in call.target
        return listed(call) if is_other else Answer(200, PAGES[odd])

    monkeypatch.setattr(standin, "_list", of_both)
    standin.requests["R-1"]["status"] = "Expired"
    poll_all()
    (arrival,) = Arrival.objects.filter(result=Arrival.Result.NOT_TAKEN_IN)
    assert bytes(arrival.payload.body) == PAGES[odd]
    known = AccessRequest.objects.get(connection=cast.azure, external_id="R-1")
    assert known.status == "lapsed", "those we await are asked for all the same"
    assert Heartbeat.objects.get(name=f"poll:{second.pk}").failures == 0


@pytest.mark.parametrize("odd", PAGES)
def test_an_odd_file_is_set_aside_with_a_clear_word(cast, tmp_path, odd):
    file = tmp_path / "saved.json"
    file.write_bytes(PAGES[odd])
    with pytest.raises(CommandError, match="kept on the intake list"):
        call_command("import_requests", "azure", str(file))
    assert bytes(Arrival.objects.get().payload.body) == PAGES[odd]


def test_a_round_of_asking_ends_when_its_time_is_up(cast, standin, monkeypatch):
    monkeypatch.setattr("requests_app.oversight.sweep.POLLING_LONGEST_VISIT", -1)
    standin.apply("R-1", resourceIds=VM)
    poll_all()
    assert Heartbeat.objects.get(name=f"poll:{cast.azure.pk}").failures == 1
