"""The contract API: the whole life of a request, and everything that is refused."""

import datetime
import json
import uuid

import pytest
from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone

from audit_app import clock
from audit_app.acting import acting
from audit_app.models import LedgerEntry
from requests_app.background.sweep import sweep
from requests_app.law.terms import ConditionTerm
from requests_app.models import (
    AccessEvent,
    AccessGrant,
    AccessRequest,
    Delivery,
    Freeze,
    IdempotencyKey,
    Message,
    SecrecyReview,
)
from requests_app.workflow import assignment, contract, decision, dialogue, review
from tests.cast import LOG, hours
from tests.helpers.caller import application
from tests.helpers.cases import decide
from tests.helpers.snapshot import snapshot
from tests.helpers.web import work_of

pytestmark = pytest.mark.django_db


# -- The way of a request ------------------------------------------------------------


def test_a_provider_applies_reads_the_answer_and_reports(cast, caller):
    made = caller.apply()
    assert made.status_code == 201
    assert made.json()["status"] == "in_review" and made.json()["answer"] is None

    decide(
        cast,
        conditions=[ConditionTerm("other", "Screen share only")],
        motivation_for_recipient="OSL 18:8",
    )
    read = caller.get("/requests/P-1").json()
    assert read["status"] == "answer_ready"
    assert read["answer"]["answer"] == "approve" and read["answer"]["minutes"] == 60
    for words in ("OSL 18:8", "Screen share only", "GSN 2026-0001", "grant"):
        assert words in read["answer"]["reasons"]
    assert read["access"] is None
    assert read["objects"] == [LOG] and read["minutes"] == 60
    (granted,) = read["answer"]["granted"]
    assert (granted["object"], granted["case"]) == (LOG, "GSN 2026-0001")
    (bound,) = read["answer"]["conditions"]
    assert (bound["kind"], bound["text"]) == ("other", "Screen share only")
    assert bound["objects"] == [LOG]

    opened = caller.post("/requests/P-1/acknowledge", "").json()
    assert opened["status"] == "access_open"
    assert opened["access"]["ends_at"] > opened["access"]["opens_at"]

    now = timezone.now().isoformat()
    event = {"number": "E-1", "happened_at": now, "action": "read", "object": "logs/a"}
    kept = caller.post("/requests/P-1/events", event)
    assert kept.status_code == 201 and kept.json()["outside"] == ["object"]
    assert caller.post("/requests/P-1/events", event).status_code == 201
    assert AccessEvent.objects.count() == 1

    with clock.at(hours(2)):
        sweep()
    assert caller.get("/requests/P-1").json()["status"] == "access_ended"


def test_the_answer_never_shows_our_own_reasoning(cast, caller):
    caller.apply()
    decide(cast, motivation_internal="The internal secret reasoning")
    body = caller.get("/requests/P-1").content.decode()
    for word in ("internal", "Karin", "Bo Test"):
        assert word not in body


def test_a_refusal_is_acknowledged_and_opens_nothing(cast, caller):
    caller.apply()
    decide(cast, "refused")
    answer = caller.post("/requests/P-1/acknowledge", "").json()
    assert answer["status"] == "denied" and answer["access"] is None
    assert caller.post("/requests/P-1/acknowledge", "").status_code == 409


def test_an_approval_acknowledged_too_late_opens_nothing(cast, caller):
    """Also in the minute before the sweep finds it; then the case is there to close."""
    caller.apply()
    subject = decide(cast)
    with clock.at(hours(13)):
        answered = caller.post("/requests/P-1/acknowledge", "")
        assert answered.status_code == 409 and "run out" in answered.content.decode()
        assert not AccessGrant.objects.exists()
        sweep()
        assert caller.get("/requests/P-1").json()["status"] == "lapsed"
        assert work_of(cast.karin)[str(subject)].step_url.endswith("/close/")


def test_an_approval_acknowledged_under_a_freeze_opens_nothing(cast, caller):
    """One that was set beside it, before the sweep has called the answer back."""
    caller.apply()
    decide(cast)
    with acting(cast.ivar):
        Freeze.objects.create(
            authority=cast.gsn,
            product=cast.contract.product,
            reason="x",
            begins_at=clock.now(),
            made_by=cast.ivar,
        )
    answered = caller.post("/requests/P-1/acknowledge", "")
    assert answered.status_code == 409 and "called back" in answered.content.decode()
    assert not AccessGrant.objects.exists()


def test_silence_of_the_provider_lapses_and_opens_nothing(cast, caller):
    caller.apply()
    decide(cast)
    with clock.at(hours(13)):
        sweep()
    assert caller.post("/requests/P-1/acknowledge", "").status_code == 409
    assert caller.get("/requests/P-1").json()["status"] == "lapsed"


def test_new_terms_under_the_same_number_are_a_revision(cast, caller):
    caller.apply()
    decide(cast)
    assert caller.apply(minutes=30).json()["revision"] == 2
    assert Delivery.objects.get().status == "blocked"
    assert caller.post("/requests/P-1/acknowledge", "").status_code == 409


