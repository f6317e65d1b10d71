"""A roster that is taken in from a calendar outside: what is taken, and what is refused
whole while the last good reading goes on."""

from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from audit_app import acting
from requests_app.core.models import Heartbeat
from requests_app.core.step import machine_account
from requests_app.duty import steps
from requests_app.duty.models.roster import Shift
from requests_app.duty.roster_events import Unreadable, events_in
from requests_app.duty.steps import set_feed
from requests_app.duty.sweep.ladders import (
    NotTaken,
    read_calendar,
    roster_troubles,
    take_in_rosters,
)
from tests.helpers.web import signed_in
from tests.providers.http.conftest import (
    patient,
    receiver,
    world,
)
from tests.workflow.test_roster import a_roster

__all__ = ["patient", "receiver", "world"]

pytestmark = pytest.mark.django_db
FEED = "https://hook.example/calendar.ics"
ZONE = ZoneInfo("Europe/Stockholm")
AUTUMN = datetime(2026, 10, 20, tzinfo=ZONE), datetime(2026, 10, 30, tzinfo=ZONE)


def event(*lines, who="Karin Test", uid="1"):
    return [f"UID:{uid}", f"SUMMARY:{who}", *lines]


def calendar(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x//"]
    for one in events:
        lines += ["BEGIN:VEVENT", *one, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def stamp(at):
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def in_days(number, length=8, **more):
    begins = (acting.now() + timedelta(days=number)).replace(microsecond=0)
    ends = begins + timedelta(hours=length)
    return event(f"DTSTART:{stamp(begins)}", f"DTEND:{stamp(ends)}", **more)


@pytest.fixture
def fed(cast, receiver):
    group = a_roster(cast)
    set_feed(group, by=cast.per, address=FEED)
    return group


def taken_in(hours=0):
    with acting.at(acting.now() + timedelta(hours=hours)):
        return take_in_rosters(machine_account("sweep"))


def beat():
    return Heartbeat.objects.get(name__startswith=Heartbeat.ROSTER)


def test_shifts_come_from_the_calendar_and_go_with_it(cast, fed, receiver):
    receiver.page = calendar(in_days(1), in_days(2, who="Jour: Jonas Test", uid="2"))
    assert taken_in() == [f"roster {fed.pk}: 2 added, 0 gone"]
    assert [row.person for row in Shift.objects.all()] == [cast.karin, cast.jonas]
    assert (beat().failures, beat().trouble) == (0, "")
    # Not before the hour has come.
    receiver.page = calendar(in_days(3))
    assert taken_in() == []
    assert taken_in(hours=1) == [f"roster {fed.pk}: 1 added, 2 gone"]
    text = signed_in(cast.per).get(f"/requests_app/rostergroup/{fed.pk}/change/")
    assert "hook.example" in text.content.decode()
    assert "calendar.ics" not in text.content.decode()


def test_a_calendar_that_is_suddenly_empty_leaves_the_last_good_one(
    cast, fed, receiver
):
    receiver.page = calendar(in_days(1))
    taken_in()
    since = beat().at
    receiver.page = calendar()
    assert taken_in(hours=1) == []
    assert Shift.objects.standing().count() == 1
    assert (beat().at, beat().failures) == (since, 2)
    (told,) = roster_troubles(Heartbeat.objects.all(), cast.per)
    assert "Jour" in told
    assert told in unescape(signed_in(cast.per).get("/").content.decode())
    assert not roster_troubles(Heartbeat.objects.all(), cast.karin)


@pytest.mark.parametrize("body", ["cut", "huge", "no calendar", "refused"])
def test_what_can_not_be_read_leaves_the_last_good_one(fed, receiver, body):
    receiver.page = whole = calendar(in_days(1))
    taken_in()
    receiver.page = {
        "cut": whole[: len(whole) // 2],
        "huge": whole + b" " * 1_100_000,
        "no calendar": b"<html>Sign in</html>",
        "refused": calendar(in_days(1), event("DTSTART;TZID=Nowhere:20261201T080000")),
    }[body]
    assert taken_in(hours=1) == []
    assert Shift.objects.standing().count() == 1
    assert beat().failures and beat().trouble


def test_names_that_nobody_has_are_told_and_the_rest_is_taken(fed, receiver):
    receiver.page = calendar(in_days(1), in_days(2, who="Okänd Person", uid="2"))
    taken_in()
    assert Shift.objects.count() == 1
    assert beat().failures == 0 and "Okänd Person" in beat().trouble


def test_what_people_have_swapped_no_calendar_undoes(cast, fed, receiver):
    receiver.page = calendar(in_days(1))
    taken_in()
    offer = steps.offer_shift(Shift.objects.get(), by=cast.karin)
    steps.take_offer(offer, by=cast.jonas)
    taken_in(hours=1)
    assert [row.person for row in Shift.objects.standing()] == [cast.jonas]


def test_the_address_is_looked_at_each_time(cast, fed, receiver, world):
    world.names["hook.example"] = ["10.0.0.7"]
    receiver.page = calendar(in_days(1))
    assert taken_in() == []
    assert beat().failures and not Shift.objects.exists()


@pytest.mark.parametrize(
    ("trouble", "rule"),
    [
        ("recurrence", "RRULE:FREQ=DAILY;INTERVAL=0"),
        ("recurrence", "RRULE:FREQ=SECONDLY"),
        ("recurrence", "RRULE:FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30"),
        ("recurrence", "RRULE:FREQ=DAILY;BYHOUR=1,2,3"),
        ("zone", "DTEND;TZID=Nowhere/Land:20261020T100000"),
        ("backwards", "DTEND:20261001T000000Z"),
        ("many", "RDATE:" + ",".join(["20261021T000000Z"] * 501)),
    ],
)
def test_a_recurrence_that_hangs_and_what_is_read_otherwise_is_refused(trouble, rule):
    body = calendar(event("DTSTART:20261019T200000Z", rule))
    with pytest.raises(Unreadable) as told:
        events_in(body, *AUTUMN, ZONE)
    assert told.value.args[0] == trouble


def lengths(*lines, days=AUTUMN):
    return [
        (datetime.fromisoformat(one["ends"]) - datetime.fromisoformat(one["begins"]))
        / timedelta(hours=1)
        for one in events_in(calendar(event(*lines)), *days, ZONE)
    ]


def test_a_night_of_eight_hours_lasts_eight_when_the_clock_is_moved():
    night = "DTSTART;TZID=Europe/Stockholm:20261023T220000"
    assert lengths(night, "DURATION:PT8H", "RRULE:FREQ=DAILY;COUNT=3") == [8, 8, 8]
    until_six = "DTEND;TZID=Europe/Stockholm:20261024T060000"
    assert lengths(night, until_six, "RRULE:FREQ=DAILY;COUNT=3") == [8, 9, 8]


def test_all_day_events_are_whole_days_and_no_gaps():
    assert lengths("DTSTART;VALUE=DATE:20261024") == [24]
    assert lengths("DTSTART;VALUE=DATE:20261025") == [25]


def test_until_a_day_takes_the_whole_of_it():
    rule = "RRULE:FREQ=DAILY;UNTIL=20261023"
    assert len(lengths("DTSTART:20261021T200000Z", "DURATION:PT1H", rule)) == 3


def test_a_calendar_of_another_zone_is_of_the_same_instants():
    there = "DTSTART;TZID=America/New_York:20261021T160000"
    (one,) = events_in(calendar(event(there, "DURATION:PT8H")), *AUTUMN, ZONE)
    assert one["begins"] == "2026-10-21T20:00:00+00:00"
    windows = "DTSTART;TZID=W. Europe Standard Time:20261021T220000"
    (one,) = events_in(calendar(event(windows, "DURATION:PT8H")), *AUTUMN, ZONE)
    assert one["begins"] == "2026-10-21T20:00:00+00:00"


def test_it_is_read_in_a_process_with_little_time(cast, monkeypatch):
    """What the checks let through is ended all the same."""
    monkeypatch.setattr("requests_app.duty.sweep.ladders.PATIENCE", 0.01)
    with pytest.raises(NotTaken, match="för lång tid|too long"):
        read_calendar(a_roster(cast), calendar(in_days(1)))
