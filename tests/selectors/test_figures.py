"""What is counted for whoever watches."""

import pytest

from requests_app.cases.access import clients
from requests_app.cases.access.models import Delivery
from requests_app.desk.overview import figures
from requests_app.desk.queue.everything import to_be_answered
from tests.helpers.caller import Caller
from tests.helpers.cases import decide

pytestmark = pytest.mark.django_db


def counted(name):
    return {row.name: row.value for row in figures()}[name]


def test_an_answer_that_the_provider_fetches_waits_for_no_person(cast):
    caller = Caller(clients.make_client(cast.contract, by=cast.sam, name="Moln"))
    caller.apply()
    decide(cast)
    assert Delivery.objects.get().status == "open"
    assert counted("answers_by_hand") == 0
    assert not to_be_answered(cast.per).exists()
    cast.decided()
    assert counted("answers_by_hand") == 1
    assert to_be_answered(cast.per).count() == 1
