"""What goes wrong at the door: the right status, the field's name, nothing of others
to be seen, nothing lost."""

import datetime
import json
import threading

import pytest
from allauth.idp.oidc.models import Client, Token
from django.db import connection
from django.utils import timezone

from audit_app.models import LedgerEntry
from requests_app.api.codes import KINDS
from requests_app.models import AccessRequest, Arrival, SecrecyReview
from requests_app.permissions import arrivals_visible_to
from requests_app.workflow import assignment, contract, dialogue, review
from tests.helpers.caller import Caller, application
from tests.helpers.cases import decide
from tests.helpers.snapshot import snapshot
from tests.helpers.two_persons import changed_by_managers

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"
# What differs between any two answers.
OF_THE_MOMENT = {"Date", "Set-Cookie"}


def told(answer):
    """All of an answer that its receiver can compare."""
    headers = {k: v for k, v in answer.headers.items() if k not in OF_THE_MOMENT}
    body = {name: at for name, at in answer.json().items() if name != "instance"}
    return answer.status_code, headers | {"Content-Length": None}, body


def refused(answer, status, pointer=None):
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == PROBLEM
    document = answer.json()
    assert document["status"] == status and document["title"] and document["detail"]
    assert KINDS[document["code"]].status == status
    assert document["instance"].startswith("/api/v1/")
    assert answer.headers["Content-Language"] == "en"
    if pointer:
        assert pointer in [error["pointer"] for error in document["errors"]]
    return document


def now():
    return timezone.now().isoformat()


# -- Tokens --------------------------------------------------------------------------


def expire(cast, caller):
    token = Token.objects.get(client=caller.client_id)
    token.expires_at = timezone.now() - datetime.timedelta(seconds=1)
    token.save()


def end(cast, caller):
    good = Token.objects.get(client=caller.client_id)
    contract.end_client(caller.client, by=cast.sam, reason="x")
    good.pk = None  # even if one were left behind
    good.save()


def close_connection(cast, caller):
    changed_by_managers(cast, cast.contract, is_active=False)


def widen(cast, caller):
    Token.objects.filter(client=caller.client_id).update(scopes="openid")


def disown(cast, caller):
    """A token of a client of allauth's that is no contract client of ours."""
    foreign = Client(name="x", type=Client.Type.CONFIDENTIAL, scopes="requests")
    foreign.set_secret("x")
    foreign.save()
    Token.objects.filter(client=caller.client_id).update(client=foreign)


def garble(cast, caller):
    caller.token = caller.token[:-1] + ("a" if caller.token[-1] != "a" else "b")


def take_refresh(cast, caller):
    Token.objects.filter(client=caller.client_id).update(type="rt")


@pytest.mark.parametrize(
    "spoil",
    [expire, end, close_connection, widen, disown, garble, take_refresh],
    ids=lambda spoil: spoil.__name__,
)
def test_a_bad_token_is_refused_as_if_it_had_never_been_given(cast, caller, spoil):
    caller.apply()
    spoil(cast, caller)
    before = snapshot(ledger=False)
    answers = [caller.get("/requests/P-1"), caller.apply("P-2")]
    for answer in answers:
        refused(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    without = caller.http.get("/api/v1/requests/P-1")
    document = refused(without, 401)
    assert document["code"] == "token_missing"
    assert "invalid_token" not in without.headers["WWW-Authenticate"]
    never_given = Caller.bare("nothing").get("/requests/P-1")
    assert told(answers[0]) == told(never_given)
    assert never_given.json()["code"] == "token_invalid"
    assert 'error="invalid_token"' in never_given.headers["WWW-Authenticate"]
    assert snapshot(ledger=False) == before
    assert LedgerEntry.objects.filter(event="api.refused").exists()


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer a b", "bearer x"]
)
def test_a_header_that_is_no_token_is_refused(caller, header):
    headers = {} if header is None else {"Authorization": header}
    refused(caller.http.get("/api/v1/requests", headers=headers), 401)


def test_a_session_of_a_person_opens_no_door(cast, caller):
    caller.http.force_login(cast.sam)
    refused(caller.http.get("/api/v1/requests"), 401)


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


