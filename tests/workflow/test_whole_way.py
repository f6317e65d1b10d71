"""A request from intake to a closed case, through the workflow functions."""

import pytest

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.access.models import AccessGrant, Delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import afterwards, case
from tests.cast import hours

pytestmark = pytest.mark.django_db


def test_a_granted_request_goes_all_the_way(cast):
    before = LedgerEntry.objects.latest("pk").pk
    subject = cast.answered()

    access_request = subject.access_request
    access_request.refresh_from_db()
    assert access_request.status == AccessRequest.Status.ACCESS_OPEN
    grant = access_request.grants.get()
    assert grant.status == AccessGrant.Status.OPEN

    with acting.at(hours(3)):
        afterwards.sweep_request(access_request, by=cast.sweeper)
        grant.refresh_from_db()
        assert grant.status == AccessGrant.Status.ENDED
        subject.refresh_from_db()
        case.close(subject, by=cast.karin)

    access_request.refresh_from_db()
    assert subject.status == SecrecyReview.Status.CLOSED
    assert access_request.status == AccessRequest.Status.CLOSED
    events = LedgerEntry.objects.filter(kind="event", pk__gt=before)
    assert list(events.order_by("id").values_list("event", flat=True)) == [
        "request.received",
        "review.registered",
        "review.assigned",
        "review.assessed",
        "review.proposed",
        "delivery.ordered",
        "review.decided",
        "access.opened",
        "delivery.confirmed",
        "access.ended",
        "review.closed",
        "request.closed",
    ]


def test_a_refusal_is_answered_deny(cast):
    subject = cast.decided("refused")
    task = subject.access_request.deliveries.get()
    assert task.answer == Delivery.Answer.DENY
    cast.confirm(task)
    task.access_request.refresh_from_db()
    assert task.access_request.status == AccessRequest.Status.ANSWERED
    assert not AccessGrant.objects.exists()
