"""What an application may hold, and what it is refused for."""

import datetime
import json

import pytest
from django.utils import timezone

from requests_app.cases.intake.models.request import AccessRequest
from tests.helpers.caller import application
from tests.helpers.snapshot import snapshot

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"number": None}, "#/number"),
        ({"number": "a b"}, "#/number"),
        ({"number": "x" * 101}, "#/number"),
        ({"minutes": 0}, "#/minutes"),
        ({"minutes": "60"}, "#/minutes"),
        ({"minutes": 10**9}, "#/minutes"),
        ({"sent_at": "2026-11-24T10:00:00"}, "#/sent_at"),
        ({"sent_at": "yesterday"}, "#/sent_at"),
        ({"sent_at": "1970-01-01T00:00:00Z"}, "#/sent_at"),
        ({"objects": []}, "#/objects"),
        ({"objects": ["a"] * 10_000}, "#/objects"),
        ({"objects": ["ok", ""]}, "#/objects/1"),
        ({"objects": "a"}, "#/objects"),
        ({"justification": ""}, "#/justification"),
        ({"justification": " \n "}, "#/justification"),
        ({"engineer_country": "XX"}, "#/engineer_country"),
        ({"objects": ["a", "a"]}, "#/objects"),
        ({"sent_at": "2026-11-24 10:00:00Z"}, "#/sent_at"),
        ({"sent_at": 1_795_000_000}, "#/sent_at"),
        ({"justification": "a\x00b"}, "#/justification"),
        ({"engineer_country": "SWE"}, "#/engineer_country"),
        ({"surprise": 1}, "#/surprise"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(caller, changes, pointer):
    before = snapshot(ledger=False)
    answer = caller.apply(**changes)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointer in pointers, pointers
    assert snapshot(ledger=False) == before


def test_a_clock_ten_minutes_ahead_is_refused_and_one_behind_is_not(caller):
    ahead = (timezone.now() + datetime.timedelta(minutes=10)).isoformat()
    refused = caller.apply(sent_at=ahead)
    assert (
        refused.status_code == 422 and "clock" in refused.json()["errors"][0]["detail"]
    )
    behind = (timezone.now() - datetime.timedelta(minutes=10)).isoformat()
    assert caller.apply(sent_at=behind).status_code == 201


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', '{"number": '])
def test_what_is_not_an_application_is_refused(caller, body):
    answer = caller.post("/requests", body)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_body_of_ten_megabytes_is_refused_unread(caller):
    answer = caller.apply(justification="x" * 10_000_000)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_hundred_objects_are_taken_in(caller):
    answer = caller.apply(objects=[f"logs/{number}" for number in range(100)])
    assert answer.status_code == 201
    assert AccessRequest.objects.get().requested_objects.count() == 100


@pytest.mark.parametrize("text", ["👩‍⚕️", "\u202eabc\u202c", "å" * 5000, "a\r\nb"])
def test_any_text_is_kept_as_it_came(caller, text):
    caller.apply(justification=text)
    assert AccessRequest.objects.get().justification.text == text


def test_the_payload_is_kept_byte_for_byte(caller):
    raw = json.dumps(application(), indent=3).encode() + b"\n"
    caller.post("/requests", raw)
    assert bytes(AccessRequest.objects.get().arrivals.get().payload.body) == raw


def test_what_was_made_is_told_where_it_is(cast, caller):
    at = timezone.now().isoformat()
    for _time in (1, 2):
        made = caller.apply(key="k-1", sent_at=at)
        assert made.headers["Location"] == "http://testserver/api/v1/requests/P-1"
    refused = caller.apply("P-2", minutes=0)
    assert "Location" not in refused.headers
