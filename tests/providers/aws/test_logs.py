"""CloudTrail's events of delegated access.

SAMPLE is AWS's own (IAM User Guide, temporary delegation), which leaves out the number:
`eventID` and the times are constructed here."""

import json
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from requests_app.providers import http
from requests_app.providers.aws import abilities, client, logs
from requests_app.providers.aws.logs import is_evidence
from requests_app.providers.protocol import Unreachable
from requests_app.providers.reading import Unreadable
from tests.providers.aws.cloud_trail import Trail
from tests.providers.azure.conftest import Patience

ACCOUNT = "111122223333"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SAMPLE = {
    "eventVersion": "1.09",
    "userIdentity": {
        "type": "AssumedRole",
        "principalId": "AIDACKCEVSQ6C2EXAMPLE:Role-Session-Name",
        "arn": "arn:aws:sts::111122223333:assumed-role/Role-Name/Role-Session-Name",
        "accountId": "111122223333",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AIDACKCEVSQ6C2EXAMPLE",
                "arn": "arn:aws:iam::111122223333:role/Admin",
                "accountId": "111122223333",
                "userName": "Admin",
            },
            "attributes": {
                "creationDate": "2024-09-09T17:50:16Z",
                "mfaAuthenticated": "false",
            },
        },
        "invokedByDelegate": {"accountId": "444455556666"},
    },
    "eventTime": "2024-09-09T17:51:44Z",
    "eventSource": "iam.amazonaws.com",
    "eventName": "GetUserPolicy",
    "awsRegion": "us-east-1",
    "requestParameters": {
        "userName": "ExampleIAMUserName",
        "policyName": "ExamplePolicyName",
    },
    "eventType": "AwsApiCall",
    "recipientAccountId": "111122223333",
}
OURS = {**SAMPLE, "userIdentity": {"type": "IAMUser", "accountId": ACCOUNT}}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def record(number=1, at=NOW - HOUR, **more):
    return {**SAMPLE, "eventID": f"id-{number}", "eventTime": f"{at:%FT%TZ}", **more}


def event_of(value):
    (event,) = logs.events("cloudtrail", ACCOUNT, value)
    return event


def test_the_vendors_sample_is_read():
    event = event_of({**SAMPLE, "eventID": "id-1"})
    assert event.happened_at == datetime(2024, 9, 9, 17, 51, 44, tzinfo=UTC)
    assert (event.external_id, event.act) == ("id-1", "read")
    assert event.action == "iam.amazonaws.com GetUserPolicy"
    assert event.actor.startswith("444455556666, arn:aws:sts::111122223333:")
    assert (event.object_name, event.under, event.perhaps_under) == (ACCOUNT, [], [])


@pytest.mark.parametrize(
    "name, act",
    [
        ("ListBuckets", "read"),
        ("RunInstances", "change"),
        ("TerminateInstances", "delete"),
        ("CopySnapshot", "copy"),
        ("PutBucketPolicy", "share"),
        ("SomethingNew", ""),
    ],
)
def test_the_act_is_what_the_name_says(name, act):
    assert event_of(record(eventName=name)).act == act


def test_what_an_event_may_say_besides():
    more = {
        "readOnly": True,
        "eventName": "SomethingNew",
        "errorCode": "AccessDenied",
        "sourceIPAddress": "203.0.113.9",
        "resources": [{"ARN": "arn:aws:s3:::b"}, {"ARN": "arn:aws:s3:::c"}],
    }
    event = event_of(record(**more))
    assert event.act == "read" and event.action.endswith("SomethingNew (AccessDenied)")
    assert event.actor.endswith(", 203.0.113.9")
    assert event.object_name == "arn:aws:s3:::b, arn:aws:s3:::c"


def test_only_what_a_delegate_did_is_evidence():
    assert is_evidence(SAMPLE) and is_evidence("odd") and not is_evidence(OURS)
    assert not is_evidence({**OURS, "eventName": "AcceptDelegationRequest"})
    assert is_evidence({**OURS, "eventName": "GetDelegatedAccessToken"})


