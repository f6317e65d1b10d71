"""Access Transparency: what an entry says, and the log read from Cloud Logging.

SAMPLE is Google's own (documentation, April 2026). What differs from it in a test is
constructed: Google publishes no second sample."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lockbox_site.simulators.server import Answer
from requests_app.providers import http
from requests_app.providers.google import abilities, logs
from requests_app.providers.protocol import Unreachable
from requests_app.providers.reading import Unreadable
from tests.providers.azure.conftest import Patience
from tests.providers.google.cloud_logging import Logging

SAMPLE = json.loads(
    (
        Path(__file__).parent
        / "specification"
        / "sample_access_transparency_log_entry.json"
    ).read_text()
)
PARENT = "projects/PROJECT_ID"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told(parent=PARENT, payload=None, **more):
    value = {
        **SAMPLE,
        **more,
        "jsonPayload": {**SAMPLE["jsonPayload"], **(payload or {})},
    }
    return list(logs.events("transparency", parent, value))


def test_the_vendors_sample_is_read():
    (event,) = told()
    assert event.external_id == "abcdefg12345"
    assert event.happened_at == datetime(2017, 12, 18, 16, 6, 24, 660001, tzinfo=UTC)
    assert event.action == "GoogleInternal.Read (Cloud Storage)" and event.act == "read"
    assert event.object_name.endswith("/objects/foo123")
    assert (event.actor, event.employer) == ("Engineering", "Google LLC")
    assert event.country == "CA"
    assert event.under == ["projects/123/approvalRequests/abcdef12345"]
    assert event.unasked == ""


def test_an_entry_of_several_accesses_is_an_event_for_each():
    accesses = [
        {"methodName": "GoogleInternal.Delete", "resourceName": "a"},
        {"methodName": "SomethingNew", "resourceName": "b"},
    ]
    one, two = told(payload={"accesses": accesses})
    assert (one.external_id, two.external_id) == ("abcdefg12345/1", "abcdefg12345/2")
    assert (one.act, two.act, two.object_name) == ("delete", "", "b")


@pytest.mark.parametrize("place", ["??", "EUR", "", None])
def test_a_country_that_is_none_is_not_said(place):
    (event,) = told(payload={"location": {"principalPhysicalLocationCountry": place}})
    assert event.country == ""


@pytest.mark.parametrize(
    "reason, approvals, unasked",
    [
        ("CUSTOMER_INITIATED_SUPPORT", ["projects/1/approvalRequests/a"], ""),
        ("CUSTOMER_INITIATED_SUPPORT", [], ""),
        ("GOOGLE_RESPONSE_TO_PRODUCTION_ALERT", None, ""),
        ("THIRD_PARTY_DATA_REQUEST", ["projects/1/approvalRequests/a"], "THIRD_PARTY_DATA_REQUEST: x"),
    ],
)  # fmt: skip
def test_why_nobody_was_asked(reason, approvals, unasked):
    payload = {
        "reason": [{"type": reason, "detail": "x"}],
        "accessApprovals": approvals,
    }
    (event,) = told(payload=payload)
    assert event.unasked == unasked and event.under == (approvals or [])


@pytest.mark.parametrize(
    "change",
    [
        {"insertId": ""},
        {"timestamp": None},
        {"timestamp": "2026-11-30T10:00:00"},
        {"resource": "text"},
        {
            "logName": "projects/other/logs/x",
            "resource": {"labels": {"project_id": "9"}},
        },
    ],
)
def test_an_odd_entry_is_unreadable(change):
    with pytest.raises(Unreadable):
        told(**change)


@pytest.mark.parametrize(
    "change", [{"accesses": "text"}, {"accesses": ["text"]}, {"reason": {}, "location": 7}]
)  # fmt: skip
def test_an_odd_payload_is_unreadable(change):
    with pytest.raises(Unreadable):
        told(payload=change)


@pytest.mark.parametrize("value", [None, [], "text", {**SAMPLE, "jsonPayload": None}])
def test_what_is_no_entry_is_unreadable(value):
    with pytest.raises(Unreadable):
        list(logs.events("transparency", PARENT, value))


@pytest.mark.parametrize(
    "parent", [PARENT, "projects/1234567890", "projects/123", "organizations/5"]
)
def test_a_project_is_known_by_its_id_and_by_its_number(parent):
    assert told(parent)


@pytest.fixture
def logging(monkeypatch):
    with Logging() as server:
        server.hold.set()
        monkeypatch.setitem(http.LIMITS, "timeout", Patience(server))
        monkeypatch.setenv("LOCKBOX_GOOGLE_LOG_ENDPOINT", server.url)
        yield server


def put(server, number, at, **more):
    received = f"{at:%Y-%m-%dT%H:%M:%S.%f}789Z"
    entry = {**SAMPLE, "insertId": f"id-{number}", "receiveTimestamp": received, **more}
    server.entries.append(entry)


def read(cursor="", now=NOW):
    return list(logs.connect(PARENT).read("transparency", cursor, now))


def numbers(pages):
    return [piece.value["insertId"] for page in pages for piece in page.records]


def ago(hours):
    return (NOW - hours * HOUR).isoformat()


def test_the_room_has_this_log():
    assert [log.name for log in abilities.logs] == ["transparency"]


def test_pages_are_followed_even_past_empty_ones(logging):
    for number in range(8):
        put(logging, number, NOW - HOUR)
    put(logging, 9, NOW - HOUR, logName=f"{PARENT}/logs/another")
    logging.empty_pages = 2
    assert numbers(read(ago(2))) == [f"id-{number}" for number in range(8)]
    assert logging.bodies[0]["resourceNames"] == [PARENT]


def test_it_is_read_by_when_it_was_received(logging):
    put(logging, 1, NOW - HOUR)
    pages = read(ago(3))
    assert numbers(pages) == ["id-1"]
    assert pages[-1].read_until == NOW - logs.SETTLING
    # Written long ago, received now.
    put(logging, 2, NOW - timedelta(minutes=5), timestamp="2026-11-01T00:00:00Z")
    assert numbers(read(pages[-1].cursor)) == []
    assert numbers(read(pages[-1].cursor, NOW + HOUR)) == ["id-2"]


def test_the_first_time_it_goes_as_far_back_as_there_is_anything(logging):
    put(logging, 1, NOW - timedelta(days=398))
    pages = read()
    assert numbers(pages) == ["id-1"] and not any(page.missing for page in pages)


def test_what_lies_further_back_is_said_to_be_missing(logging):
    (gap,) = [gap for page in read(ago(24 * 450)) for gap in page.missing]
    assert gap.since == NOW - 450 * 24 * HOUR
    assert gap.until == NOW - logs.SETTLING - logs.REACH


def test_what_a_view_gathers_is_read_there(logging, monkeypatch):
    view = "projects/p/locations/eu/buckets/b/views/v"
    monkeypatch.setenv("LOCKBOX_GOOGLE_LOG_VIEW", view)
    read(ago(1))
    assert logging.bodies[0]["resourceNames"] == [view]


@pytest.mark.parametrize("fault, wait", [("429", 900), ("403", None), ("cut", None)])
def test_troubles_are_told_and_what_was_given_is_good(logging, fault, wait):
    for number in range(4):
        put(logging, number, NOW - HOUR)
    logging.faults["list"] = ["", fault]
    pages = []
    with pytest.raises(Unreachable) as refused:
        for page in logs.connect(PARENT).read("transparency", ago(2), NOW):
            pages.append(page)
    assert refused.value.retry_after == wait
    assert numbers(pages) == ["id-0", "id-1", "id-2"]
    assert len(numbers(read(pages[-1].cursor))) == 4


def test_ten_thousand_of_the_same_and_odd_ones_between(logging):
    logging.page_size = 20_000
    for _turn in range(10_000):
        put(logging, 1, NOW - HOUR)
    put(logging, 2, NOW - HOUR, jsonPayload="odd")
    pages = read(ago(2))
    assert len(numbers(pages)) == 10_001
    with pytest.raises(Unreadable):
        list(logs.events("transparency", PARENT, pages[0].records[-1].value))


def test_an_answer_that_is_no_json_is_unreadable(logging):
    logging.perform = lambda *call: Answer(200, b"<html>")
    with pytest.raises(Unreadable):
        read(ago(1))
