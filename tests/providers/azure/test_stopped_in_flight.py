"""Who stops, freezes or revokes does not wait for an answer that is being sent."""

import pytest

from requests_app.cases.access.models import Delivery, OutboxMessage
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.review.steps import afterwards, case, decision
from requests_app.desk.sweep import sweep
from tests.helpers.refusals import fresh
from tests.providers.azure.conftest import azure_decided, later

pytestmark = [pytest.mark.long, pytest.mark.django_db]


def halt(cast, subject, by):
    if by == "stop":
        afterwards.stop(fresh(subject), by=cast.karin, level="suspected")
        return
    product = subject.access_request.connection.product
    case.freeze(by=cast.ivar, authority=cast.gsn, product=product, reason="x")


def in_flight(cast, standin, fault):
    subject = azure_decided(cast, standin)
    standin.faults["decide"] = [fault]
    deliver_due()
    assert OutboxMessage.objects.get(topic="answer").uncertain
    return subject


@pytest.mark.parametrize("by, is_revoked", [("stop", True), ("freeze", False)])
def test_what_took_effect_is_told_and_taken_back(cast, standin, by, is_revoked):
    subject = in_flight(cast, standin, "cut after")
    halt(cast, subject, by)
    with later(3):
        sweep()
    request = fresh(subject.access_request)
    assert request.status == "access_open"
    assert (request.revoked_at is not None) == is_revoked


@pytest.mark.parametrize("by", ["stop", "freeze"])
def test_what_did_not_take_effect_is_called_back_by_the_sweep(cast, standin, by):
    subject = in_flight(cast, standin, "cut")
    halt(cast, subject, by)
    for minutes in (3, 6, 9):
        with later(minutes):
            sweep()
    assert standin.decisions == []
    assert Delivery.objects.get().status == "cancelled"
    assert OutboxMessage.objects.get(topic="answer").result == "cancelled"


def test_of_a_changed_request_it_is_settled_and_decided_anew(cast, standin):
    subject = in_flight(cast, standin, "cut")
    standin.requests["R-1"]["justification"] = "Something else"
    for minutes in (1, 3, 6, 9):
        with later(minutes):
            sweep()
    assert standin.decisions == []
    assert Delivery.objects.get().status == "cancelled"
    message = OutboxMessage.objects.get(topic="answer")
    assert message.result == "cancelled" and not message.uncertain
    assert message.tries.filter(sent__isnull=False).count() == 1
    decision.reconsider(fresh(subject), by=cast.bo, reason="Changed")
