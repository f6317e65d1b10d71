"""What is told of a trial goes by the outbox, when it is due, as of a request."""

import datetime
import json

import pytest
from django.utils import timezone

from audit_app import acting
from requests_app.cases.access import clients
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.outbox import body_of, claim
from tests.helpers.caller import SandboxCaller

pytestmark = pytest.mark.django_db


def due():
    message = claim(OutboxMessage.objects.all(), acting.now())
    return json.loads(body_of(message)) if message else None


def test_it_is_sent_when_the_answer_is_ready(cast):
    made = clients.make_client(
        cast.contract, by=cast.sam, name="A developer", is_sandbox=True
    )
    trying = SandboxCaller(made)
    trying.put("/webhook", {"webhook_url": "https://hooks.example.com/lockbox"})
    trying.apply("T-1", justification="[refuse] Repair")
    assert due() is None
    with acting.at(timezone.now() + datetime.timedelta(seconds=6)):
        hook = due()
    assert hook["type"] == "request.status_changed"
    assert hook["data"] == {"number": "T-1", "status": "answer_ready"}
