"""What is counted for auditors: unusual reading, and figures over time."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit_app.ledger import Kind, record
from requests_app.workflow import named_list
from tests.cast import Cast
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
    off = not 6 <= local.hour < 18 or local.isoweekday() > 5
    assert habit(cast, "Dora Test").off_hours == (4 if off else 0)


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
