"""A month of a roster, and the calendar that a person subscribes to."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from audit_app import acting
from requests_app.duty import steps
from requests_app.duty.models.roster import RosterCalendar, Shift
from tests.helpers.web import fetch, signed_in, words
from tests.workflow.test_roster import a_roster, hours, laid, pattern

pytestmark = pytest.mark.django_db


def test_a_month_as_a_picture_and_as_a_table(cast):
    group = a_roster(cast)
    pattern(cast, group)
    pattern(cast, group, person=cast.jonas, begins=steps.time(8), ends=steps.time(17))
    month = (acting.today() + timedelta(days=32)).strftime("%Y-%m")
    answer, queries = fetch(
        signed_in(cast.karin), f"/staffing/{group.pk}/?month={month}"
    )
    assert len(queries) <= 12
    text = answer.content.decode()
    assert text.count('<rect class="shift"') >= 56
    assert "Karin Test 00.00–06.00" in text.replace("\n", " ")
    fetch(signed_in(cast.karin), f"/staffing/{group.pk}/?month=hej")
    fetch(signed_in(cast.cilla), f"/staffing/{group.pk}/", status=404)


def test_shifts_that_follow_on_each_other_are_told_as_one(cast):
    group, change = a_roster(cast), hours(8)
    laid(cast, group, cast.karin, hours(-1), change)
    last = laid(cast, group, cast.karin, change, hours(20))
    laid(cast, group, cast.jonas, hours(-1), hours(100))
    later = laid(cast, group, cast.karin, hours(21), hours(30))
    answer, _queries = fetch(signed_in(cast.karin), "/staffing/")
    (row,) = answer.context["on_duty"]
    assert row.now == {cast.karin: last.ends_at, cast.jonas: None}
    assert row.after == later
    assert "även de närmaste tre dygnen" in words(answer)


def test_a_person_s_own_calendar_has_times_in_utc_and_no_content(cast, client):
    group = a_roster(cast, name="Hemlig grupp")
    laid(cast, group, cast.karin, hours(5), hours(13))
    karin = signed_in(cast.karin)
    page = karin.post("/staffing/calendar/", {"make": ""})
    path = page.context["address"].removeprefix("http://testserver")
    answer = client.get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["DTSTART"].dt == Shift.objects.get().begins_at.replace(microsecond=0)
    assert event["DTSTART"].dt.utcoffset() == timedelta(0)
    text = answer.content.decode()
    assert "Hemlig" not in text and "Karin" not in text
    secret = path.rpartition("/")[2].removesuffix(".ics")
    assert secret not in str(RosterCalendar.objects.values())
    assert client.get("/calendar/another.ics").status_code == 404
    karin.post("/staffing/calendar/", {"end": ""})
    assert client.get(path).status_code == 404


def test_a_new_calendar_address_makes_the_one_before_void(cast, client):
    karin = signed_in(cast.karin)
    paths = [
        karin.post("/staffing/calendar/", {"make": ""}).context["address"]
        for _time in range(2)
    ]
    assert [client.get(path).status_code for path in paths] == [404, 200]
