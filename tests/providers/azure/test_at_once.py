"""What can not wait for the sweep goes at once; a slow provider holds few senders."""

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access import outbox
from requests_app.cases.access.models import OutboxMessage
from requests_app.cases.access.outbox import MOST_TO_A_PROVIDER, claim
from requests_app.cases.intake.models.request import AccessRequest
from tests.providers.azure.conftest import azure_decided

pytestmark = pytest.mark.django_db


def make_extension(cast, number, of):
    requests = {row.external_id: row for row in AccessRequest.objects.all()}
    more = requests[number]
    more.extends = requests[of]
    with acting_as(cast.sam):
        more.save()


def test_an_answer_on_more_of_an_access_goes_at_once(cast, standin):
    for number in ("R-1", "R-2"):
        azure_decided(cast, standin, number=number)
    make_extension(cast, "R-2", of="R-1")
    outbox._at_once_send()
    assert standin.decisions == [("R-2", "Approve")]


def test_a_slow_provider_holds_few_of_the_senders(cast, standin):
    for number in range(MOST_TO_A_PROVIDER + 1):
        azure_decided(cast, standin, number=f"R-{number}")
    everything, now = OutboxMessage.objects.all(), acting.now()
    taken = [claim(everything, now) for _number in range(MOST_TO_A_PROVIDER + 1)]
    assert None not in taken[:-1] and taken[-1] is None
    assert MOST_TO_A_PROVIDER < outbox.SENDERS
    first = taken[0]
    with acting_as(cast.sweeper):
        OutboxMessage.objects.filter(pk=first.pk).update(lease_until=None)
    assert claim(everything, acting.now()) is not None
