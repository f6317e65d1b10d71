"""AWS IAM delegation: accepted, then released, and the gate asked before each."""

import json
import sys

import pytest

from lockbox_site.simulators.aws import ACCOUNT
from requests_app.cases.access.models import (
    AccessGrant,
    Delivery,
    OutboxAttempt,
    OutboxMessage,
)
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.desk.sweep import sweep
from requests_app.oversight.sweep import poll_all
from requests_app.providers import aws as room
from requests_app.providers.aws import client
from requests_app.providers.protocol import Answer, Unreachable
from tests.helpers.web import in_english, page
from tests.providers.aws.conftest import NUMBER
from tests.providers.azure.conftest import later, until_finished
from tests.providers.helpers import applied, decided
from tests.workflow.changes import CHANGES

pytestmark = pytest.mark.django_db
BOTH = [(NUMBER, "approve"), (NUMBER, "release")]


def test_every_page_is_asked_for(cast, aws):
    aws.page_size = 3
    for turn in range(8):
        aws.apply(f"{NUMBER}-{turn}")
    assert len(poll_all()) == 8 and poll_all() == []
    request = AccessRequest.objects.first()
    assert (request.duration_minutes, request.employer_entity) == (60, "Exempelpartner")
    assert request.requested_objects.get().external_id == ACCOUNT


def test_an_approval_is_accepted_and_then_released(cast, aws):
    aws.apply(NUMBER, at=applied())
    decided(cast, NUMBER)
    deliver_due()
    assert aws.decisions == BOTH and aws.state(NUMBER) == "FINALIZED"
    task = Delivery.objects.get()
    assert task.status == "confirmed"
    assert task.created_at <= task.accepted_at <= task.given_at
    assert [row.result for row in OutboxAttempt.objects.order_by("pk")][0]
    assert AccessGrant.objects.get().opens_at == task.given_at
    shown = in_english(cast.eva).get(page(task)).content.decode()
    assert "That can not be rolled back" in shown


def test_a_refusal_is_told_with_its_reason(cast, aws):
    aws.apply(NUMBER, at=applied())
    decided(cast, NUMBER, "refused")
    deliver_due()
    assert aws.decisions == [(NUMBER, "deny")]
    assert aws.requests[NUMBER]["RejectionReason"]
    assert Delivery.objects.get().status == "confirmed"


def test_what_nobody_owns_is_taken_on_first(cast, aws):
    aws.apply(NUMBER, at=applied(), State="UNASSIGNED")
    decided(cast, NUMBER)
    deliver_due()
    assert aws.decisions == [(NUMBER, "associate"), *BOTH]


@pytest.mark.parametrize(
    "name", ["freeze", "delegation", "ground", "protective security"]
)
def test_what_changes_in_between_keeps_the_release_back(cast, aws, name):
    """Accepted and not released: nobody has access, and it can still be denied."""
    aws.apply(NUMBER, at=applied())
    subject = decided(cast, NUMBER)
    aws.faults["release"] = ["429"]
    deliver_due()
    task = Delivery.objects.get()
    assert (task.status, aws.state(NUMBER)) == ("open", "ACCEPTED")
    shown = in_english(cast.eva).get(page(task)).content.decode()
    assert "It can still be denied" in shown
    CHANGES[name](cast, subject)
    for minutes in (16, 32):
        with later(minutes):
            sweep()
    assert aws.decisions == BOTH[:1] and aws.state(NUMBER) == "ACCEPTED"
    assert Delivery.objects.get().status == "cancelled"
    assert not AccessGrant.objects.exists()


@pytest.mark.long
@pytest.mark.parametrize("operation", ["decide", "release", "get"])
@pytest.mark.parametrize("fault", ["cut", "cut after", "500", "500 after", "429"])
def test_every_trouble_of_either_phase_ends_in_one_answer(cast, aws, operation, fault):
    aws.apply(NUMBER, at=applied())
    decided(cast, NUMBER)
    aws.faults[operation] = [fault]
    until_finished()
    assert aws.decisions == BOTH
    assert Delivery.objects.get().status == "confirmed"
    assert AccessGrant.objects.count() == 1


@pytest.mark.parametrize("operation", ["decide", "release"])
def test_what_somebody_else_rejected_is_not_our_answer(cast, aws, operation):
    aws.apply(NUMBER, at=applied())
    decided(cast, NUMBER)
    aws.faults[operation] = ["other denies"]
    until_finished()
    assert AccessRequest.objects.get().status == "elsewhere"
    assert not AccessGrant.objects.exists()
    assert OutboxMessage.objects.get(topic="answer").result == "failed"


def test_requests_of_another_account_are_not_this_connections(cast, aws):
    aws.apply(NUMBER, OwnerAccountId="999999999999")
    assert poll_all() == []


def test_notes_hold_what_iam_takes():
    told = json.loads(room.answer_body(Answer("deny", "“Nej” – §\x07😀" + "å" * 600)))
    assert told["Notes"].startswith('"Nej" - §??åå') and len(told["Notes"]) == 500


def test_states_nobody_has_heard_of_wait(cast, aws):
    aws.apply(NUMBER, State="PAUSED")
    aws.broken.clear()
    poll_all()
    assert AccessRequest.objects.get().provider_status == "PAUSED"


def test_odd_numbers_are_trouble_and_no_fault_of_ours(cast, aws):
    with pytest.raises(Unreachable):
        client.connect(ACCOUNT).get("short")


def test_where_botocore_is_missing_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    client._client.cache_clear()
    with pytest.raises(Unreachable, match=r"lockbox\[aws\]"):
        client.iam()


def test_a_profile_that_is_not_there_is_trouble_of_this_connection(monkeypatch):
    monkeypatch.setenv("LOCKBOX_AWS_PROFILE", "nobody-has-this")
    client._client.cache_clear()
    with pytest.raises(Unreachable, match="ProfileNotFound"):
        client.iam()
