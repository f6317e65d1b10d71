"""What time does by itself, and the pulse that shows it."""

import pytest

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import afterwards, decision
from requests_app.core.step import WrongState
from requests_app.desk.sweep import sweep
from tests.cast import hours
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db


def test_silence_lapses_and_is_no_decision(cast):
    subject = cast.proposed()
    request = subject.access_request
    with acting.at(hours(13)):
        assert afterwards.sweep_request(request, by=cast.sweeper) == ["lapsed"]
        assert afterwards.sweep_request(request, by=cast.sweeper) == []
    subject = fresh(subject)
    assert (
        subject.status == SecrecyReview.Status.LAPSED and not subject.decisions.exists()
    )
    refused(WrongState, decision.decide, subject, by=cast.bo, no_conflict=True)


def test_a_decision_that_was_not_answered_in_time_lapses_too(cast):
    subject = cast.decided()
    with acting.at(hours(13)):
        afterwards.sweep_request(subject.access_request, by=cast.sweeper)
    task = subject.access_request.deliveries.get()
    assert task.status == Delivery.Status.LAPSED
    with acting.at(hours(14)):
        refused(WrongState, cast.confirm, fresh(task))
    # What was clicked before it lapsed is told as it was.
    with acting.at(hours(14)):
        cast.confirm(task, given_at=hours(1))
    assert fresh(subject.access_request).status in ("access_open", "access_ended")


def test_the_heartbeat_and_its_absence_are_on_every_page(cast):
    karin = signed_in(cast.karin)
    assert karin.get("/healthz").status_code == 503
    assert b'class="alarm"' in karin.get("/").content
    sweep()
    assert karin.get("/healthz").status_code == 200
    assert b'class="alarm"' not in karin.get("/").content
    assert b'class="pulse"' in karin.get("/").content
