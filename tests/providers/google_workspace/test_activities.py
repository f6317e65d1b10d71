"""What an activity of Google Workspace's Access Transparency says."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from requests_app.providers.google import logs as cloud_logs
from requests_app.providers.google_workspace import logs
from requests_app.providers.reading import Unreadable
from tests.providers.google_workspace.activities import (
    DRIVE,
    MAIL,
    NOW,
    OURS,
    activity,
    event_row,
)

CLOUD = json.loads(
    (Path(__file__).parent / "specification" / "cloud_logging_entry.json").read_text()
)


def told(**more):
    return list(logs.events("access_transparency", OURS, activity(**more)))


def test_an_activity_tells_what_was_reached_and_why():
    (event,) = told(events=[event_row()])
    assert event.external_id == "Qt8v90c0fAEy" and event.happened_at == NOW
    assert event.action == "ACCESS (GMAIL; home office: US)"
    assert (event.object_name, event.under) == (MAIL, ["req-1"])
    # The office is no place from where it was done, and nothing says what was done.
    assert (event.country, event.act, event.unasked) == ("", "", "")


def test_googles_own_sample_in_cloud_logging_is_read_alike():
    (event,) = cloud_logs.events("transparency", "organizations/12345", CLOUD)
    assert event.external_id == "Qt8v90c0fAEy_SyaOplDvJc"
    assert event.action == "ACCESS (GMAIL; home office: US)"
    assert event.object_name == "//googleapis.com/gmail/users/owner@example.com"
    assert event.happened_at == datetime(2021, 5, 19, 16, 27, 53, 703908, tzinfo=UTC)
    assert (event.under, event.unasked) == ([], "")


def test_several_resources_and_events_are_an_event_each():
    first, second, third = told(
        events=[event_row(RESOURCE_NAME=[MAIL, DRIVE]), event_row(LOG_ID=None)]
    )
    assert (first.external_id, second.external_id, third.external_id) == (
        "Qt8v90c0fAEy/1",
        "Qt8v90c0fAEy/2",
        "1/2",
    )
    assert second.object_name == DRIVE


def test_one_that_says_almost_nothing_is_an_act_all_the_same():
    bare = {"name": "ACCESS", "type": "GSUITE_RESOURCE"}
    (event,) = told(events=[bare])
    assert (event.external_id, event.action, event.object_name) == ("1", "ACCESS", "")


@pytest.mark.parametrize(
    "told_numbers, under",
    [(["a", "b"], ["a", "b"]), ("a, b", ["a", "b"]), ("", []), (None, [])],
)
def test_the_approvals_that_it_names(told_numbers, under):
    (event,) = told(events=[event_row(ACCESS_APPROVAL_REQUEST_IDS=told_numbers)])
    assert event.under == under


def test_a_legal_demand_asks_nobody():
    why = "Third Party Data Request - see the documentation"
    (event,) = told(events=[event_row(JUSTIFICATIONS=[why])])
    assert event.unasked == why


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": {**activity()["id"], "customerId": "C99"}},
        {"id": {**activity()["id"], "customerId": None}},
        {"id": {**activity()["id"], "time": "2026-11-30T10:00:00"}},
        {"id": {**activity()["id"], "uniqueQualifier": ""}},
        {"events": "text"},
        {"events": []},
        {"events": ["text"]},
        {"events": [{"name": "ACCESS", "parameters": {}}]},
        {"events": [{"name": "ACCESS", "parameters": ["x"]}]},
        {"events": [event_row(LOG_ID=[{}])]},
    ],
)
def test_an_odd_activity_is_unreadable(change):
    with pytest.raises(Unreadable):
        list(logs.events("access_transparency", OURS, {**activity(), **change}))


@pytest.mark.parametrize("value", [None, [], "text", 7])
def test_what_is_no_activity_is_unreadable(value):
    with pytest.raises(Unreadable):
        list(logs.events("access_transparency", OURS, value))
