"""An answer that took effect, at a provider that can't be read any more."""

import pytest

from audit_app import acting
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.access.outbox import deliver_due
from requests_app.cases.intake.steps import request
from requests_app.desk.queue.everything import work_for
from requests_app.desk.sweep import sweep
from tests.helpers.refusals import fresh
from tests.providers.azure.conftest import azure_decided, later

pytestmark = pytest.mark.django_db
DAY = 24 * 60


def test_who_sees_it_in_the_portal_can_say_so(cast, standin):
    subject = azure_decided(cast, standin)
    standin.faults["decide"] = ["cut after"]
    deliver_due()
    assert standin.decisions == [("R-1", "Approve")]
    # From here on our identity is refused.
    for minutes in (2, 4, DAY, 2 * DAY):
        standin.faults.update(list=["401"] * 3, get=["401"] * 9)
        with later(minutes):
            sweep()
    with later(2 * DAY + 5):
        (row,) = (line for line in work_for(cast.eva) if line.name == "R-1")
        assert row.step
        cast.confirm(Delivery.objects.get())
    assert fresh(subject.access_request).status == "access_open"
    assert AccessGrant.objects.count() == 1


def test_who_sees_that_somebody_else_answered_can_say_so(cast, standin):
    subject = azure_decided(cast, standin)
    standin.faults["decide"] = ["cut"]
    deliver_due()
    what = {"answer": "deny", "way": "portal", "given_by": "Somebody", "reference": "1"}
    request.record_outside_answer(
        fresh(subject.access_request),
        by=cast.lena,
        given_at=acting.now(),
        account="At night",
        **what,
    )
    assert fresh(subject.access_request).status == "elsewhere"
    assert Delivery.objects.get().status == "lapsed"
