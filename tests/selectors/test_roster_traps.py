"""What rosters of others get wrong: each a trap by its name."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.duty import steps
from requests_app.duty.models.roster import Act, RosterGroup
from requests_app.duty.roster.coverage import coverage_of, who_may_act
from tests.helpers.web import signed_in
from tests.lockbox_site.test_staffing import reachable
from tests.workflow.test_roster import a_roster, hours, laid, pattern

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_no_gap_of_an_hour_where_one_shift_follows_another(cast):
    """Day and night meet by the clock on the wall, also when that is moved."""
    reachable(cast)
    group = a_roster(cast)
    spring = datetime(2027, 3, 20, 12, tzinfo=UTC)
    with acting.at(spring):
        for begins, ends in ((6, 22), (22, 6)):
            pattern(cast, group, begins=time(begins), ends=time(ends))
        coverage = coverage_of([cast.gsn.pk], spring + 2 * DAY, spring + 20 * DAY)
        gaps_then = [g for g in coverage.gaps_of(cast.gsn.pk) if g.act == "review"]
    assert gaps_then == []


def test_a_shift_taken_over_erases_no_gap(cast):
    reachable(cast)
    group = a_roster(cast)
    now = acting.now()
    first = laid(cast, group, cast.karin, now, now + 8 * HOUR)
    laid(cast, group, cast.karin, now + 9 * HOUR, now + 13 * DAY)
    steps.offer_shift(first, by=cast.karin)
    steps.take_offer(first.offers.get(), by=cast.jonas)
    coverage = coverage_of([cast.gsn.pk], now + HOUR, now + 12 * DAY)
    (gap,) = [g for g in coverage.gaps_of(cast.gsn.pk) if g.act == "review"]
    assert (gap.ends_at - gap.begins_at) == HOUR


def test_the_page_and_what_is_woken_by_name_the_same_person(cast):
    reachable(cast)
    group = a_roster(cast)
    laid(cast, group, cast.karin, hours(-1), hours(8))
    # On duty, and may not review.
    laid(cast, group, cast.ines, hours(-1), hours(8))
    assert who_may_act(cast.gsn.pk, Act.REVIEW) == [cast.karin.pk]
    page = signed_in(cast.per).get("/staffing/")
    (row,) = page.context["on_duty"]
    assert cast.karin in row.now


def test_hours_that_are_planned_empty_are_no_gap(cast):
    reachable(cast)
    group = a_roster(cast)
    with acting_as(cast.per):
        group.hours = RosterGroup.Hours.OFFICE
        group.save()
    saturday = datetime(2026, 12, 5, 8, tzinfo=UTC)
    coverage = coverage_of([cast.gsn.pk], saturday, saturday + 3 * DAY)
    review = [g for g in coverage.gaps_of(cast.gsn.pk) if g.act == "review"]
    hours_of = [
        (timezone.localtime(g.begins_at).hour, timezone.localtime(g.ends_at).hour)
        for g in review
    ]
    # All of Monday's office hours, and Tuesday's as far as we look.
    assert hours_of == [(7, 18), (7, 9)]
