"""Oracle's two interfaces: asked, answered, in review, questioned, extended, revoked."""

import pytest

from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.file import Message
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps import decision
from requests_app.core.models import Heartbeat
from requests_app.desk.queue.everything import everything_for
from requests_app.oversight.sweep import poll_all, troubles
from requests_app.providers.oracle import client
from requests_app.providers.protocol import Unreachable
from tests.helpers.refusals import fresh
from tests.providers.azure.conftest import until_finished
from tests.providers.helpers import applied, assigned, decided, revoke

pytestmark = pytest.mark.django_db
NUMBER = "ocid1.opctlaccessrequest.oc1..1"


@pytest.fixture(params=["operator", "managed"])
def either(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("outcome, word", [("granted", "approve"), ("refused", "deny")])
def test_it_is_answered_and_read_back(cast, either, outcome, word):
    either.apply(NUMBER, at=applied())
    decided(cast, NUMBER, outcome)
    deliver_due()
    assert either.decisions == [(NUMBER, word)]
    assert Delivery.objects.get().status == "confirmed"
    assert AccessGrant.objects.count() == (word == "approve")
    assert AccessRequest.objects.get().duration_minutes == 8 * 60


def test_access_is_revoked(cast, either):
    either.apply(NUMBER, at=applied())
    subject = decided(cast, NUMBER)
    deliver_due()
    revoke(cast, subject)
    deliver_due()
    assert either.decisions == [(NUMBER, "approve"), (NUMBER, "revoke")]
    assert AccessGrant.objects.get().end_reason == "revoked"


def test_every_page_is_asked_for_and_what_is_concluded_is_left(cast, either):
    either.page_size = 2
    for turn in range(5):
        either.apply(f"{NUMBER}-{turn}")
    either.become(f"{NUMBER}-4", "revoked")
    assert len(poll_all()) == 4 and poll_all() == []


@pytest.mark.long
@pytest.mark.parametrize(
    "fault", ["cut after", "500 after", "429", "skewed clock", "unknown status"]
)
def test_every_trouble_ends_in_one_answer(cast, either, fault):
    either.apply(NUMBER, at=applied())
    decided(cast, NUMBER)
    either.faults["decide"] = [fault]
    until_finished()
    assert either.decisions == [(NUMBER, "approve")]
    assert Delivery.objects.get().status == "confirmed"


# -- In review, and questions ------------------------------------------------------------


def test_it_is_told_when_the_review_begins_and_once(cast, operator):
    operator.apply(NUMBER)
    poll_all()
    assert operator.attempts == []
    assigned(cast, NUMBER)
    for _round in range(3):
        poll_all()
    assert operator.attempts == [(NUMBER, "review")]
    assert AccessRequest.objects.get().provider_status == "INREVIEW"


@pytest.mark.long
@pytest.mark.parametrize("fault", ["", "cut", "cut after", "500 after", "429"])
def test_a_question_is_asked_once_and_its_answer_heard_once(cast, operator, fault):
    operator.apply(NUMBER)
    poll_all()
    subject = assigned(cast, NUMBER)
    question = dialogue.ask(subject, by=cast.karin, text="Which disk?")
    operator.faults["ask"] = [fault] if fault else []
    until_finished()
    (row,) = operator.interactions[NUMBER]
    assert row["message"].startswith("Which disk?")
    operator.say(NUMBER, "Number 7")
    for _round in range(3):
        poll_all()
    reply = Message.objects.get(from_provider=True)
    assert (reply.text.text, reply.answers) == ("Number 7", question)
    assert troubles(Heartbeat.objects.all()) == []


def test_a_question_that_is_refused_is_trouble_for_people(cast, operator):
    operator.apply(NUMBER)
    poll_all()
    dialogue.ask(assigned(cast, NUMBER), by=cast.karin, text="Which disk?")
    operator.faults["ask"] = ["400"]
    deliver_due()
    wants = [line.alarm for line in everything_for(cast.eva)]
    assert any("HTTP 400" in str(alarm) for alarm in wants)


# -- More time ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcome, state", [("granted", "EXTENDED"), ("refused", "EXTENSIONREJECTED")]
)
def test_more_time_is_a_request_of_its_own(cast, operator, outcome, state):
    operator.apply(NUMBER, at=applied())
    decided(cast, NUMBER)
    deliver_due()
    operator.requests[NUMBER] |= {"lifecycleState": "EXTENDING", "extendDuration": 4}
    poll_all()
    more = AccessRequest.objects.get(extends__external_id=NUMBER)
    assert (more.external_id, more.duration_minutes) == (f"{NUMBER}#extension-4h", 240)
    assert AccessRequest.objects.get(external_id=NUMBER).status == "access_open"
    subject = decided(cast, more.external_id, outcome)
    deliver_due()
    assert operator.state(NUMBER) == state
    assert fresh(subject.access_request).status == (
        "access_open" if outcome == "granted" else "answered"
    )
    poll_all()
    assert AccessRequest.objects.count() == 2


def test_more_time_is_not_more_where_the_request_is_over(cast, operator):
    operator.apply(NUMBER, at=applied())
    decided(cast, NUMBER)
    deliver_due()
    operator.requests[NUMBER] |= {"lifecycleState": "EXTENDING", "extendDuration": 4}
    poll_all()
    operator.become(NUMBER, "completed")
    poll_all()
    assert AccessRequest.objects.get(extends__isnull=False).status == "lapsed"


# -- Who we are --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [None, b"", b"no key", b"-----BEGIN PRIVATE KEY-----"]
)
def test_a_key_that_is_missing_or_odd_is_trouble_of_its_connection(
    cast, operator, key, content
):
    key.write_bytes(content) if content is not None else key.unlink()
    poll_all()
    (told,) = troubles(Heartbeat.objects.all())
    assert str(key) in told and operator.calls == []


def test_without_a_region_it_says_so(monkeypatch):
    monkeypatch.delenv("LOCKBOX_ORACLE_ENDPOINT", raising=False)
    with pytest.raises(Unreachable, match="LOCKBOX_ORACLE_REGION"):
        client.connect("ocid1.compartment")


def test_what_was_decided_anew_is_told_once(cast, operator):
    operator.apply(NUMBER, at=applied())
    subject = decided(cast, NUMBER)
    decision.reconsider(fresh(subject), by=cast.bo, reason="Wait")
    deliver_due()
    assert operator.decisions == []
