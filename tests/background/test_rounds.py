"""One round of the outbox: what was due when it began, answers first, and no longer than
it may."""

from datetime import timedelta

import pytest

from audit_app import acting
from requests_app.cases.access import clients
from requests_app.cases.access import outbox as loop
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.outbox import LEASE, claim, deliver_due
from tests.providers.azure.conftest import (
    azure_decided,
    standin,
)
from tests.providers.http.conftest import (
    OUTSIDE,
    URL,
    caller,
    listener,
    patient,
    receiver,
    withdraw,
    world,
)
from tests.standin.dripping import Dripping

__all__ = ["caller", "listener", "patient", "receiver", "standin", "world"]

pytestmark = pytest.mark.django_db


def test_what_becomes_due_in_the_round_is_the_next_rounds(
    cast, standin, settings, monkeypatch
):
    """The finding: a silent provider made one round last many minutes."""
    message = azure_decided(cast, standin).access_request.outbox.get()
    monkeypatch.setattr("requests_app.cases.access.outbox.ANSWER_PAUSES", (0, 0, 0, 0))
    standin.faults["get"] = ["500"] * 50
    assert len(deliver_due()) == 1
    message.refresh_from_db()
    assert message.attempts == 1 and message.finished_at is None


def test_answers_go_before_webhooks(cast, standin, listener, receiver):
    withdraw(listener)
    azure_decided(cast, standin)
    kinds = [line.split()[1].rstrip(":") for line in deliver_due()]
    assert kinds == ["answer", "webhook"]


def test_a_killed_process_leaves_its_message_behind_the_others(listener, receiver):
    """The finding: the same slow receiver was taken six times of six."""
    for number in ("P-1", "P-2"):
        withdraw(listener, number)
    first = claim(OutboxMessage.objects.filter(topic="webhook"), acting.now())
    with acting.at(acting.now() + LEASE + timedelta(seconds=1)):
        second = claim(OutboxMessage.objects.filter(topic="webhook"), acting.now())
    assert second.access_request.external_id != first.access_request.external_id


def test_a_dripping_receiver_takes_its_time_and_no_more(
    cast, listener, receiver, world, monkeypatch
):
    monkeypatch.setattr("requests_app.providers.http.SENDING_LONGEST", 2.0)
    for number in ("P-1", "P-2"):
        withdraw(listener, number)
    with Dripping("headers") as server:
        world.ports[OUTSIDE] = server.port
        deliver_due()
    assert not OutboxMessage.objects.filter(trouble="").exists()
    assert not OutboxMessage.objects.exclude(finished_at=None).exists()


def test_a_round_begins_nothing_new_when_its_time_is_up(
    cast, listener, receiver, monkeypatch
):
    clients.listen_at(listener.client, by=cast.sam, webhook_url=URL)
    withdraw(listener)
    monkeypatch.setitem(loop.BUDGET, "webhook", -1.0)
    assert deliver_due() == []
    monkeypatch.setitem(loop.BUDGET, "webhook", 60.0)
    assert len(deliver_due()) == 1
