"""Gaps: told by mail when they are found and a week before, and not each day anew."""

from datetime import timedelta

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.step import machine_account
from requests_app.duty.models.notices import SentNotice
from requests_app.duty.models.roster import CoverageGap
from requests_app.duty.steps import FirstGap, keep_gaps
from requests_app.duty.sweep.ladders import find_gaps, lay_patterns_further
from tests.helpers.notices import lines_due_to
from tests.lockbox_site.test_staffing import reachable
from tests.workflow.test_roster import a_roster, laid, pattern

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]
DAY = timedelta(days=1)


@pytest.fixture
def noon():
    """A fixed instant, so that days can be counted."""
    return acting.now().replace(hour=11, minute=0, second=0, microsecond=0)


def kept(cast, noon, *spans, days=0):
    """What the sweep finds so many days later: gaps from and until days from noon."""
    gaps = [
        FirstGap(cast.gsn.pk, "review", "off_duty", noon + a * DAY, noon + b * DAY)
        for a, b in spans
    ]
    with acting.at(noon + days * DAY), acting_as(machine_account("sweep")):
        return keep_gaps(gaps)


def told(cast, noon, days=0):
    """How many mails go to the manager then, each once."""
    with acting.at(noon + days * DAY):
        person = cast.per
        notices = [due for due in lines_due_to(person) if "gap" in due.kind]
        with acting_as(machine_account("sweep")):
            for due in notices:
                SentNotice.objects.create(
                    person=person,
                    way="mail",
                    item=due.item,
                    kind=due.kind,
                    ends_at=due.ends_at,
                    sent_at=acting.now(),
                )
        return len(notices)


def test_a_gap_is_told_when_it_is_found_and_a_week_before(cast, noon):
    reachable(cast)
    assert kept(cast, noon, (20, 21)) == (1, 0)
    days = [told(cast, noon, day) for day in (0, 1, 12, 13.5, 14, 19)]
    assert days == [1, 0, 0, 1, 0, 0]


def test_a_gap_of_one_hour_that_is_found_late_is_told_once(cast, noon):
    reachable(cast)
    kept(cast, noon, (2, 2 + 1 / 24))
    assert [told(cast, noon, day) for day in (0, 1)] == [1, 0]


def test_planned_emptiness_nags_nobody_daily(cast, noon):
    """Each night is empty: one series, told of when it is found."""
    reachable(cast)
    mails = []
    for day in range(20):
        nights = [(n + 0.3, n + 0.8) for n in range(day, day + 56)]
        kept(cast, noon, *nights, days=day)
        mails.append(told(cast, noon, day))
    assert mails == [1] + [0] * 19


def test_the_next_gap_of_the_same_cause_is_told_a_week_before_too(cast, noon):
    reachable(cast)
    kept(cast, noon, (10, 11), (40, 41))
    assert [told(cast, noon, 0), told(cast, noon, 4)] == [1, 1]
    kept(cast, noon, (40, 41), days=12)
    assert [told(cast, noon, day) for day in (12, 20, 33.5, 34)] == [1, 0, 1, 0]


def test_a_gap_that_has_begun_keeps_its_beginning(cast, noon):
    kept(cast, noon, (1, 3))
    kept(cast, noon, (2, 3), days=2)
    row = CoverageGap.objects.get()
    assert row.begins_at == noon + DAY and row.closed_at is None
    assert kept(cast, noon, days=3) == (0, 1)
    assert CoverageGap.objects.get().closed_at == noon + 3 * DAY


def test_an_authority_without_a_roster_is_told_of_nothing(cast):
    reachable(cast)
    find_gaps(machine_account("sweep"))
    assert not CoverageGap.objects.exists()


def test_an_empty_step_of_the_sweep_writes_nothing(cast):
    reachable(cast)
    group = a_roster(cast)
    now = acting.now()
    laid(cast, group, cast.jonas, now - DAY, now + 12 * DAY)
    row = pattern(cast, group)
    sweep = machine_account("sweep")
    find_gaps(sweep)
    assert find_gaps(sweep) == [] and lay_patterns_further(sweep) == []
    with acting.at(now + 14 * DAY):
        assert lay_patterns_further(sweep) == ["rosters: 14 shifts laid"]
    assert row.shifts.count() > 90
