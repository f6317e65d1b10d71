"""Access of Microsoft's support to Entra ID, by the tenant's audit log.

`record` is constructed: Graph's own example of a directoryAudit, with the category and
the activities that Microsoft Entra's documents name. No sample of them is published."""

from datetime import UTC, datetime, timedelta

import pytest

from requests_app.providers.exchange_online import logs
from requests_app.providers.exchange_online.client import is_evidence
from requests_app.providers.protocol import Unreachable
from requests_app.providers.reading import Unreadable
from tests.providers.exchange_online.activity_feed import TENANT
from tests.providers.exchange_online.log_reading import HOUR, NOW, missing, numbers
from tests.providers.exchange_online.log_reading import read as read_log

OURS = {"user": {"id": "1", "userPrincipalName": "bob@contoso.com"}, "app": None}


def record(words="Approval approved", at=NOW - HOUR, **more):
    return {
        "id": "id-1",
        "category": "MicrosoftSupportAccessManagement",
        "correlationId": "da159bfb-54fa-4092-8a38-6e1fa7870e30",
        "result": "success",
        "resultReason": "",
        "activityDisplayName": words,
        "activityDateTime": f"{at:%Y-%m-%dT%H:%M:%S}.7215374Z",
        "loggedByService": "Core Directory",
        "initiatedBy": {"user": None, "app": {"displayName": "Microsoft Support"}},
        "targetResources": [
            {"id": "ef7e527d", "displayName": "Support case 7", "Type": "Other"}
        ],
        "additionalDetails": [],
        **more,
    }


def event_of(value):
    (event,) = logs.events("support_access", TENANT, value)
    return event


def test_a_record_is_read():
    event = event_of(record())
    assert (event.external_id, event.action) == ("id-1", "Approval approved")
    assert event.happened_at.astimezone(UTC).replace(microsecond=0) == NOW - HOUR
    assert (event.actor, event.object_name) == ("Microsoft Support", "Support case 7")
    assert event.perhaps_under == ["ef7e527d"] and event.act == ""
    assert event_of(record(result="failure")).action == "Approval approved (failure)"


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"activityDisplayName": None},
        {"activityDateTime": "2026-11-30T10:00:00"},
        {"targetResources": ["text"]},
        {"initiatedBy": "text"},
    ],
)
def test_an_odd_record_is_unreadable(change):
    with pytest.raises(Unreadable):
        event_of(record(**change))


def test_what_our_administrators_did_is_no_evidence():
    assert not is_evidence(record("Request approved", initiatedBy=OURS))
    assert is_evidence(record()) and is_evidence("odd")
    assert is_evidence(record("Something new", initiatedBy=None))


@pytest.mark.parametrize(
    "words",
    ["Request created", "Request canceled", "Request rejected", "Approval removed"],
)
def test_what_is_about_a_request_is_no_access(words):
    assert not is_evidence(record(words))


def read(cursor="", now=NOW):
    return read_log(cursor, "support_access", now)


def ago(hours):
    return (NOW - hours * HOUR).isoformat()


def test_pages_are_followed_and_a_day_is_read_again(graph):
    graph.audits = [record(id=f"id-{number}") for number in range(8)]
    graph.audits.append(record(id="ours", initiatedBy=OURS))
    graph.audits.append(record(id="other", category="UserManagement"))
    pages = read(ago(2))
    assert numbers(pages, "id") == [f"id-{number}" for number in range(8)]
    assert pages[-1].read_until == NOW
    graph.audits.append(record(id="late", at=NOW - 5 * HOUR))
    assert "late" in numbers(read(pages[-1].cursor, NOW + HOUR), "id")


def test_what_lies_further_back_is_said_to_be_missing(graph):
    (gap,) = missing(read(ago(24 * 40)))
    assert (gap.since, gap.until) == (NOW - 40 * 24 * HOUR, NOW - timedelta(days=30))
    assert missing(read()) == []


@pytest.mark.parametrize("fault, wait", [("429", 900), ("403", None), ("cut", None)])
def test_troubles_are_told(graph, fault, wait):
    graph.audits = [record(id=f"id-{number}") for number in range(4)]
    graph.faults["audits"] = ["", fault]
    pages = []
    with pytest.raises(Unreachable) as refused:
        for page in logs.connect(TENANT).read("support_access", ago(2), NOW):
            pages.append(page)
    assert refused.value.retry_after == wait
    assert pages[-1].cursor == datetime.fromisoformat(ago(2)).isoformat()
    assert len(numbers(read(pages[-1].cursor), "id")) == 4
