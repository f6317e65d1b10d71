"""Exchange Online asked and answered by machine, over TLS and by certificate."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from audit_app import acting
from requests_app.cases.access.models import AccessGrant, Delivery, OutboxAttempt
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.steps import case, decision, people
from requests_app.core.models import Heartbeat
from requests_app.oversight.sweep import poll_all, troubles
from requests_app.providers.application import Application
from requests_app.providers.exchange_online.client import connect
from tests.cast import MAILBOX
from tests.helpers.mailboxes import mail_rule
from tests.helpers.two_persons import changed_by_managers
from tests.standin.tls import make_certificate

pytestmark = pytest.mark.django_db

NUMBER = "EXSR100001"
TYPED = {
    "service": "Exchange",
    "justification": "Felsökning",
    "object_ids": (MAILBOX,),
    "duration_minutes": 240,
}


def complete(cast, request, **terms):
    application = Application(
        **{
            **TYPED,
            "external_id": request.external_id,
            "requested_at": request.requested_at,
            "support_case": request.support_case,
            **terms,
        }
    )
    steps_request.complete_notice(
        request, by=cast.nils, application=application, payload=b"{}"
    )


def decided(cast, exchange, outcome="granted"):
    exchange.apply(NUMBER)
    poll_all()
    request = AccessRequest.objects.get()
    complete(cast, request)
    subject = SecrecyReview.objects.get()
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject)
    cast.propose(subject, outcome=outcome)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    return subject


@pytest.mark.parametrize("outcome, word", [("granted", "Approve"), ("refused", "Deny")])
def test_from_request_to_an_answer_that_is_read_back(cast, exchange, outcome, word):
    decided(cast, exchange, outcome)
    poll_all()  # what people typed is no change of the provider's
    assert exchange.decisions == []
    deliver_due()
    assert exchange.decisions == [(NUMBER, word)]
    task = Delivery.objects.get()
    assert (task.status, str(task.confirmed_by)) == ("confirmed", "Lockbox (outbox)")
    assert AccessGrant.objects.count() == (1 if word == "Approve" else 0)
    sent = json.loads(OutboxAttempt.objects.get().sent.text)
    assert sent["ApprovalDecision"] == word and "Beslut den" in sent["Comment"]
    assert exchange.requests[NUMBER]["Comment"] == sent["Comment"]


@pytest.mark.long
@pytest.mark.parametrize(
    "fault", ["cut", "500", "429", "slow", "cut after", "500 after", "503", "401"]
)
def test_every_trouble_ends_in_one_answer(cast, exchange, fault):
    decided(cast, exchange)
    exchange.faults["decide"] = [fault]
    for turn in range(8):
        with acting.at(acting.now() + timedelta(minutes=20 * turn)):
            deliver_due()
    assert exchange.decisions == [(NUMBER, "Approve")]
    assert Delivery.objects.get().status == "confirmed"


@pytest.mark.long
@pytest.mark.parametrize("fault", ["other approves", "other denies"])
def test_who_answers_past_us_is_not_taken_for_us(cast, exchange, fault):
    decided(cast, exchange)
    exchange.faults["decide"] = [fault]
    for turn in range(3):
        with acting.at(acting.now() + timedelta(minutes=20 * turn)):
            deliver_due()
    assert exchange.decisions == []
    assert AccessRequest.objects.get().status != "access_open" or (
        fault == "other approves"
    )


def test_it_is_called_as_public_modules_do_and_as_ourselves(cast, exchange):
    exchange.apply(NUMBER)
    poll_all()
    assert {"Prefer", "X-ResponseFormat", "X-AnchorMailbox", "client-request-id"} <= (
        exchange.headers
    )
    assert exchange.calls[0] == ("POST", "/adminapi/beta/m365-tenant/InvokeCommand")
    scope, claims = exchange.identity.entra.assertions[0]
    assert "https://outlook.office365.com/.default" in scope
    assert claims["iss"] == "a-client"


def test_page_after_page_by_the_same_body(cast, exchange):
    exchange.page_size = 2
    for number in range(5):
        exchange.apply(f"EXSR{number}")
    poll_all()
    assert AccessRequest.objects.count() == 5


@pytest.mark.parametrize(
    "fault, told", [("429", "maximum number"), ("403", "Refused"), ("503", "503")]
)
def test_a_refusal_is_told_in_its_own_words(cast, exchange, fault, told):
    exchange.faults["list"] = [fault]
    poll_all()
    (trouble,) = troubles(Heartbeat.objects.all())
    assert told in trouble


def test_what_no_list_holds_any_more_is_asked_for(cast, exchange):
    exchange.apply(NUMBER)
    poll_all()
    exchange.become(NUMBER, "denied")
    poll_all()
    assert AccessRequest.objects.get().status == "elsewhere"


def test_an_unknown_status_is_kept_and_waits(cast, exchange):
    exchange.apply(NUMBER)
    poll_all()
    exchange.become(NUMBER, "SomethingNew")
    poll_all()
    request = AccessRequest.objects.get()
    assert (request.provider_status, request.status) == ("SomethingNew", "in_review")


def test_a_certificate_that_ran_out_is_told_and_a_new_one_is_taken(
    cast, exchange, tmp_path
):
    exchange.apply(NUMBER)
    file = exchange.identity.certificate
    valid = file.read_bytes()
    (tmp_path / "old").mkdir()
    shutil.copy(make_certificate(tmp_path / "old", "identity", ran_out=True), file)
    poll_all()
    (trouble,) = troubles(Heartbeat.objects.all())
    assert "LOCKBOX_EXCHANGE_CERTIFICATE_FILE" in trouble
    assert not AccessRequest.objects.exists()
    file.write_bytes(valid)
    poll_all()
    assert AccessRequest.objects.count() == 1 and not troubles(Heartbeat.objects.all())


def test_what_stands_is_asked(cast, exchange, monkeypatch):
    told = {str(row.name): row.trouble for row in connect("m365-tenant").standing()}
    # The test's certificate is good for a day more.
    assert [bool(trouble) for trouble in told.values()] == [True, False]
    exchange.faults["list"] = ["403"]
    assert "Refused" in list(connect("m365-tenant").standing())[1].trouble
    monkeypatch.delenv("LOCKBOX_EXCHANGE_CERTIFICATE_FILE")
    assert all(row.trouble for row in connect("m365-tenant").standing())


def test_switched_off_nothing_is_asked(cast, exchange):
    changed_by_managers(cast, cast.m365, is_automatic=False)
    exchange.apply(NUMBER)
    poll_all()
    assert exchange.calls == []


def test_mail_and_machine_tell_of_one_request(
    cast,
    exchange,
    mailbox,
    read,
):
    mail_rule(cast)
    mailbox.arrives(NUMBER)
    read()
    sent = AccessRequest.objects.get().requested_at
    exchange.apply(NUMBER, at=datetime.now(UTC), ServiceName="Teams")
    poll_all()
    request = AccessRequest.objects.get()
    assert (request.service, request.support_case) == ("Teams", "SR-0001")
    assert request.is_draft and request.duration_minutes == 240
    complete(cast, request, service="Teams", duration_minutes=240)
    revision = AccessRequest.objects.get().revision
    poll_all()
    request = AccessRequest.objects.get()
    assert request.revision == revision and request.justification.text == "Felsökning"
    assert request.clock.answer_by <= sent + timedelta(hours=12)
