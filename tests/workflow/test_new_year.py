"""Registering by eight at once over New Year's midnight in Stockholm: the series of each
year has neither gap nor double, and a number is of the year in which it was given."""

import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import request
from requests_app.cases.review.steps import case
from requests_app.providers.application import Application
from tests.cast import MAILBOX

pytestmark = pytest.mark.django_db(transaction=True)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# Midnight in Stockholm is an hour before the year is over in UTC.
MIDNIGHT = datetime(2026, 12, 31, 23, tzinfo=UTC)
HANDS = 8


def register_some(cast, hand, number):
    """Half before midnight, half after it."""
    for one in range(number):
        with acting.at(MIDNIGHT + timedelta(seconds=one - number // 2)):
            arrived = request.receive(
                cast.m365,
                Application(
                    external_id=f"NY{hand}-{one}",
                    object_ids=(MAILBOX,),
                    justification="x",
                ),
                by=cast.intake,
                payload=b"{}",
                received_by="file",
            )
            subject = arrived.access_request.reviews.get()
            case.register(subject, by=cast.lena, public_subject="Access")


def in_processes(call):
    started = []
    for hand in range(HANDS):
        if pid := os.fork():
            started.append(pid)
            continue
        code = 1
        try:
            for other in connections.all(initialized_only=True):
                other.connection = None  # the parent's socket is not ours to close
            call(hand)
            code = 0
        finally:
            os._exit(code)
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in started]


@pytest.mark.parametrize("number", [80, pytest.param(800, marks=pytest.mark.long)])
def test_no_gap_no_double_and_the_right_year(cast, number):
    each = number // HANDS
    codes = in_processes(lambda hand: register_some(cast, hand, each))
    assert codes == [0] * HANDS
    rows = SecrecyReview.objects.exclude(diary_number="")
    given = list(rows.values_list("diary_year", "diary_sequence", "registered_at"))
    assert len(given) == number
    for year in (2026, 2027):
        series = sorted(sequence for of, sequence, _at in given if of == year)
        assert series == list(range(1, number // 2 + 1))
    assert all(at.astimezone(STOCKHOLM).year == year for year, _number, at in given)
    numbers = set(rows.values_list("diary_number", flat=True))
    assert {"GSN 2026-0001", f"GSN 2027-{number // 2:04d}"} <= numbers
    assert len(numbers) == number
