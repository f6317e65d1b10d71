"""Azure, answered by machine: the answer arrives once, whatever happens."""

import json
from datetime import timedelta

import pytest

from audit_app import acting
from requests_app.cases.access.models import (
    AccessGrant,
    Delivery,
    OutboxAttempt,
    OutboxMessage,
)
from requests_app.cases.access.outbox import LEASE, Call, claim, deliver_due, try_later
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import decision
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import work_for
from requests_app.desk.sweep import sweep
from requests_app.oversight.sweep import poll_all
from tests.cast import hours
from tests.providers.azure.conftest import azure_decided, later, until_finished

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("outcome, word", [("granted", "Approve"), ("refused", "Deny")])
def test_the_answer_goes_out_is_read_back_and_recorded(cast, standin, outcome, word):
    azure_decided(cast, standin, outcome)
    assert standin.decisions == []
    deliver_due()
    assert standin.decisions == [("R-1", word)]
    task = Delivery.objects.get()
    assert (task.status, str(task.confirmed_by)) == ("confirmed", "Lockbox (outbox)")
    assert AccessGrant.objects.count() == (1 if word == "Approve" else 0)
    tried = OutboxAttempt.objects.get()
    assert json.loads(tried.sent.text)["status"] == word
    assert tried.http_status == 200
    deliver_due()
    assert len(standin.decisions) == 1


def test_the_executor_has_no_work_while_the_machine_works(cast, standin):
    azure_decided(cast, standin)
    assert work_for(cast.eva) == []


FAULTS = {
    "one": [["cut"], ["500"], ["429"], ["slow"], ["cut after"], ["500 after"]],
    "two": [["cut", "cut after"], ["500 after", "429"], ["429", "500", "slow"]],
}


@pytest.mark.parametrize("outcome", ["granted", "refused"])
@pytest.mark.parametrize(
    "faults", [f for group in FAULTS.values() for f in group], ids=",".join
)
def test_every_trouble_ends_in_one_answer(cast, standin, faults, outcome):
    azure_decided(cast, standin, outcome)
    standin.faults["decide"] = list(faults)
    until_finished()
    word = {"granted": "Approve", "refused": "Deny"}[outcome]
    assert standin.decisions == [("R-1", word)]
    assert Delivery.objects.get().status == "confirmed"
    assert OutboxAttempt.objects.count() >= 2


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("fault", ["cut", "500", "slow", "429"])
def test_trouble_with_reading_ends_in_one_answer_too(cast, standin, fault, place):
    azure_decided(cast, standin)
    standin.faults["get"] = [fault]
    if place == "after":
        # The reading before the call goes well; the reading back does not.
        standin.faults["get"] = []
        standin.hooks["effect"] = lambda number: standin.faults["get"].append(fault)
        deliver_due()
        del standin.hooks["effect"]
    until_finished()
    assert standin.decisions == [("R-1", "Approve")]
    assert Delivery.objects.get().status == "confirmed"


@pytest.mark.parametrize(
    "fault, status",
    [
        ("expired", "lapsed"),
        ("other approves", "elsewhere"),
        ("other denies", "elsewhere"),
    ],
)
@pytest.mark.parametrize("outcome", ["granted", "refused"])
def test_what_somebody_else_did_is_never_taken_for_our_answer(
    cast, standin, fault, status, outcome
):
    azure_decided(cast, standin, outcome)
    standin.faults["decide"] = [fault]
    until_finished()
    assert standin.decisions == []
    assert Delivery.objects.get().status == "lapsed"
    assert AccessRequest.objects.get().status == status
    assert not AccessGrant.objects.exists()
    assert OutboxMessage.objects.get().result == "failed"


def test_retry_after_is_honoured(cast, standin):
    azure_decided(cast, standin)
    standin.faults["decide"] = ["429"]
    now = hours(0)
    with acting.at(now):
        deliver_due()
    message = OutboxMessage.objects.get()
    # The first pause of our own is 15 seconds.
    assert message.next_attempt_at == now + timedelta(seconds=900)
    assert not message.uncertain


