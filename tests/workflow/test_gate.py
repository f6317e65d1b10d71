"""The gate of release: whatever has changed since an answer was ordered stops it, by
machine, by hand and by contract; each question of the list is tried in each way."""

import pytest
from django.core.exceptions import ValidationError

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.access import clients
from requests_app.cases.access.models import Delivery, OutboxMessage
from requests_app.cases.access.outbox import claim, deliver_due, send_answer
from requests_app.cases.access.steps import answer
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.review.steps.gate import GATE
from requests_app.core.step import WrongState
from requests_app.desk.sweep import sweep
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from tests.cast import hours
from tests.helpers.extended import applied, granted, machine
from tests.helpers.people import delegate
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import in_english, page, work_of
from tests.providers.azure.conftest import (
    azure_decided,
    later,
    standin,
)
from tests.workflow.changes import CHANGES, ended_rule, freeze

__all__ = ["standin"]

pytestmark = pytest.mark.django_db

NAMES = [question.name for question in GATE]


def test_each_question_has_its_change():
    assert set(CHANGES) == set(NAMES)


LATE = hours(24 * 5)


def moment(name):
    return acting.at(LATE if name == "time" else acting.now())


def stopped_by(task):
    return [question.name for question in answer.gate(fresh(task))]


@pytest.mark.parametrize("name", NAMES)
def test_by_machine_it_is_asked_in_the_transaction_that_sends(cast, standin, name):
    """What changes after the answer was claimed, and before it leaves."""
    subject = azure_decided(cast, standin)
    task = Delivery.objects.get()
    message = claim(OutboxMessage.objects.filter(topic="answer"), acting.now())
    assert stopped_by(task) == []
    CHANGES[name](cast, subject)
    with moment(name):
        assert name in stopped_by(task)
        words = next(row.words for row in answer.gate(fresh(task)))
        told = send_answer(message)
    assert standin.attempts == []
    assert str(words) in told
    # It is told on the answer's own page, and the answer waits no more.
    assert message.tries.get().result == told
    assert fresh(task).status == ("lapsed" if name == "time" else "cancelled")
    assert LedgerEntry.objects.filter(event="delivery.held_back").count() == 1


def test_what_may_have_taken_effect_is_not_called_back_at_the_gate(cast, standin):
    subject = azure_decided(cast, standin)
    standin.faults["decide"] = ["cut"]
    deliver_due()
    freeze(cast, subject)
    with later(1):
        deliver_due()
    message = OutboxMessage.objects.get(topic="answer")
    assert message.uncertain and Delivery.objects.get().status == "open"
    for minutes in (3, 6, 9):
        with later(minutes):
            sweep()
    assert len(standin.attempts) == 1 and standin.decisions == []
    assert Delivery.objects.get().status == "cancelled"


# Where a step that makes the change calls the answer back itself, nothing waits any more.
@pytest.mark.parametrize("name", NAMES)
def test_by_hand_nothing_is_told_to_have_been_clicked_after_it(cast, name):
    subject = cast.decided()
    task = subject.access_request.deliveries.get()
    CHANGES[name](cast, subject)
    with moment(name):
        if fresh(task).status == "open":
            assert name in stopped_by(task)
            shown = in_english(cast.eva).get(page(task)).content.decode()
            assert "Do not answer." in shown and "Paste this" not in shown
        refused((WrongState, ValidationError), cast.confirm, fresh(task))
    assert not subject.access_request.grants.exists()


@pytest.mark.parametrize("name", NAMES)
def test_by_contract_nothing_is_acknowledged_after_it(cast, name):
    clients.make_client(cast.contract, by=cast.sam, name="EM")
    request = applied(cast)
    task = granted(cast, request)
    CHANGES[name](cast, request.reviews.get())
    with moment(name):
        step = dialogue.acknowledge
        refused(WrongState, step, fresh(task), by=machine(cast))
    assert not request.grants.exists()


def test_a_refusal_is_given_whatever_has_changed(cast):
    subject = cast.decided("refused")
    task = subject.access_request.deliveries.get()
    ended_rule(cast, subject)
    assert stopped_by(task) == []
    cast.confirm(task)
    assert fresh(task).status == "confirmed"


# -- Delegation --------------------------------------------------------------------------


def test_what_is_no_longer_delegated_is_decided_anew_by_who_may(cast):
    subject = cast.decided()
    ended_rule(cast, subject)
    sweep()
    assert subject.access_request.deliveries.get().status == "cancelled"
    item = work_of(cast.bo)[str(subject)]
    assert item.step_url.endswith("/reconsider/") and "delegerat" in item.alarm


def test_a_rule_that_takes_the_others_place_will_do(cast):
    subject = cast.decided()
    task = subject.access_request.deliveries.get()
    rule = DelegationRule.objects.get(authority=subject.authority, item_no="4.7")
    again = delegate(cast, item_no="4.8", role=rule.role, person=None)
    steps.confirm_delegation(again, by=cast.karin)
    ended_rule(cast, subject)
    assert stopped_by(task) == []
    cast.confirm(task)


def test_what_was_clicked_while_it_was_delegated_is_told_as_it_was(cast):
    subject = cast.decided()
    task = subject.access_request.deliveries.get()
    clicked = acting.now()
    ended_rule(cast, subject)
    with acting.at(hours(0.1)):
        refused(WrongState, cast.confirm, fresh(task), given_at=clicked)
        sweep()
        cast.confirm(fresh(task), given_at=clicked)
    assert subject.access_request.grants.get().status == "open"