def test_questions_and_answers(cast, caller):
    caller.apply()
    subject = SecrecyReview.objects.get()
    review.register(subject, by=cast.lena, public_subject="A")
    assignment.assign(subject, by=cast.per, person=cast.karin)
    asked = dialogue.ask(subject, by=cast.karin, text="Which logs?")
    (shown,) = caller.get("/requests/P-1").json()["messages"]
    assert shown["awaits_answer"] and shown["said_at"].endswith("Z")
    assert shown["id"] == 1 and not shown["from_provider"]
    body = {"text": "Only the newest", "answers": 1}
    assert caller.post("/requests/P-1/messages", body).status_code == 201
    assert Message.objects.last().answers == asked
    assert Message.objects.last().review == subject
    assert caller.get("/requests/P-1").json()["messages"][1]["answers"] == 1
    own = caller.post("/requests/P-1/messages", {**body, "answers": 2})
    assert own.status_code == 409
    wrong = caller.post("/requests/P-1/messages", {**body, "answers": 99999})
    assert wrong.status_code == 409
    assert wrong.json()["errors"][0]["pointer"] == "#/answers"


def test_a_withdrawal_is_proposed_to_be_struck_off(cast, caller):
    caller.apply()
    body = {"reason": "Solved"}
    assert caller.post("/requests/P-1/withdraw", body).json()["status"] == "withdrawn"
    assert SecrecyReview.objects.get().proposals.get().outcome == "struck_off"
    assert caller.post("/requests/P-1/withdraw", body).status_code == 409


def test_more_time_is_a_request_of_its_own_that_ends_with_the_access(cast, caller):
    caller.apply()
    decide(cast)
    caller.post("/requests/P-1/acknowledge", "")
    body = {
        "number": "P-2",
        "justification": "It takes longer",
        "minutes": 30,
        "sent_at": timezone.now().isoformat(),
    }
    made = caller.post("/requests/P-1/extensions", body)
    assert made.status_code == 201 and made.json()["extends"] == "P-1"
    first, second = AccessRequest.objects.order_by("pk")
    assert second.answer_deadline <= first.grants.get().ends_at
    decide(cast, number="P-2")
    assert (
        caller.post("/requests/P-2/acknowledge", "").json()["status"] == "access_open"
    )


def test_an_extension_needs_running_access(cast, caller):
    caller.apply()
    body = {
        "number": "P-2",
        "justification": "x",
        "minutes": 30,
        "sent_at": timezone.now().isoformat(),
    }
    assert caller.post("/requests/P-1/extensions", body).status_code == 409


def test_lists_are_paged_and_ones_own(cast, caller, other):
    for number in range(52):
        caller.apply(f"P-{number}")
    other.apply("Q-1")
    first = caller.get("/requests").json()
    assert len(first["requests"]) == 50 and first["requests"][0]["number"] == "P-51"
    second = caller.get(f"/requests?after={first['next']}").json()
    assert [row["number"] for row in second["requests"]] == ["P-1", "P-0"]
    assert "answer" not in second["requests"][0]
    caller.post("/requests/P-7/withdraw", {"reason": "x"})

    def numbers(query):
        rows = caller.get(f"/requests?{query}").json()["requests"]
        return [row["number"] for row in rows]

    assert numbers("limit=2&page=2") == ["P-49", "P-48"]
    assert numbers("status=withdrawn") == ["P-7"]
    assert numbers("status=access_revoked") == numbers("extends=P-7") == []
    assert second["next"] is None


# -- Another client's requests do not exist ------------------------------------------


def test_another_clients_request_is_as_if_it_were_not(cast, caller, other):
    caller.apply()
    decide(cast)
    before = snapshot(ledger=False)
    paths = ("", "/acknowledge", "/withdraw", "/messages", "/extensions", "/events")
    bodies = {
        "/withdraw": {"reason": "x"},
        "/messages": {"text": "x"},
        "/extensions": {**extension()},
        "/events": {"number": "1", "happened_at": now(), "action": "x"},
    }
    for path in paths:
        told = bodies.get(path, "")
        answers = [
            other.get(f"/requests/{number}{path}")
            if path == ""
            else other.post(f"/requests/{number}{path}", told)
            for number in ("P-1", "P-9")
        ]
        assert [a.status_code for a in answers] == [404, 404]
        told_of = [{**answer.json(), "instance": None} for answer in answers]
        assert told_of[0] == told_of[1]
    assert snapshot(ledger=False) == before
    assert other.apply("P-1").status_code == 201
    assert AccessRequest.objects.filter(external_id="P-1").count() == 2


def now():
    return timezone.now().isoformat()


def extension():
    return {"number": "X", "justification": "x", "minutes": 1, "sent_at": now()}


# -- Tokens --------------------------------------------------------------------------