def test_after_the_last_try_people_take_over(cast, standin):
    azure_decided(cast, standin)
    standin.faults["decide"] = ["500"] * 3 + ["429"] * 50
    minutes = 0
    for _round in range(40):
        with later(minutes):
            deliver_due()
        minutes += 31
        if OutboxMessage.objects.get().finished_at:
            break
    assert OutboxMessage.objects.get().result == "failed"
    (item,) = work_for(cast.eva)
    assert item.step and item.alarm
    cast.confirm(Delivery.objects.get())
    assert AccessGrant.objects.count() == 1


def test_a_wrong_call_is_given_up_at_once(cast, standin):
    azure_decided(cast, standin)
    standin.faults["decide"] = ["400"]
    deliver_due()
    assert OutboxMessage.objects.get().result == "failed"
    assert Delivery.objects.get().status == "open"


def test_nothing_is_sent_when_the_request_has_changed_since_the_decision(cast, standin):
    azure_decided(cast, standin)
    standin.requests["R-1"]["justification"] = "Something else"
    deliver_due()
    assert standin.decisions == []
    assert Delivery.objects.get().status == "blocked"
    assert AccessRequest.objects.get().revision == 2


def test_nothing_is_sent_that_was_decided_anew_before_the_call(cast, standin):
    subject = azure_decided(cast, standin)
    decision.reconsider(
        SecrecyReview.objects.get(pk=subject.pk), by=cast.bo, reason="Wait"
    )
    deliver_due()
    assert standin.decisions == []
    assert OutboxMessage.objects.get().result == "cancelled"


def test_nobody_decides_anew_while_the_answer_may_be_taking_effect(cast, standin):
    subject = azure_decided(cast, standin)
    standin.faults["decide"] = ["cut after"]
    deliver_due()
    assert OutboxMessage.objects.get().uncertain
    review = SecrecyReview.objects.get(pk=subject.pk)
    with pytest.raises(WrongState):
        decision.reconsider(review, by=cast.bo, reason="Wait")
    until_finished()
    assert Delivery.objects.get().status == "confirmed"


def test_nobody_confirms_by_hand_what_is_being_sent(cast, standin):
    azure_decided(cast, standin)
    assert claim(OutboxMessage.objects.filter(topic="answer"), acting.now()) is not None
    with pytest.raises(WrongState):
        cast.confirm(Delivery.objects.get())


def test_a_pause_of_a_day_does_not_outlast_the_clock(cast, standin):
    azure_decided(cast, standin)
    message = claim(OutboxMessage.objects.filter(topic="answer"), acting.now())
    try_later(message, Call(b"", result="busy"), pause=24 * 60 * 60)
    assert message.next_attempt_at <= acting.now() + timedelta(minutes=15)


def test_a_request_does_not_lapse_while_our_answer_may_have_taken_effect(cast, standin):
    azure_decided(cast, standin)
    standin.faults["decide"] = ["cut after"]
    standin.faults["list"] = ["500"] * 10
    standin.faults["get"] = []
    deliver_due()
    standin.faults["get"] = ["500"]
    with acting.at(hours(24 * 5)):
        sweep()
    # The sweep found out in the same round that it had taken effect.
    assert standin.decisions == [("R-1", "Approve")]
    with acting.at(hours(24 * 5 + 1)):
        sweep()
    assert Delivery.objects.get().status == "confirmed"
    assert AccessRequest.objects.get().status in ("access_open", "access_ended")


def test_a_poll_that_sees_our_own_answer_does_not_call_it_somebody_elses(cast, standin):
    azure_decided(cast, standin)
    standin.faults["decide"] = ["cut after"]
    deliver_due()
    poll_all()
    assert AccessRequest.objects.get().status == "to_answer"
    until_finished()
    assert AccessRequest.objects.get().status == "access_open"


def test_a_claimed_message_is_not_claimed_again_until_its_lease_is_out(cast, standin):
    azure_decided(cast, standin)
    assert claim(OutboxMessage.objects.filter(topic="answer"), acting.now()) is not None
    assert (
        claim(OutboxMessage.objects.filter(topic="answer"), acting.now() + LEASE)
        is None
    )
    with acting.at(acting.now() + LEASE):
        assert (
            claim(OutboxMessage.objects.filter(topic="answer"), acting.now()).attempts
            == 2
        )
    assert OutboxAttempt.objects.get().http_status is None
