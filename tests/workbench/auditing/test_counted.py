"""What is counted for auditors: unusual reading, and figures over time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit_app import clock
from audit_app.ledger import Kind, record
from requests_app.selectors.audit import reading_habits
from requests_app.workbench.auditing import habits
from requests_app.workflow import named_list
from tests.cast import Cast
from tests.helpers.office_hours import is_off
from tests.helpers.web import page, signed_in, words

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def cases(once):
    cast = Cast()
    return [cast.decided("refused", number="EXSR1"), cast.decided(number="EXSR2")]


def shown(reader, name, **asked):
    return signed_in(reader).get(reverse(f"admin:{name}", query=asked or None))


def habit(cast, who, **asked):
    rows = shown(cast.agnes, "audit_reading", **asked).context["rows"]
    return {row.person: row for row, _url in rows}.get(who)


def test_who_reads_what_they_have_no_part_in_is_counted(cast, cases):
    karin, dora = signed_in(cast.karin), signed_in(cast.dora)
    for case in cases:
        karin.get(page(case))
        dora.get(page(case))
        dora.get(page(case))
    assert (habit(cast, "Dora Test").without_part, habit(cast, "Dora Test").cases) == (
        2,
        2,
    )
    assert habit(cast, "Dora Test").reads == 4
    assert habit(cast, "Karin Test").without_part == 0
    local = timezone.localtime()
    assert habit(cast, "Dora Test").off_hours == (4 if is_off(local) else 0)


def test_many_cases_within_an_hour_are_marked(cast, cases):
    for number in range(12):
        new = cast.new(number=f"MANY{number}")
        record("secrecyreview.read", by=cast.jonas, on=new, kind=Kind.READ)
    assert (
        habit(cast, "Jonas Test").in_an_hour == 12 and habit(cast, "Jonas Test").is_many
    )
    assert "många" in words(shown(cast.agnes, "audit_reading"))
    tomorrow = timezone.localtime() + timedelta(days=1)
    assert habit(cast, "Jonas Test", since=f"{tomorrow:%Y-%m-%d}") is None


def test_reading_elsewhere_is_not_counted(cast, cases):
    record("x.read", by=cast.cilla, kind=Kind.READ, authority=cast.snc.pk)
    assert habit(cast, "Cilla Test") is None


def test_weeks_tell_what_came_in_was_decided_and_read(cast, cases):
    signed_in(cast.karin).get(page(cases[0]))
    hidden = cast.decided(number="EXSR3")
    named_list.close_list(hidden, by=cast.bo, reason="A staff matter")
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
    with clock.at(monday + timedelta(hours=1)):
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


def test_that_people_are_left_out_is_told(cast, cases, monkeypatch):
    for reader in (cast.karin, cast.dora):
        signed_in(reader).get(page(cases[0]))
    assert "Bara de första" not in words(shown(cast.agnes, "audit_reading"))
    for module in (habits, reading_habits):
        monkeypatch.setattr(module, "MOST", 1)
    response = shown(cast.agnes, "audit_reading")
    assert len(response.context["rows"]) == 1
    assert "Bara de första 1 visas" in words(response)


def test_the_weeks_are_twelve_across_the_change_of_the_clock(cast):
    """The finding: an hour before a Sunday's midnight in winter they were eleven."""
    with clock.at(datetime(2026, 11, 29, 22, 44, tzinfo=UTC)):
        found = shown(cast.agnes, "audit_figures").context["weeks"]
    assert (len(found), found[0].begins) == (12, date(2026, 9, 7))
