"""A connection that is answered by hand from now on, or is not used any more; and what
one request that the provider does not know holds back."""

import pytest
from django.core.management import call_command

from audit_app import acting
from requests_app.cases.access.models import Delivery, OutboxMessage
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.access.restore import to_be_asked
from requests_app.cases.intake.steps import request
from requests_app.core.models import Heartbeat
from requests_app.desk.queue.everything import work_for
from requests_app.desk.sweep import sweep
from requests_app.oversight.sweep import poll_all, troubles
from requests_app.providers.application import Application
from tests.cast import VM
from tests.helpers.two_persons import changed_by_managers
from tests.providers.azure.conftest import azure_decided, later

pytestmark = pytest.mark.django_db
BY_HAND = [{"is_automatic": False}, {"is_active": False}]


def test_a_connection_that_is_not_asked_any_more_is_no_trouble(cast, standin):
    standin.faults["list"] = ["500"]
    poll_all()
    assert troubles(Heartbeat.objects.all())
    changed_by_managers(cast, cast.azure, is_automatic=False)
    assert troubles(Heartbeat.objects.all()) == []
    call_command("sweep")


@pytest.mark.parametrize("change", BY_HAND, ids=str)
def test_the_machine_sends_nothing_more_and_the_executor_does(cast, standin, change):
    azure_decided(cast, standin)
    changed_by_managers(cast, cast.azure, **change)
    deliver_due()
    assert standin.decisions == []
    assert [row.name for row in work_for(cast.eva)] == ["R-1"]


def test_nor_where_the_product_has_another_interface(cast, standin):
    azure_decided(cast, standin)
    changed_by_managers(cast, cast.azure.product, channel="by_hand")
    assert deliver_due() == []
    assert [row.name for row in work_for(cast.eva)] == ["R-1"]


def test_what_was_begun_is_read_back_and_not_sent_again(cast, standin):
    azure_decided(cast, standin)
    standin.faults["decide"] = ["cut"]
    deliver_due()
    changed_by_managers(cast, cast.azure, is_automatic=False)
    for minutes in (3, 6, 9):
        with later(minutes):
            deliver_due()
    assert standin.decisions == []
    assert not OutboxMessage.objects.get(topic="answer").uncertain
    (row,) = work_for(cast.eva)
    assert row.step and not row.alarm
    cast.confirm(Delivery.objects.get())


def test_after_a_restore_an_unknown_request_holds_back_no_others_answer(cast, standin):
    azure_decided(cast, standin)
    typed = Application(external_id="TENANT-1", duration_minutes=60, object_ids=(VM,))
    request.receive(
        cast.azure, typed, by=cast.nils, payload=b"{}", received_by="manual"
    )
    to_be_asked(acting.now(), using="default")
    for minutes in (1, 2, 3):
        with later(minutes):
            sweep()
    assert standin.decisions == [("R-1", "Approve")]
