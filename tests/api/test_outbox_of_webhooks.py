"""Webhooks that can't be sent say so, and do not stop what is behind them."""

import pytest

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import AccessRequest, OutboxMessage
from requests_app.outbox import deliver_due
from requests_app.workflow import contract
from requests_app.workflow.content import keep

pytestmark = pytest.mark.django_db
SOMEWHERE = "https://1.1.1.1/hook"


def order(cast, client, body):
    """A webhook in the outbox, as a step orders it."""
    access_request = AccessRequest.objects.get()
    with acting(cast.sam):
        return OutboxMessage.objects.create(
            topic=OutboxMessage.Topic.WEBHOOK,
            access_request=access_request,
            client=client,
            lane=f"hook:{client.pk}:{body!r}",
            body=keep(body, "application/json"),
            created_at=clock.now(),
            next_attempt_at=clock.now(),
        )


@pytest.fixture
def listening(cast, caller):
    contract.listen_at(caller.client, by=cast.sam, webhook_url=SOMEWHERE)
    contract.new_webhook_secret(caller.client, by=cast.sam)
    caller.apply()
    return caller.client


def test_a_secret_sealed_with_another_key_is_a_trouble_people_see(
    cast, listening, settings
):
    message = order(cast, listening, b"{}")
    settings.SECRET_KEY = "another key of the installation"
    assert len(deliver_due()) == 1
    message.refresh_from_db()
    assert message.settled_at is None and message.trouble
    assert message.tries.get().http_status is None


def test_a_message_that_breaks_does_not_stop_those_behind_it(cast, listening, other):
    broken = order(cast, listening, b"\xff")
    contract.end_client(other.client, by=cast.sam, reason="Test")
    behind = order(cast, other.client, b"{}")
    with pytest.raises(UnicodeDecodeError):
        deliver_due()
    broken.refresh_from_db()
    behind.refresh_from_db()
    assert behind.result == OutboxMessage.Result.FAILED
    # Leased, and found again when the lease is over.
    assert broken.settled_at is None and broken.lease_until is not None
