"""Which records of Microsoft's audit log are evidence, and what they say."""

from datetime import UTC, datetime

import pytest

from requests_app.providers.exchange_online.audit import act_of, events, is_evidence
from requests_app.providers.reading import Unreadable
from tests.providers.exchange_online.activity_feed import TENANT
from tests.providers.exchange_online.records import (
    ELEVATED,
    OPERATOR,
    OUR_ANSWER,
    STRANGER,
    power_platform,
)


def read(value, **more):
    (event,) = events("exchange", TENANT, {**value, **more})
    return event


def test_the_vendors_sample_is_read():
    event = read(OPERATOR)
    assert event.external_id == "a1b2c3d4-daa0-4c4f-a019-03a1234a1b0c"
    assert event.happened_at == datetime(2018, 11, 28, 23, 35, 1, tzinfo=UTC)
    assert (event.action, event.act, event.service) == (
        "New-TransportRule",
        "change",
        "Exchange",
    )
    # The port says nothing of who it was.
    assert event.actor == "Microsoft Operator (203.0.113.68)"
    assert (event.object_name, event.under, event.perhaps_under) == ("", [], [])
    assert (event.country, event.employer) == ("", "")


def test_an_elevation_may_be_the_request():
    event = read(ELEVATED)
    assert event.perhaps_under == ["5f1e7c2a-1111-4222-8333-444455556666"]
    assert event.actor == "invented-engineer (2001:db8::7)" and event.act == "read"


@pytest.mark.parametrize(
    "value, is_theirs",
    [
        (OPERATOR, True),
        ({**OPERATOR, "UserType": 0, "ExternalAccess": False, "UserKey": ""}, True),
        ({**OPERATOR, "UserId": "a", "UserKey": "", "UserType": "DcAdmin"}, True),
        ({**OPERATOR, "UserId": "a", "UserKey": "", "UserType": 0}, True),
        ({**STRANGER, "RecordType": 257}, True),
        (ELEVATED, True),
        ("no record", True),
        (STRANGER, False),
        (OUR_ANSWER, False),
        # All that Power Platform tells of its lockbox is about a request.
        (power_platform("Created"), False),
        ({**power_platform("Created"), "UserId": "Microsoft Operator"}, False),
        ({**power_platform("Approved"), "UserType": 3}, False),
        # Servers at their daily work, and a mailbox of another domain of ours.
        ({**OPERATOR, "UserId": "NT AUTHORITY\\SYSTEM (w3wp)", "UserKey": ""}, False),
        ({**STRANGER, "RecordType": 2, "ExternalAccess": True}, False),
    ],
)
def test_only_what_somebody_of_microsoft_did_is_evidence(value, is_theirs):
    assert is_evidence(value) is is_theirs


@pytest.mark.parametrize(
    "change",
    [
        {"Id": ""},
        {"Operation": None},
        {"CreationTime": ""},
        {"CreationTime": "yesterday"},
        {"CreationTime": "2018-11-28 23:35:01"},
        {"OrganizationId": "another", "OrganizationName": "another.example"},
        {"OrganizationId": None, "OrganizationName": None},
        {"UserId": ["a list"]},
    ],
)
def test_an_odd_record_is_unreadable(change):
    with pytest.raises(Unreadable):
        read(OPERATOR, **change)


@pytest.mark.parametrize("value", [None, [], "text", 7])
def test_what_is_no_object_is_unreadable(value):
    with pytest.raises(Unreadable):
        list(events("exchange", TENANT, value))


def test_a_time_with_a_zone_is_taken_as_it_says():
    event = read(OPERATOR, CreationTime="2026-11-30T10:00:00.1234567+02:00")
    assert event.happened_at.astimezone(UTC).hour == 8


def test_an_unknown_kind_is_kept_and_says_nothing_of_the_act():
    event = read(OPERATOR, Operation="SomethingNew", RecordType=9999)
    assert (event.action, event.act) == ("SomethingNew", "")


def test_what_did_not_succeed_says_so():
    assert read(OPERATOR, ResultStatus="False").action == "New-TransportRule (False)"


def test_what_it_was_done_to():
    named = [{"Name": "Identity", "Value": "anna@example.se"}, "odd"]
    assert read(OPERATOR, Parameters=named).object_name == "anna@example.se"
    assert read(OPERATOR, Parameters="cut …").object_name == ""
    assert (
        read(OPERATOR, MailboxOwnerUPN="bo@example.se").object_name == "bo@example.se"
    )


def test_what_is_too_long_is_cut_and_a_number_digested():
    long = read(OPERATOR, Operation="X" * 500, ObjectId="o" * 5000, Id="i" * 300)
    other = read(OPERATOR, Id="i" * 301)
    assert (len(long.action), len(long.object_name)) == (200, 1000)
    assert len(long.external_id) <= 100 and long.external_id != other.external_id


@pytest.mark.parametrize(
    "operation, act",
    [
        ("MailItemsAccessed", "read"),
        ("Get-Mailbox", "read"),
        ("FileDownloaded", "copy"),
        ("New-MailboxExportRequest", "copy"),
        ("Set-Mailbox", "change"),
        ("Remove-Mailbox", "delete"),
        ("HardDelete", "delete"),
        ("Add-MailboxPermission", "share"),
        ("Invoke-Anything", ""),
        ("", ""),
    ],
)
def test_the_act_is_what_the_name_says(operation, act):
    assert act_of(operation) == act