@pytest.mark.parametrize(
    "change",
    [
        {"eventID": None},
        {"eventName": ""},
        {"eventTime": "2026-11-30T10:00:00"},
        {"recipientAccountId": "999999999999"},
        {"recipientAccountId": None},
        {"userIdentity": "text"},
        {"resources": ["text"]},
    ],
)
def test_an_odd_event_is_unreadable(change):
    with pytest.raises(Unreadable):
        event_of(record(**change))


@pytest.fixture
def trail(monkeypatch):
    with Trail() as server:
        server.hold.set()
        monkeypatch.setitem(http.LIMITS, "timeout", Patience(server))
        monkeypatch.setenv("LOCKBOX_AWS_LOG_ENDPOINT", server.url)
        monkeypatch.setattr(logs, "PAUSE", 0)
        client._client.cache_clear()
        yield server
        assert server.broken == []


def read(cursor="", now=NOW):
    return list(logs.connect(ACCOUNT).read("cloudtrail", cursor, now))


def numbers(pages):
    return [piece.value["eventID"] for page in pages for piece in page.records]


def ago(hours):
    return (NOW - hours * HOUR).isoformat()


def test_pages_are_followed_and_only_evidence_is_given(trail):
    assert [log.name for log in abilities.logs] == ["cloudtrail"]
    trail.events = [record(number) for number in range(8)] + [{**OURS, **{"eventTime": record()["eventTime"]}}]  # fmt: skip
    pages = read(ago(2))
    assert numbers(pages) == [f"id-{number}" for number in range(8)]
    assert pages[-1].read_until == NOW and trail.regions == {"us-east-1"}


def test_what_comes_late_is_read_though_its_time_has_passed(trail):
    trail.events = [record(1, NOW - HOUR)]
    pages = read(ago(2))
    trail.events.append(record(2, NOW - HOUR))
    assert numbers(read(pages[-1].cursor, NOW + HOUR / 2)) == ["id-1", "id-2"]


def test_each_region_is_asked(trail, monkeypatch):
    monkeypatch.setenv("LOCKBOX_AWS_LOG_REGIONS", "eu-north-1, us-east-1")
    read(ago(1))
    assert trail.regions == {"eu-north-1", "us-east-1"}


def test_what_lies_further_back_is_said_to_be_missing(trail):
    first = next(iter(logs.connect(ACCOUNT).read("cloudtrail", ago(24 * 120), NOW)))
    (gap,) = first.missing
    assert (gap.since, gap.until) == (NOW - 120 * 24 * HOUR, NOW - logs.REACH)


@pytest.mark.parametrize(
    "fault, wait, words",
    [("429", 900, "Throttling"), ("403", None, "AccessDenied"), ("cut", None, ".")],
)
def test_troubles_are_told_and_what_was_given_is_good(trail, fault, wait, words):
    trail.events = [record(number, NOW - number * HOUR) for number in range(10)]
    trail.faults["list"] = ["", "", fault]
    pages = []
    with pytest.raises(Unreachable, match=words) as refused:
        for page in logs.connect(ACCOUNT).read("cloudtrail", ago(10), NOW):
            pages.append(page)
    assert refused.value.retry_after == wait
    assert len(pages) == 1
    rest = read(pages[-1].cursor)
    assert {*numbers(pages), *numbers(rest)} == {f"id-{turn}" for turn in range(10)}


def test_ten_thousand_of_the_same_doubled_and_odd(trail):
    trail.page_size = 50
    trail.events = [record()] * 10_000 + ["no json", json.dumps(["no object"])]
    trail.faults["list"] = ["doubled"]
    (page,) = read(ago(1))
    assert len(page.records) > 10_002
    for piece in page.records[-2:]:
        with pytest.raises(Unreadable):
            list(logs.events("cloudtrail", ACCOUNT, piece.value))
    assert page.records[-2].raw == b"no json"


def test_without_botocore_it_is_said_in_words(trail, monkeypatch):
    monkeypatch.setitem(sys.modules, "botocore.config", None)
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    with pytest.raises(Unreachable, match="botocore is not installed"):
        read(ago(1))
