"""Asking Azure in its support ticket: said once, read back, answers taken in; consents
shown and taken back. The simulator is also called by the vendor's own package."""

from datetime import timedelta

import pytest
from azure.core.credentials import AccessToken
from azure.mgmt.support import MicrosoftSupport
from django.urls import reverse

from audit_app import acting
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.file import Message
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import case, people
from requests_app.core.models import Heartbeat
from requests_app.desk.queue.everything import everything_for
from requests_app.oversight.sweep import poll_all, troubles
from tests.cast import VM, hours
from tests.helpers.web import signed_in
from tests.providers.helpers import applied

pytestmark = pytest.mark.django_db
TICKET, NUMBER = "ticket-name", "118032014183770"


@pytest.fixture(autouse=True)
def sender(monkeypatch):
    monkeypatch.setenv("LOCKBOX_AZURE_SENDER", "registrator@city.example")


class NoToken:
    def get_token(self, *_scopes, **_more):
        return AccessToken("token", 2**40)


def vendor(standin):
    """The vendor's own client. Its token goes over http only where each call says so."""
    return MicrosoftSupport(NoToken(), "azure-tenant", base_url=standin.url)


def assigned(cast, standin, number=NUMBER):
    standin.apply("R-1", at=applied(), resourceIds=VM, supportRequest=number)
    poll_all()
    subject = SecrecyReview.objects.get(access_request__external_id="R-1")
    case.register(subject, by=cast.lena, public_subject="A")
    people.assign(subject, by=cast.per, person=cast.karin)
    return subject


def asked(cast, standin, **more):
    standin.tenant.open_ticket(TICKET, NUMBER, **more)
    subject = assigned(cast, standin)
    return dialogue.ask(subject, by=cast.karin, text="Which disk do you need?")


def later(minutes):
    return acting.at(hours(minutes / 60))


def sent_in_the_end(rounds=10):
    for turn in range(rounds):
        with later(31 * turn):
            deliver_due()


def ours(standin):
    rows = standin.tenant.messages[TICKET].values()
    return [row for row in rows if row["communicationDirection"] == "outbound"]


def lines(person):
    return [item for item in everything_for(person) if "maskinellt" in item.alarm]


def test_a_question_is_put_into_the_ticket_and_read_back(cast, standin):
    asked(cast, standin)
    deliver_due()
    (said,) = ours(standin)
    assert said["body"] == "Which disk do you need?" and "R-1" in said["subject"]
    assert said["sender"] == "registrator@city.example"
    message = OutboxMessage.objects.get(topic="question")
    assert (message.result, message.tries.count()) == ("delivered", 1)
    assert lines(cast.eva) == []
    # As the vendor's own package reads it.
    shown = vendor(standin).communications.get(
        TICKET, f"lockbox-{message.key}", enforce_https=False
    )
    assert (shown.body, shown.communication_direction) == (said["body"], "outbound")


@pytest.mark.long
@pytest.mark.parametrize(
    "fault", ["429", "500", "503", "cut", "cut after", "500 after", "doubled", "slow"]
)
def test_whatever_goes_wrong_it_is_said_once(cast, standin, fault):
    asked(cast, standin)
    standin.faults["say"] = [fault]
    sent_in_the_end()
    assert len(ours(standin)) == 1
    assert OutboxMessage.objects.get(topic="question").result == "delivered"


def test_an_answer_is_taken_in_once_as_the_provider_s(cast, standin):
    question = asked(cast, standin)
    deliver_due()
    with later(3):
        written = acting.now()
        standin.tenant.hear(TICKET, "m-1", "The system disk.", createdDate=iso(written))
    standin.faults["messages"] = ["doubled"]
    with later(5):
        assert "R-1: m-1" in poll_all()
        assert poll_all() == []
    answer = Message.objects.get(from_provider=True)
    assert answer.answers == question and answer.external_id == "m-1"
    assert answer.text.text.endswith("The system disk.")
    assert abs(answer.said_at - written) < timedelta(seconds=2)
    assert str(answer.author) == "Lockbox (intake)"


def iso(at):
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def test_answers_in_any_order_are_kept_by_their_time(cast, standin):
    asked(cast, standin)
    with later(2):
        standin.tenant.hear(TICKET, "m-1", "First", createdDate=iso(acting.now()))
    with later(4):
        standin.tenant.hear(TICKET, "m-2", "Second", createdDate=iso(acting.now()))
    standin.faults["messages"] = ["out of order"]
    with later(6):
        poll_all()
    rows = Message.objects.filter(from_provider=True).order_by("pk")
    assert [row.external_id for row in rows] == ["m-1", "m-2"]
    # The second answers nothing that still waits.
    assert [row.answers_id is None for row in rows] == [False, True]


def test_with_two_questions_nobody_guesses_which_was_answered(cast, standin):
    first = asked(cast, standin)
    dialogue.ask(first.review, by=cast.karin, text="And for how long?")
    with later(2):
        standin.tenant.hear(TICKET, "m-1", "Yes", createdDate=iso(acting.now()))
    with later(4):
        poll_all()
    assert Message.objects.get(from_provider=True).answers is None


@pytest.mark.parametrize("number", ["gone", ""])
def test_a_ticket_that_is_gone_or_another_s_is_the_executor_s(cast, standin, number):
    subject = assigned(cast, standin, number)
    dialogue.ask(subject, by=cast.karin, text="Which disk do you need?")
    deliver_due()
    if not number:
        # Nothing names a ticket: the question stands on the case, to copy.
        assert not OutboxMessage.objects.filter(topic="question").exists()
        return
    assert OutboxMessage.objects.get(topic="question").result == "failed"
    (item,) = lines(cast.eva)
    assert "borta" in item.alarm and "Which disk do you need?" in item.wants
    page = signed_in(cast.karin).get(
        reverse("admin:requests_app_secrecyreview_change", args=[subject.pk])
    )
    assert 'class="paste"' in page.content.decode()
    question = Message.objects.get()
    dialogue.record_answer(subject, by=cast.karin, question=question, text="The disk")
    assert lines(cast.eva) == []


def test_a_closed_ticket_takes_no_question(cast, standin):
    asked(cast, standin, status="Closed")
    deliver_due()
    assert OutboxMessage.objects.get(topic="question").result == "failed"
    assert len(lines(cast.eva)) == 1


def test_without_a_sender_people_ask(cast, standin, monkeypatch):
    monkeypatch.delenv("LOCKBOX_AZURE_SENDER")
    asked(cast, standin)
    deliver_due()
    assert len(lines(cast.eva)) == 1 and ours(standin) == []
    poll_all()
    assert troubles(Heartbeat.objects.all()) == []


def test_tickets_that_can_t_be_read_hinder_no_request(cast, standin):
    asked(cast, standin)
    standin.faults["tickets"] = ["500"]
    poll_all()
    assert AccessRequest.objects.get().status == "in_review"
    assert len(troubles(Heartbeat.objects.all())) == 1