def test_a_call_without_a_good_token_is_refused_and_recorded(caller):
    good = caller.token
    for token in ("", "x", good + "x", "é".encode().decode("latin-1")):
        caller.token = token
        refused = caller.get("/requests")
        assert refused.status_code == 401
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert "Bearer" in refused.headers["WWW-Authenticate"]
    caller.token = good
    with clock.at(hours(0)):
        token = Token.objects.get()
        token.expires_at = timezone.now() - datetime.timedelta(seconds=1)
        token.save()
    assert caller.get("/requests").status_code == 401
    assert LedgerEntry.objects.filter(event="api.refused").exists()


def test_a_wrong_secret_gets_no_token(caller):
    assert caller.fetch_token("wrong").status_code == 401


def test_a_new_secret_stops_the_old_one_and_its_tokens(cast, caller):
    new = contract.rotate_secret(caller.client, by=cast.sam)
    assert caller.get("/requests").status_code == 401
    assert caller.fetch_token().status_code == 401
    assert caller.fetch_token(new.secret).status_code == 200


def test_an_ended_client_is_shut_out(cast, caller):
    contract.end_client(caller.client, by=cast.sam, reason="Contract over")
    assert caller.get("/requests").status_code == 401
    assert caller.fetch_token().status_code in (400, 401)


def test_a_client_is_no_person_and_opens_no_page(cast, caller):
    account = caller.client.account
    browser = Client()
    browser.force_login(account)
    assert browser.get("/").status_code == 302


def test_what_a_client_does_is_signed_by_its_account(cast, caller):
    caller.apply()
    version = AccessRequest.objects.get().history.last()
    assert version.history_user_name == "Exempelmoln"
    read = caller.get("/requests/P-1")
    assert read.status_code == 200
    line = LedgerEntry.objects.filter(event="api.request_read").get()
    assert line.actor_id == caller.client.account_id


# -- Idempotency ---------------------------------------------------------------------


def test_a_call_that_comes_again_is_done_once_and_answered_the_same(cast, caller):
    body = application()
    first = caller.post("/requests", body, "k1")
    again = caller.post("/requests", body, "k1")
    assert again.content == first.content and again.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true"
    assert AccessRequest.objects.count() == 1


def test_a_key_with_another_body_is_refused(caller):
    caller.post("/requests", application(), "k1")
    other = caller.post("/requests", application("P-2"), "k1")
    assert other.status_code == 422
    assert other.json()["errors"][0]["pointer"] == "header:Idempotency-Key"
    assert AccessRequest.objects.count() == 1


def test_a_key_is_ones_own(caller, other):
    assert caller.post("/requests", application(), "k1").status_code == 201
    assert other.post("/requests", application(), "k1").status_code == 201


def test_a_refused_call_can_be_mended_under_its_key(caller):
    bad = caller.post("/requests/P-1/withdraw", {"reason": "x"}, "k1")
    assert bad.status_code == 404
    caller.apply()
    assert (
        caller.post("/requests/P-1/withdraw", {"reason": "x"}, "k1").status_code == 200
    )


def test_keys_are_forgotten_after_72_hours(caller):
    caller.apply(key="k1")
    with clock.at(hours(71)):
        sweep()
    assert IdempotencyKey.objects.exists()
    with clock.at(hours(73)):
        sweep()
    assert not IdempotencyKey.objects.exists()


def test_a_key_is_needed(caller):
    answer = caller.http.post(
        "/api/v1/requests",
        json.dumps(application()),
        content_type="application/json",
        headers={"Authorization": f"Bearer {caller.token}"},
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "header:Idempotency-Key"


# -- Bad input -----------------------------------------------------------------------


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


def test_an_answer_is_not_acknowledged_that_has_changed_since_it_was_read(cast, caller):
    """Here by another decision, with a shorter time and so another answer."""
    caller.apply()
    decide(cast)
    subject = SecrecyReview.objects.get()
    etag = caller.get("/requests/P-1").headers["ETag"]
    assert caller.get("/requests/P-1").headers["ETag"] == etag
    decision.reconsider(subject, by=cast.bo, reason="Too long")
    again = SecrecyReview.objects.get()
    cast.propose(again, granted_minutes=10)
    decision.decide(again, by=cast.bo, no_conflict=True)
    refused = acknowledge_as_read(caller, etag)
    assert (refused.status_code, refused.json()["code"]) == (412, "changed_since_read")
    assert not AccessGrant.objects.exists()
    etag = caller.get("/requests/P-1").headers["ETag"]
    assert acknowledge_as_read(caller, etag).status_code == 200
    assert acknowledge_as_read(caller, '"x"').status_code == 412


def acknowledge_as_read(caller, etag):
    return caller.http.post(
        "/api/v1/requests/P-1/acknowledge",
        content_type="application/json",
        headers={**caller._headers(uuid.uuid4().hex), "If-Match": etag},
    )
