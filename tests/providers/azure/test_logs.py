"""Azure's Activity Log of Customer Lockbox.

No record of Customer Lockbox is published: `record` is constructed in the shape of the
specification's own example (GetActivityLogsFiltered.json), with the names of operations
that the specification of customerlockbox has."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from requests_app.providers.azure import abilities, client, logs
from requests_app.providers.azure.logs import is_evidence
from requests_app.providers.protocol import Unreachable
from requests_app.providers.reading import Unreadable
from tests.providers.azure.activity_log import SUBSCRIPTION, Activity
from tests.providers.azure.conftest import Patience

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUMBER = "6f62feba-2b4f-4d6c-ad8f-000000000001"


def record(operation="AutoApprove", at=NOW - HOUR, **more):
    name = f"Microsoft.CustomerLockbox/requests/activitylog/{operation}LockboxRequest/action"
    place = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.CustomerLockbox"
    return {
        "caller": "Microsoft Customer Lockbox",
        "correlationId": "1e121103-0ba6-4300-ac9d-952bb5d0c80f",
        "eventDataId": "44ade6b4-3813-45e6-ae27-7420a95fa2f8",
        "eventName": {"value": "EndRequest", "localizedValue": "End request"},
        "id": f"{place}/requests/{NUMBER}/events/44ade6b4/ticks/635574752669792776",
        "level": "Informational",
        "resourceProviderName": {"value": "Microsoft.CustomerLockbox"},
        "operationName": {
            "value": name,
            "localizedValue": f"{operation} Lockbox Request",
        },
        "properties": {},
        "status": {"value": "Succeeded"},
        "eventTimestamp": f"{at:%Y-%m-%dT%H:%M:%S}.9792776Z",
        "submissionTimestamp": f"{at:%Y-%m-%dT%H:%M:%S}.9936304Z",
        "subscriptionId": SUBSCRIPTION,
        **more,
    }


def event_of(value):
    (event,) = logs.events("activity", SUBSCRIPTION, value)
    return event


def test_what_it_approved_by_itself_says_so():
    event = event_of(record())
    assert event.external_id == "44ade6b4-3813-45e6-ae27-7420a95fa2f8"
    assert event.happened_at.astimezone(UTC).replace(microsecond=0) == NOW - HOUR
    assert event.action == event.unasked == "AutoApprove Lockbox Request"
    assert event.under == [NUMBER] and event.act == ""
    assert event.actor == "Microsoft Customer Lockbox"


def test_another_name_is_no_approval_and_what_failed_says_so():
    event = event_of(record("SomethingNew", status={"value": "Failed"}))
    assert (event.action, event.unasked) == (
        "SomethingNew Lockbox Request (Failed)",
        "",
    )


@pytest.mark.parametrize(
    "more, number",
    [
        ({"properties": {"RequestId": "n-1"}}, ["n-1"]),
        ({"id": "", "authorization": {"scope": f"/x/microsoft.customerlockbox/Requests/{NUMBER}"}}, [NUMBER]),
        ({"id": "", "resourceId": f"/x/Microsoft.CustomerLockbox/requests/{NUMBER}"}, [NUMBER]),
        ({"id": "/Microsoft.CustomerLockbox/requests/activitylog/CreateLockboxRequest"}, []),
        ({"id": None, "authorization": "odd", "properties": "odd"}, []),
    ],
)  # fmt: skip
def test_the_number_is_looked_for_where_the_specification_has_a_place(more, number):
    assert event_of(record(**more)).under == number


@pytest.mark.parametrize(
    "operation, is_theirs",
    [
        ("Create", False),
        ("Cancel", False),
        ("AutoApprove", True),
        ("SomethingNew", True),
        ("Approve", False),
        ("Deny", False),
        ("Expire", False),
        ("AutoDeny", False),
    ],
)
def test_what_is_about_a_request_is_no_access(operation, is_theirs):
    assert is_evidence(record(operation)) is is_theirs


def test_reading_requests_as_we_do_is_no_evidence_and_an_odd_row_is_given_out():
    ours = {"value": "Microsoft.CustomerLockbox/requests/read"}
    assert not is_evidence(record(operationName=ours))
    assert is_evidence("odd")


@pytest.mark.parametrize(
    "change",
    [
        {"eventDataId": ""},
        {"eventTimestamp": "2026-11-30T10:00:00"},
        {"operationName": "text"},
        {"subscriptionId": "another"},
        {"subscriptionId": None},
        {"caller": ["a list"]},
    ],
)
def test_an_odd_record_is_unreadable(change):
    with pytest.raises(Unreadable):
        event_of(record(**change))


@pytest.mark.parametrize("value", [None, [], "text"])
def test_what_is_no_object_is_unreadable(value):
    with pytest.raises(Unreadable):
        event_of(value)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def activity(monkeypatch):
    with Activity() as server:
        server.hold.set()
        monkeypatch.setattr(client, "TIMEOUT", Patience(server))
        monkeypatch.setenv("LOCKBOX_AZURE_ENDPOINT", server.url)
        yield server


def read(cursor="", now=NOW):
    return list(logs.connect(SUBSCRIPTION).read("activity", cursor, now))


def numbers(pages):
    return [piece.value["eventDataId"] for page in pages for piece in page.records]


def ago(hours):
    return (NOW - hours * HOUR).isoformat()


def test_pages_are_followed_and_only_evidence_is_given(activity):
    assert [log.name for log in abilities.logs] == ["activity"]
    for number in range(8):
        activity.rows.append(record(eventDataId=f"id-{number}"))
        activity.rows.append(record("Approve", eventDataId="ours"))
    pages = read(ago(2))
    assert numbers(pages) == [f"id-{number}" for number in range(8)]
    assert pages[-1].read_until == NOW


def test_what_comes_late_is_read_though_its_time_has_passed(activity):
    activity.rows.append(record(eventDataId="id-1"))
    pages = read(ago(2))
    # It happened before all that has been read, and came afterwards.
    activity.rows.append(record(eventDataId="id-2", at=NOW - 5 * HOUR))
    assert numbers(read(pages[-1].cursor, NOW + HOUR)) == ["id-1", "id-2"]


def test_the_first_time_it_goes_back_by_months_and_never_further(activity):
    activity.rows.append(record(eventDataId="id-1", at=NOW - timedelta(days=88)))
    pages = read()
    assert numbers(pages) == ["id-1"] and not any(page.missing for page in pages)
    assert len(activity.filters) == 3


def test_what_lies_further_back_is_said_to_be_missing(activity):
    (gap,) = [gap for page in read(ago(24 * 120)) for gap in page.missing]
    assert (gap.since, gap.until) == (NOW - 120 * 24 * HOUR, NOW - logs.REACH)


@pytest.mark.parametrize("fault, wait", [("429", 900), ("403", None), ("cut", None)])
def test_troubles_are_told(activity, fault, wait):
    for number in range(4):
        activity.rows.append(record(eventDataId=f"id-{number}"))
    activity.faults["list"] = ["", fault]
    with pytest.raises(Unreachable) as refused:
        read(ago(2))
    assert refused.value.retry_after == wait
    assert len(numbers(read(ago(2)))) == 4


def test_the_next_page_is_not_fetched_from_another_host(activity):
    activity.rows = [record(eventDataId=f"id-{number}") for number in range(4)]
    with Activity() as other:
        activity.elsewhere = other.url
        with pytest.raises(Unreachable, match="another address"):
            read(ago(2))
        assert other.calls == []


def test_ten_thousand_of_the_same_doubled_out_of_order_and_odd(activity):
    activity.page_size = 20_000
    activity.rows = [record()] * 5_000 + ["odd"]
    activity.faults["list"] = ["doubled"]
    (page,) = read(ago(2))
    assert len(page.records) == 10_002
    activity.faults["list"] = ["out of order"]
    (page,) = read(ago(2))
    with pytest.raises(Unreadable):
        list(logs.events("activity", SUBSCRIPTION, page.records[0].value))


def test_an_answer_that_is_no_list_is_unreadable(activity):
    activity.listed = lambda call, rows: "text"
    with pytest.raises(Unreadable):
        read(ago(1))
