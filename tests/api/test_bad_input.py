"""What goes wrong at the door: the right status, the field's name, nothing lost."""

import datetime
import json

import pytest
from django.utils import timezone

from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.rights import arrivals_visible_to
from tests.api.problems import now, refused, told
from tests.helpers.caller import application
from tests.helpers.cases import decide
from tests.helpers.snapshot import snapshot

pytestmark = pytest.mark.django_db

# -- What is no call at all ----------------------------------------------------------


@pytest.mark.parametrize(
    "path, status",
    [("nothing", 404), ("requests/P-1/nothing", 404), ("requests?after=%00", 400)],
)
def test_a_path_that_is_none_is_a_problem_too(caller, path, status):
    refused(caller.get(f"/{path}"), status)


def test_a_method_that_is_none_is_a_problem_too(caller):
    headers = {"Authorization": f"Bearer {caller.token}"}
    answer = caller.http.delete("/api/v1/requests", headers=headers)
    refused(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_ten_thousand_objects_are_too_many_by_number_and_by_size(caller):
    before = snapshot(ledger=False)
    refused(caller.apply(objects=["a"] * 10_000), 422, "#/objects")
    names = [f"logs/{number}/{'x' * 100}" for number in range(10_000)]
    refused(caller.apply(objects=names), 413)
    assert snapshot(ledger=False) == before
    assert caller.apply(objects=names[:500]).status_code == 201


def test_a_body_whose_length_is_a_lie_is_refused(caller):
    headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": "k"}
    for length in ("-1", "x", "1e3", "99999999999"):
        answer = caller.http.post(
            "/api/v1/requests",
            application(),
            content_type="application/json",
            headers=headers,
            CONTENT_LENGTH=length,
        )
        refused(answer, 413)


@pytest.mark.parametrize("at", ["2026-11-24T10:00:00", "2026-11-24", "10:00Z", 1.5, ""])
def test_a_time_without_a_zone_is_refused_by_name(cast, caller, at):
    caller.apply("P-1")
    before = snapshot(ledger=False)
    refused(caller.apply("P-2", sent_at=at), 422, "#/sent_at")
    more = {"number": "P-3", "justification": "x", "minutes": 1, "sent_at": at}
    refused(caller.post("/requests/P-1/extensions", more), 422, "#/sent_at")
    event = {"number": "E", "action": "x", "happened_at": at}
    refused(caller.post("/requests/P-1/events", event), 422, "#/happened_at")
    assert snapshot(ledger=False) == before


def test_a_clock_ten_minutes_ahead_is_told_so_in_every_call(cast, caller):
    caller.apply("P-1")
    before = snapshot(ledger=False)
    ahead = (timezone.now() + datetime.timedelta(minutes=10)).isoformat()
    more = {"number": "P-3", "justification": "x", "minutes": 1, "sent_at": ahead}
    event = {"number": "E", "action": "x", "happened_at": ahead}
    answers = [
        (caller.apply("P-2", sent_at=ahead), "#/sent_at"),
        (caller.post("/requests/P-1/extensions", more), "#/sent_at"),
        (caller.post("/requests/P-1/events", event), "#/happened_at"),
    ]
    for answer, pointer in answers:
        assert "clock" in refused(answer, 422, pointer)["errors"][0]["detail"]
    assert snapshot(ledger=False) == before


def test_a_clock_ten_minutes_behind_costs_ten_minutes_and_no_more(caller):
    sent = timezone.now() - datetime.timedelta(minutes=10)
    caller.apply(sent_at=sent.isoformat())
    request = AccessRequest.objects.get()
    assert request.answer_deadline == sent + datetime.timedelta(hours=12)
    assert request.requested_at == sent


# -- Nothing is lost -----------------------------------------------------------------


def test_a_change_that_comes_too_late_is_refused_and_kept_for_people(cast, caller):
    caller.apply()
    caller.post("/requests/P-1/withdraw", {"reason": "x"})
    late = application(minutes=5)
    first = caller.post("/requests", late, "k1")
    refused(first, 409)
    (kept,) = arrivals_visible_to(cast.nils)
    assert b'"minutes": 5' in bytes(kept.payload.body)
    assert kept.trouble and str(kept.arrived_by) == "Exempelmoln"
    # Sent again, under its key or a new one: the same answer, and kept once.
    again = caller.post("/requests", late, "k1")
    refused(again, 409)
    assert told(again)[2] == told(first)[2]
    refused(caller.post("/requests", late, "k2"), 409)
    assert arrivals_visible_to(cast.nils).count() == 1
    assert AccessRequest.objects.get().duration_minutes == 60


def test_an_extension_under_a_number_in_use_is_refused_by_name(cast, caller):
    caller.apply("P-1")
    decide(cast)
    caller.post("/requests/P-1/acknowledge", "")
    caller.apply("P-3")
    more = {"justification": "y", "minutes": 1, "sent_at": now()}
    before = snapshot(ledger=False)
    for number in ("P-1", "P-3", "p-3", "p-1"):
        answer = caller.post("/requests/P-1/extensions", {"number": number, **more})
        assert refused(answer, 409, "#/number")["code"] == "number_in_use"
    assert snapshot(ledger=False) == before
    for _time in range(2):
        made = caller.post("/requests/P-1/extensions", {"number": "P-4", **more})
        assert made.status_code == 201 and made.json()["extends"] == "P-1"
    assert AccessRequest.objects.count() == 3


def test_a_key_that_stands_twice_is_not_guessed_at(caller):
    body = json.dumps(application("P-1"))
    doubled = body.replace('"minutes": 60', '"minutes": 60, "minutes": 600')
    assert doubled != body
    document = refused(caller.post("/requests", doubled), 400)
    assert "“minutes” stands twice" in document["detail"]
    assert not AccessRequest.objects.exists()


# -- Codes, parameters, events -------------------------------------------------------


def test_a_body_that_is_not_said_to_be_json_is_refused(caller):
    answer = caller.http.post(
        "/api/v1/requests",
        json.dumps(application()),
        content_type="text/plain",
        headers={"Authorization": f"Bearer {caller.token}", "Idempotency-Key": "k"},
    )
    assert refused(answer, 415)["code"] == "unsupported_media_type"
    assert not AccessRequest.objects.exists()


def test_the_whole_body_has_a_pointer_of_its_own(caller):
    refused(caller.post("/requests", "[]"), 422, "#")


@pytest.mark.parametrize(
    "path, name",
    [
        ("/requests?stauts=denied", "stauts"),
        ("/requests/P-1?x=1", "x"),
        ("/requests/P-1/events?after=1", "after"),
        ("/api-info?x=1", "x"),
    ],
)
def test_a_parameter_that_is_none_is_refused_by_name(caller, path, name):
    caller.apply()
    document = refused(caller.get(path), 422, f"query:{name}")
    assert document["errors"][0]["code"] == "unknown_field"


def test_a_parameter_that_is_none_carries_nothing_out(caller):
    """Whoever writes ?preview=1 means something else."""
    refused(caller.post("/requests?preview=1", application()), 422, "query:preview")
    assert not AccessRequest.objects.exists()


def test_a_filter_that_is_none_is_refused(caller):
    refused(caller.get("/requests?status=open"), 422, "query:status")
    refused(caller.get("/requests?limit=51"), 422, "query:limit")
    refused(caller.get("/requests?page=0"), 422, "query:page")


def test_what_was_sent_so_long_ago_that_it_would_lapse_at_once_is_refused(caller):
    old = (timezone.now() - datetime.timedelta(days=3)).isoformat()
    refused(caller.apply(sent_at=old), 422, "#/sent_at")
    assert not AccessRequest.objects.exists()
    # What is known already is not new: the same terms once more are the same.
    caller.apply()
    assert caller.apply(sent_at=old).json()["revision"] == 1


def test_more_time_that_was_asked_for_so_long_ago_is_refused_too(cast, caller):
    caller.apply()
    decide(cast)
    caller.post("/requests/P-1/acknowledge", "")
    old = (timezone.now() - datetime.timedelta(days=3)).isoformat()
    more = {"number": "P-2", "justification": "y", "minutes": 1, "sent_at": old}
    refused(caller.post("/requests/P-1/extensions", more), 422, "#/sent_at")
    assert AccessRequest.objects.count() == 1


def test_nothing_is_said_where_nobody_would_read_it(caller):
    caller.apply()
    assert caller.post("/requests/P-1/messages", {"text": "x"}).status_code == 201
    caller.post("/requests/P-1/withdraw", {"reason": "x"})
    answer = caller.post("/requests/P-1/messages", {"text": "y"})
    assert refused(answer, 409)["code"] == "wrong_state"


def event(number="E-1", **changes):
    return {"number": number, "happened_at": now(), "action": "x", **changes}


def test_another_event_under_a_number_in_use_is_refused_alone_and_in_bulk(caller):
    caller.apply()
    first = event()
    assert caller.post("/requests/P-1/events", first).status_code == 201
    assert caller.post("/requests/P-1/events", first).status_code == 201
    other = {**first, "action": "y"}
    answer = caller.post("/requests/P-1/events", other)
    assert refused(answer, 409, "#/number")["code"] == "number_in_use"
    several = {"events": [event("E-2"), other]}
    answer = caller.post("/requests/P-1/event-batches", several)
    refused(answer, 409, "#/events/1/number")
    kept = caller.get("/requests/P-1/events").json()["events"]
    assert [row["number"] for row in kept] == ["E-1"]
