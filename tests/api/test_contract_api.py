"""The contract API: the whole life of a request."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.file import AccessEvent, Message
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.law.facts import ConditionTerm
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.steps import case, decision, people
from requests_app.desk.sweep import sweep
from tests.cast import LOG, hours
from tests.helpers.cases import decide
from tests.helpers.web import work_of

pytestmark = pytest.mark.django_db


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
    for words in (
        "OSL 18:8",
        "Screen share only",
        f"GSN {acting.today().year}-0001",
        "grant",
    ):
        assert words in read["answer"]["reasons"]
    assert read["access"] is None
    assert read["objects"] == [LOG] and read["minutes"] == 60
    (granted,) = read["answer"]["granted"]
    assert (granted["object"], granted["case"]) == (
        LOG,
        f"GSN {acting.today().year}-0001",
    )
    (bound,) = read["answer"]["conditions"]
    assert (bound["kind"], bound["text"]) == ("other", "Screen share only")
    assert bound["objects"] == [LOG]

    opened = caller.post("/requests/P-1/acknowledge", "").json()
    assert opened["status"] == "access_open"
    assert opened["access"]["ends_at"] > opened["access"]["opens_at"]

    now = timezone.now().isoformat()
    event = {"number": "E-1", "happened_at": now, "action": "read", "object": "logs/a"}
    kept = caller.post("/requests/P-1/events", event)
    assert kept.status_code == 201 and kept.json()["outside"] == ["object", "unsaid"]
    assert caller.post("/requests/P-1/events", event).status_code == 201
    assert AccessEvent.objects.count() == 1

    with acting.at(hours(2)):
        sweep()
    assert caller.get("/requests/P-1").json()["status"] == "access_ended"


def test_the_answer_never_shows_what_is_left_out(cast, caller):
    caller.apply()
    less = {"motivation_for_recipient": "OSL 18:8"}
    decide(cast, motivation_internal="The internal secret reasoning", **less)
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
    with acting.at(hours(13)):
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
    with acting_as(cast.ivar):
        Freeze.objects.create(
            authority=cast.gsn,
            product=cast.contract.product,
            reason="x",
            begins_at=acting.now(),
            made_by=cast.ivar,
        )
    answered = caller.post("/requests/P-1/acknowledge", "")
    assert answered.status_code == 409 and "called back" in answered.content.decode()
    assert not AccessGrant.objects.exists()


def test_silence_of_the_provider_lapses_and_opens_nothing(cast, caller):
    caller.apply()
    decide(cast)
    with acting.at(hours(13)):
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
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
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
    again = caller.post("/requests/P-1/extensions", {**body, "minutes": 20})
    assert again.status_code == 201
    second.refresh_from_db()
    assert (second.revision, second.duration_minutes) == (2, 20)
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