# -- Keys ----------------------------------------------------------------------------


def test_a_key_with_another_body_path_or_client_does_not_tell_what_it_did(
    cast, caller, other
):
    caller.post("/requests", application(), "k1")
    before = snapshot(ledger=False)
    for answer in (
        caller.post("/requests", application(minutes=5), "k1"),
        caller.post("/requests/P-1/withdraw", {"reason": "x"}, "k1"),
    ):
        document = refused(answer, 422, "header:Idempotency-Key")
        assert "P-1" not in str({**document, "instance": None})
    assert snapshot(ledger=False) == before
    # Another client's key is as if it had never been used.
    assert told(other.post("/requests/P-1/withdraw", {"reason": "x"}, "k1")) == told(
        other.post("/requests/P-1/withdraw", {"reason": "x"}, "k2")
    )


@pytest.mark.parametrize("key", ["", "a b", "x" * 101, "\u00e5", "a\tb"])
def test_a_key_that_is_none_is_refused_by_name(caller, key):
    answer = caller.post("/requests", application(), key or " ")
    refused(answer, 422, "header:Idempotency-Key")
    assert not AccessRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_call_sent_twice_at_once_is_done_once(cast, caller):
    body, answers = application(), []
    gate = threading.Barrier(4)

    def call():
        gate.wait()
        answers.append(caller.post("/requests", body, "k1"))
        connection.close()

    threads = [threading.Thread(target=call) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert AccessRequest.objects.count() == Arrival.objects.count() == 1


# -- Others --------------------------------------------------------------------------


def test_nothing_of_anothers_request_is_told_by_any_call(cast, caller, other):
    caller.apply("P-1")
    subject = SecrecyReview.objects.get()
    review.register(subject, by=cast.lena, public_subject="A")
    assignment.assign(subject, by=cast.per, person=cast.karin)
    dialogue.ask(subject, by=cast.karin, text="Which?")
    more = {"justification": "x", "minutes": 1, "sent_at": now()}
    calls = [
        ("acknowledge", ""),
        ("withdraw", {"reason": "x"}),
        ("withdraw", {"reason": 5}),
        ("messages", {"text": "x"}),
        ("messages", {"text": "x", "answers": 1}),
        ("extensions", {"number": "N", **more}),
        ("events", {"number": "E", "happened_at": now(), "action": "x"}),
    ]
    before = snapshot(ledger=False)
    assert told(other.get("/requests/P-1")) == told(other.get("/requests/P-9"))
    assert told(other.get("/requests?after=P-1")) == told(
        other.get("/requests?after=P-9")
    )
    for path, body in calls:
        theirs = other.post(f"/requests/P-1/{path}", body)
        nobodys = other.post(f"/requests/P-9/{path}", body)
        assert theirs.status_code in (404, 422)
        assert told(theirs) == told(nobodys), path
    assert snapshot(ledger=False) == before


def test_a_number_another_client_uses_is_free_and_tells_nothing(cast, caller, other):
    """The same application by two clients gets the same answer, but for its time."""
    sent = now()
    first = caller.apply("P-1", sent_at=sent)
    caller.post("/requests/P-1/messages", {"text": "x"})
    second = other.apply("P-1", sent_at=sent)
    assert first.status_code == second.status_code == 201
    assert first.json().keys() == second.json().keys()
    for name in ("number", "status", "revision", "extends", "answer", "messages"):
        assert first.json()[name] == second.json()[name]
    # Nor do numbers of ours tell how much others have said.
    said = other.post("/requests/P-1/messages", {"text": "x"}).json()
    assert said["id"] == 1
    assert [r["number"] for r in other.get("/requests").json()["requests"]] == ["P-1"]


def test_two_clients_of_one_connection_share_its_requests(cast, caller):
    second = Caller(contract.make_client(cast.contract, by=cast.sam, name="Second"))
    caller.apply("P-1")
    assert second.get("/requests/P-1").status_code == 200


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
    assert again.content == first.content
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
    for number in ("P-1", "P-3"):
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
