"""The sandbox: the same document, answered by machine, and apart from all that is real."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.api.sandbox import api as sandbox_api
from requests_app.api.site import api
from requests_app.cases.access import clients
from requests_app.cases.access.models import (
    REVOKES_AFTER,
    ContractClient,
    OutboxMessage,
    SandboxRequest,
)
from requests_app.cases.intake.models.request import AccessRequest, Arrival
from requests_app.desk.overview import figures
from requests_app.registers.models.cloud import Connection
from tests.api.problems import refused
from tests.cast import LOG
from tests.helpers.caller import Caller, SandboxCaller
from tests.helpers.snapshot import snapshot
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db
Script = SandboxRequest.Script


def developer(cast, name):
    return SandboxCaller(
        clients.make_client(cast.contract, by=cast.sam, name=name, is_sandbox=True)
    )


@pytest.fixture
def trying(cast):
    return developer(cast, "A developer")


def later(**terms):
    return acting.at(timezone.now() + datetime.timedelta(**terms))


def apply(trying, word="grant", number="T-1", **changes):
    return trying.apply(number, justification=f"[{word}] Repair", **changes)


def answered(trying, number="T-1"):
    with later(seconds=6):
        return trying.get(f"/requests/{number}").json()


def test_the_documents_are_the_same(client):
    live = api.served_at("https://x.example/", "")
    tried = sandbox_api.served_at("https://x.example/", "")
    assert live["paths"] == tried["paths"]
    assert live["components"]["schemas"] == tried["components"]["schemas"]
    served = client.get("/api/sandbox/v1/openapi.json").json()
    assert served["servers"] == [{"url": "http://testserver/api/sandbox/v1"}]


@pytest.mark.parametrize(
    "word, status, answer, minutes",
    [
        ("grant", "answer_ready", "approve", 60),
        ("less", "answer_ready", "approve", 30),
        ("refuse", "answer_ready", "deny", None),
        ("revoke", "answer_ready", "approve", 60),
        ("hold", "answer_ready", "approve", 60),
        ("ask", "in_review", None, None),
        ("lapse", "lapsed", None, None),
        ("elsewhere", "answered_elsewhere", None, None),
        ("merged", "merged", None, None),
        ("closed", "closed", None, None),
    ],
)
def test_each_word_has_its_answer(trying, word, status, answer, minutes):
    made = apply(trying, word)
    assert made.status_code == 201 and made.json()["status"] == "in_review"
    assert made.headers["Location"].endswith("/api/sandbox/v1/requests/T-1")
    told = answered(trying)
    assert told["status"] == status
    assert (told["answer"] or {}).get("answer") == answer
    assert (told["answer"] or {}).get("minutes") == minutes


def test_every_word_is_tried_above_and_told_in_the_guide():
    tried = test_each_word_has_its_answer.pytestmark[0].args[1]
    assert {row[0] for row in tried} == set(Script.values)
    with open("docs/provider-api.md") as page:
        text = page.read()
    assert not [word for word in Script.values if f"`[{word}]`" not in text]


def test_an_unknown_word_is_refused_by_name(trying):
    refused(apply(trying, "perhaps"), 422, "#/justification", at=trying.base)
    assert apply(trying, "grant").status_code == 201


def test_a_grant_is_acknowledged_extended_and_reported(trying):
    apply(trying)
    with later(seconds=6):
        opened = trying.post("/requests/T-1/acknowledge", "").json()
        assert opened["status"] == "access_open"
        more = {
            "number": "T-1-B",
            "justification": "[grant] Longer",
            "minutes": 30,
            "sent_at": timezone.now().isoformat(),
        }
        assert trying.post("/requests/T-1/extensions", more).status_code == 201
        event = {
            "number": "E-1",
            "happened_at": acting.now().isoformat(),
            "action": "read",
            "object": LOG,
            "country": "SE",
            "act": "read",
        }
        with acting.at(acting.now() + datetime.timedelta(seconds=1)):
            kept = trying.post("/requests/T-1/events", event)
        assert kept.status_code == 201 and kept.json()["outside"] == []
        again = {**event, "action": "write"}
        refused(trying.post("/requests/T-1/events", again), 409, at=trying.base)
    with later(seconds=20):
        extended = trying.post("/requests/T-1-B/acknowledge", "").json()
        assert extended["access"]["opens_at"] == opened["access"]["ends_at"]
    with later(hours=1, minutes=10):
        assert trying.get("/requests/T-1").json()["status"] == "access_ended"
        assert trying.get("/requests/T-1-B").json()["status"] == "access_open"


def test_a_question_is_answered_and_what_is_revoked_is_told(trying):
    apply(trying, "ask")
    (question,) = trying.get("/requests/T-1").json()["messages"]
    reply = {"text": "The newest", "answers": question["id"]}
    assert trying.post("/requests/T-1/messages", reply).status_code == 201
    assert answered(trying)["status"] == "answer_ready"
    apply(trying, "revoke", "T-2")
    with later(seconds=6):
        trying.post("/requests/T-2/acknowledge", "")
    with later(seconds=6 + REVOKES_AFTER.total_seconds() + 1):
        told = trying.get("/requests/T-2").json()
        assert told["status"] == "access_revoked"
        assert told["answer"]["answer"] == "revoke"
        more = {"number": "T-2-B", "justification": "x", "minutes": 1}
        more["sent_at"] = timezone.now().isoformat()
        wrong = trying.post("/requests/T-2/extensions", more)
        document = refused(wrong, 409, at=trying.base)
        assert document["request_status"] == "access_revoked"
    with later(minutes=5):
        feed = trying.get("/notifications").json()["notifications"]
    told = [(row["type"], row["data"]) for row in feed]
    assert ("request.question", {"number": "T-1", "message": 1}) in told
    revoked = {"number": "T-2", "status": "access_revoked"}
    assert ("request.access_revoked", revoked) in told


def test_conflicts_are_as_in_the_real_thing(trying):
    apply(trying, "hold")
    early = refused(trying.post("/requests/T-1/acknowledge", ""), 409, at=trying.base)
    assert early["code"] == "no_answer_waits"
    assert early["request_status"] == "in_review"
    with later(seconds=6):
        held = trying.post("/requests/T-1/acknowledge", "")
        assert refused(held, 409, at=trying.base)["code"] == "answer_held_back"
    other = {"reason": "x"}
    assert trying.post("/requests/T-1/withdraw", other).json()["status"] == "withdrawn"
    refused(trying.post("/requests/T-1/withdraw", other), 409, at=trying.base)
    refused(trying.post("/requests/T-9/withdraw", other), 404, at=trying.base)


def test_nothing_of_it_is_real(cast, trying):
    """No page, register, queue, search, figure or diary has it: no table but its own
    is written, apart from what tells its client."""
    before = snapshot(ledger=False)
    last = LedgerEntry.objects.latest("pk").pk
    counted = [row for row in figures() if "seconds" not in row.name]
    apply(trying, number="TRIAL-77")
    answered(trying, "TRIAL-77")
    assert trying.get("/notifications").status_code == 200
    assert trying.get("/status").json()["client"]["environment"] == "sandbox"
    after = snapshot(ledger=False)
    assert LedgerEntry.objects.filter(pk__gt=last).count() == 0
    written = {table for table in after if after[table] != before[table]}
    own = ("sandboxrequest", "outboxmessage", "idempotencykey")
    assert written == {f"requests_app_{name}" for name in own}
    assert not AccessRequest.objects.exists() and not Arrival.objects.exists()
    assert [row for row in figures() if "seconds" not in row.name] == counted
    assert not Connection.objects.called().exists()
    for person in (cast.nils, cast.sam, cast.lena):
        for url in ("/", "/search/?q=TRIAL"):
            assert "TRIAL-77" not in signed_in(person).get(url).content.decode()


def test_neither_opens_the_other(cast, trying, caller):
    crossed = Caller.bare(trying.token)
    told = refused(crossed.get("/requests"), 403)
    assert told["code"] == "wrong_environment" and "sandbox" in told["detail"]
    real = SandboxCaller.bare(caller.token)
    told = refused(real.apply(), 403, at=real.base)
    assert told["code"] == "wrong_environment"
    assert not SandboxRequest.objects.exists()


def test_the_database_keeps_them_apart(cast, trying, caller):
    caller.apply("P-1")
    apply(trying)
    tried, real = SandboxRequest.objects.get(), AccessRequest.objects.get()
    common = {
        "topic": "webhook",
        "event": "request.status_changed",
        "lane": "x",
        "created_at": acting.now(),
        "next_attempt_at": acting.now(),
    }
    live = ContractClient.objects.get(is_sandbox=False)
    for wrong in (
        {"client": live, "sandbox_request": tried},
        {"client": tried.client, "access_request": real},
        {"client": tried.client, "access_request": real, "sandbox_request": tried},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutboxMessage.objects.create(**common, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        SandboxRequest.objects.filter(pk=tried.pk).update(client=live)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractClient.objects.filter(pk=live.pk).update(is_sandbox=True)


def test_what_happens_in_a_case_is_told_to_no_client_of_the_sandbox(trying, caller):
    caller.apply("P-1")
    caller.post("/requests/P-1/withdraw", {"reason": "x"})
    assert not OutboxMessage.objects.filter(client=trying.client).exists()


def test_another_developers_trial_is_as_if_it_were_not(cast, trying):
    apply(trying)
    other = developer(cast, "Another")
    refused(other.get("/requests/T-1"), 404, at=other.base)
    assert apply(other).status_code == 201
    assert other.get("/requests").json()["requests"][0]["number"] == "T-1"
    assert SandboxRequest.objects.count() == 2
