"""What is counted for auditors: unusual reading, and figures over time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit_app import acting
from audit_app.ledger import Kind, record
from requests_app.cases.review.steps import people
from requests_app.duty import steps
from tests.cast import Cast
from tests.helpers.office_hours import is_off
from tests.helpers.reading_limits import limit_by_two
from tests.helpers.rosters import group_of
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def cases(once):
    cast = Cast()
    return [cast.decided("refused", number="EXSR1"), cast.decided(number="EXSR2")]


def shown(reader, name, **asked):
    return signed_in(reader).get(reverse(f"admin:{name}", query=asked or None))


WHY = {"purpose": "Granskning 2026:4"}


def habit(cast, who, **asked):
    asked = {**WHY, "person": who.pk, **asked}
    rows = shown(cast.agnes, "audit_reading", **asked).context["rows"]
    return {row.person_id: row for row, _url in rows}.get(who.pk)


def test_who_reads_what_they_have_no_part_in_is_counted(cast, cases):
    karin, dora = signed_in(cast.karin), signed_in(cast.dora)
    for case in cases:
        karin.get(page(case))
        dora.get(page(case))
        dora.get(page(case))
    hers = habit(cast, cast.dora)
    assert (hers.without_part, hers.cases, hers.reads) == (2, 2, 4)
    assert habit(cast, cast.karin).without_part == 0
    local = timezone.localtime()
    assert hers.off_hours == (4 if is_off(local) else 0)


def test_many_cases_within_an_hour_are_marked(cast, cases):
    for number in range(12):
        new = cast.new(number=f"MANY{number}")
        record("secrecyreview.read", by=cast.jonas, on=new, kind=Kind.READ)
    assert habit(cast, cast.jonas).in_an_hour == 12
    asked = {**WHY, "person": cast.jonas.pk}
    assert "många" in words(shown(cast.agnes, "audit_reading", **asked))
    limit_by_two(cast, many=13)
    assert not habit(cast, cast.jonas).is_many
    tomorrow = timezone.localtime() + timedelta(days=1)
    assert habit(cast, cast.jonas, since=f"{tomorrow:%Y-%m-%d}") is None


def test_reading_elsewhere_is_not_counted(cast, cases):
    record("x.read", by=cast.cilla, kind=Kind.READ, authority=cast.snc.pk)
    response = shown(cast.agnes, "audit_reading", **WHY)
    assert response.context["summary"].people == 0


def test_nothing_is_shown_before_a_purpose_is_told(cast, cases):
    signed_in(cast.dora).get(page(cases[0]))
    response = shown(cast.agnes, "audit_reading")
    assert response.context["summary"] is None and "Fel:" not in words(response)
    for purpose in ("", "kort"):
        asked = {"purpose": purpose, "case": "EXSR1"}
        response = shown(cast.agnes, "audit_reading", **asked)
        assert set(response.context["form"].errors) == {"purpose"}
        assert "Dora" not in words(response).rpartition("</select>")[2]


def test_nobody_stands_by_name_without_a_case_or_a_person(cast, cases):
    readers = [cast.dora, cast.jonas]
    for reader in readers:
        record("secrecyreview.read", by=reader, on=cases[0], kind=Kind.READ)
    record("secrecyreview.read", by=cast.dora, on=cases[0], kind=Kind.READ)
    response = shown(cast.agnes, "audit_reading", **WHY)
    assert response.context["summary"].people == 2
    assert response.context["summary"].without_part == 2
    # Below the form, where everybody may be chosen.
    told = words(response).rpartition("</select>")[2]
    assert "2 personer öppnade ett ärende" in told
    assert not any(str(reader) in told for reader in readers)
    # Of a case: in the order of names, whoever read most.
    asked = {**WHY, "case": cases[0].diary_number}
    rows = shown(cast.agnes, "audit_reading", **asked).context["rows"]
    assert [row.person for row, _url in rows] == sorted(map(str, readers))
    asked["person"] = cast.dora.pk
    response = shown(cast.agnes, "audit_reading", **asked)
    assert set(response.context["form"].errors) == {"person"}


def test_a_night_on_duty_is_no_unusual_reading(cast, cases):
    midnight = {"opens": time(0), "closes": time(0, 0, 1)}
    limit_by_two(cast, many=2, **midnight)
    dora = signed_in(cast.dora)
    for case in cases:
        dora.get(page(case))
    at_night = habit(cast, cast.dora)
    assert (at_night.off_hours, at_night.by_duty, at_night.is_many) == (2, 0, True)
    begins = acting.now() - timedelta(hours=1)
    shift = {"begins_at": begins, "ends_at": begins + timedelta(hours=8)}
    laid = steps.lay_shift(group_of(cast), by=cast.per, person=cast.dora, **shift)
    on_duty = habit(cast, cast.dora)
    assert (on_duty.off_hours, on_duty.by_duty, on_duty.is_many) == (0, 2, False)
    assert (on_duty.without_part, on_duty.reads) == (0, 2)
    summary = shown(cast.agnes, "audit_reading", **WHY).context["summary"]
    assert summary == (1, 0, 0, 0)
    steps.withdraw_shift(laid, by=cast.per)
    assert habit(cast, cast.dora) == at_night


@pytest.mark.parametrize(("days", "asked"), [(30, 31), (90, 91), (3, 4)])
def test_no_longer_is_looked_back_than_the_limit_says(cast, cases, days, asked):
    if days != 30:
        limit_by_two(cast, days=days)
    for back, is_wrong in ((days - 1, False), (asked, True)):
        since = f"{timezone.localtime() - timedelta(days=back):%Y-%m-%d}"
        form = shown(cast.agnes, "audit_reading", **WHY, since=since).context["form"]
        assert ("since" in form.errors) is is_wrong
    assert f"högst {days} dagar" in str(form.errors)


def test_weeks_tell_what_came_in_was_decided_and_read(cast, cases):
    signed_in(cast.karin).get(page(cases[0]))
    hidden = cast.decided(number="EXSR3")
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
    response = shown(cast.agnes, "audit_figures")
    found = response.context["weeks"]
    week = found[-1]
    assert len(found) == 12 and (week.arrived, week.decided) == (3, 3)
    # Of the named list that it was decided, and not what.
    assert week.outcomes == {"granted": 1, "refused": 1}
    assert week.median is not None and week.reads >= 1
    assert all(not one.decided for one in found[:-1])
    bars = response.context["charts"][1].bars
    assert bars[-1].value == 3 and bars[-1].height == 120 and bars[0].height == 0
    assert 'height="120.0"' in words(response)


def begun(cast, **asked):
    response = shown(cast.agnes, "audit_figures", **asked)
    return [str(week.begins) for week in response.context["weeks"]], words(response)


def test_no_week_is_shown_that_was_not_asked_for(cast, cases):
    asked = {"since": "2026-01-05", "until": "2026-01-19"}
    assert begun(cast, **asked)[0] == ["2026-01-05", "2026-01-12"]
    asked["until"] = "2026-01-19T00:00:01"
    assert begun(cast, **asked)[0][-1] == "2026-01-19"


def test_the_first_week_is_whole_where_no_time_is_asked_for(cast, cases):
    (first, *_), _shown = begun(cast)
    monday = timezone.make_aware(datetime.fromisoformat(first))
    with acting.at(monday + timedelta(hours=1)):
        early = cast.request(number="EARLY2")
    response = shown(cast.agnes, "audit_figures")
    assert response.context["weeks"][0].arrived == early.reviews.count() == 1


def test_that_earlier_weeks_are_left_out_is_told(cast, cases):
    told = "Bara de sista 53 veckorna"
    found, text = begun(cast, since="2024-01-01", until="2026-01-19")
    assert (len(found), found[-1]) == (53, "2026-01-12") and told in text
    assert told not in begun(cast)[1]
    until = date.fromisoformat(found[0])
    since = until - timedelta(weeks=53)
    found, text = begun(cast, since=f"{since}", until=f"{until}")
    assert len(found) == 53 and told not in text


def test_the_weeks_are_twelve_across_the_change_of_the_clock(cast):
    """The finding: an hour before a Sunday's midnight in winter they were eleven."""
    with acting.at(datetime(2026, 11, 29, 22, 44, tzinfo=UTC)):
        found = shown(cast.agnes, "audit_figures").context["weeks"]
    assert (len(found), found[0].begins) == (12, date(2026, 9, 7))
