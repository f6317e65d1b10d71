"""Webhooks: signed, at least once, and none when nobody listens."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from requests_app.cases.access import clients
from requests_app.cases.access.models import ContractClient, OutboxMessage
from requests_app.cases.access.outbox import HOOK_PAUSES, deliver_due
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import case, people
from requests_app.providers.http import retry_after
from tests.helpers.caller import application
from tests.helpers.web import fetch, page, signed_in
from tests.providers.http.conftest import URL, new_secret, withdraw

pytestmark = pytest.mark.django_db


def verify(got, secret):
    headers, body = got
    return Webhook(secret).verify(
        body, {name.lower(): text for name, text in headers.items()}
    )


def verifies(got, secret):
    try:
        verify(got, secret)
    except WebhookVerificationError:
        return False
    return True


# -- What is told, and how it is signed ----------------------------------------------


def test_a_change_of_status_is_told_signed(listener, receiver):
    withdraw(listener)
    deliver_due()
    (got,) = receiver.got
    event = verify(got, listener.signing[0])
    assert event["type"] == "request.status_changed"
    assert event["data"] == {"number": "P-1", "status": "withdrawn"}
    assert got[0]["Host"] == "hook.example"
    assert OutboxMessage.objects.get().result == "delivered"
    deliver_due()
    assert len(receiver.got) == 1


def test_a_question_is_told_without_its_words(cast, listener, receiver):
    listener.apply()
    subject = SecrecyReview.objects.get()
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
    dialogue.ask(subject, by=cast.karin, text="Which pupils?")
    deliver_due()
    event = verify(receiver.got[-1], listener.signing[0])
    assert event["type"] == "request.question"
    assert event["data"] == {"number": "P-1", "message": 1}


def test_two_secrets_are_in_force_while_the_provider_changes_over(
    cast, listener, receiver
):
    first = listener.signing[0]
    second = new_secret(cast, listener)
    withdraw(listener, "P-1")
    deliver_due()
    assert verifies(receiver.got[0], first) and verifies(receiver.got[0], second)
    third = new_secret(cast, listener)
    withdraw(listener, "P-2")
    deliver_due()
    assert [verifies(receiver.got[1], key) for key in (first, second, third)] == [
        False,
        True,
        True,
    ]
    assert listener.client.webhook_secrets.filter(ended_at=None).count() == 2


def test_without_a_secret_nothing_goes_out_unsigned(cast, caller, receiver):
    clients.listen_at(caller.client, by=cast.sam, webhook_url=URL)
    withdraw(caller)
    deliver_due()
    assert receiver.got == []
    assert OutboxMessage.objects.get().trouble
    secret = new_secret(cast, caller)
    with acting.at(acting.now() + timedelta(minutes=1)):
        deliver_due()
    (signed,) = receiver.got
    headers = {name.lower(): text for name, text in signed[0].items()}
    assert headers["webhook-signature"].startswith("v1,") and secret


def test_a_body_changed_on_the_way_does_not_verify(listener, receiver):
    withdraw(listener)
    deliver_due()
    headers, body = receiver.got[0]
    changed = body.replace(b"withdrawn", b"access_open")
    assert not verifies((headers, changed), listener.signing[0])


# -- Again, and when to stop ---------------------------------------------------------


def test_it_is_tried_again_with_growing_pauses_and_then_given_up(
    cast, listener, receiver
):
    withdraw(listener)
    receiver.answers = [(500, {}) for _try in range(len(HOOK_PAUSES) + 1)]
    pauses, now = [], acting.now()
    while not OutboxMessage.objects.get().finished_at:
        with acting.at(now):
            deliver_due()
            following = OutboxMessage.objects.get().next_attempt_at
        pauses.append((following - now).total_seconds())
        now = following
        shown = fetch(signed_in(cast.sam), page(listener.client))[0].content.decode()
        assert "HTTP 500" in shown
    assert pauses[:-1] == sorted(pauses[:-1]) and pauses[0] < pauses[-2] / 100
    assert len(receiver.got) == len(HOOK_PAUSES) + 1
    assert OutboxMessage.objects.get().result == "failed"
    # One message, however often: its number stays, its time does not.
    names = {headers["Webhook-Id"] for headers, _body in map(titled, receiver.got)}
    times = {headers["Webhook-Timestamp"] for headers, _ in map(titled, receiver.got)}
    assert len(names) == 1 and len(times) == len(receiver.got)


def titled(got):
    return {name.title(): text for name, text in got[0].items()}, got[1]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(listener, receiver, form):
    withdraw(listener)
    now = datetime.now(UTC)
    at = now + timedelta(seconds=700)
    asked = {"seconds": "700", "date": format_datetime(at, usegmt=True)}[form]
    receiver.answers = [(429, {"Retry-After": asked})]
    with acting.at(now):
        deliver_due()
    waits = OutboxMessage.objects.get().next_attempt_at - now
    assert timedelta(seconds=698) < waits <= timedelta(seconds=700)


@pytest.mark.parametrize("text", ["", None, "soon", "-5", "1.5", "²", "Tue, 99 Foo"])
def test_a_retry_after_that_says_nothing_changes_nothing(text):
    assert retry_after(text, datetime.now(UTC)) is None


def test_a_retry_after_is_at_most_a_day():
    assert retry_after("9" * 30, datetime.now(UTC)) == 24 * 60 * 60
    past = format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)
    assert retry_after(past, datetime.now(UTC)) == 0


def test_one_that_is_gone_is_told_nothing_more(listener, receiver):
    withdraw(listener, "P-1")
    withdraw(listener, "P-2")
    receiver.answers = [(410, {})]
    deliver_due()
    assert len(receiver.got) == 1
    assert {m.result for m in OutboxMessage.objects.all()} == {"failed"}
    client = ContractClient.objects.get()
    assert client.webhook_url == ""
    assert client.history.first().history_user_name == "Lockbox (outbox)"
    assert LedgerEntry.objects.filter(event="client.webhook_gone").exists()
    withdraw(listener, "P-3")
    assert not OutboxMessage.objects.filter(finished_at=None).exists()
    deliver_due()
    assert len(receiver.got) == 1


def test_an_ended_client_is_told_nothing(cast, listener, receiver, other):
    withdraw(listener)
    clients.end_client(listener.client, by=cast.sam, reason="Contract over")
    deliver_due()
    assert receiver.got == [] and OutboxMessage.objects.get().result == "failed"


def test_what_is_told_of_one_request_goes_in_order(listener, receiver):
    withdraw(listener, "P-1")
    listener.apply("P-1", minutes=5)
    receiver.answers = [(500, {})]
    withdraw(listener, "P-2")
    deliver_due()
    numbers = [json.loads(body)["data"]["number"] for _headers, body in receiver.got]
    assert numbers == ["P-1", "P-2"]


def test_one_message_that_can_not_be_sent_stops_no_other(cast, listener, receiver):
    withdraw(listener, "P-1")
    secret = listener.client.webhook_secrets.get()
    secret.ended_at = acting.now()
    with acting_as(cast.sam):
        secret.save()
    deliver_due()
    first = OutboxMessage.objects.get()
    assert first.trouble and first.finished_at is None
    secret.ended_at = None
    with acting_as(cast.sam):
        secret.save()
    withdraw(listener, "P-2")
    deliver_due()
    assert len(receiver.got) == 1


def test_the_application_itself_orders_no_webhook_to_others(listener, other, receiver):
    other.post("/requests", application("Q-1"))
    other.post("/requests/Q-1/withdraw", {"reason": "x"})
    deliver_due()
    assert receiver.got == []
