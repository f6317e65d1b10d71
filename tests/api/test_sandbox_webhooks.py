"""What is told of a trial goes by the outbox, when it is due, as of a request."""

import datetime
import json

import pytest
from django.utils import timezone

from audit_app import clock
from requests_app.background.outbox.body import body_of
from requests_app.background.outbox.lease import claim
from requests_app.models import OutboxMessage
from requests_app.workflow import contract
from tests.helpers.caller import SandboxCaller

pytestmark = pytest.mark.django_db


def due():
    message = claim(OutboxMessage.objects.all(), clock.now())
    return json.loads(body_of(message)) if message else None


def test_it_is_sent_when_the_answer_is_ready(cast):
    made = contract.make_client(
        cast.contract, by=cast.sam, name="A developer", is_sandbox=True
    )
    trying = SandboxCaller(made)
    trying.put("/webhook", {"webhook_url": "https://hooks.example.com/lockbox"})
    trying.apply("T-1", justification="[refuse] Repair")
    assert due() is None
    with clock.at(timezone.now() + datetime.timedelta(seconds=6)):
        hook = due()
    assert hook["type"] == "request.status_changed"
    assert hook["data"] == {"number": "T-1", "status": "answer_ready"}
