"""Calendar: recurrence and working days."""

import calendar
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone
from holidays.countries.sweden import Sweden

# Sweden's working days, their office hours, and the nights between them: the one rule.
#
# The database looks them up in a table that is filled from here at each release.

# Its working days leave out weekends, holidays, and eves that are kept as holidays.
CALENDAR = Sweden(categories=("public", "de_facto"))
OPENS, CLOSES = time(7), time(18)
HOURS_IN_WORDS = f"{OPENS:%H}–{CLOSES:%H}"
# Until when what began in the night before may wait for a second person.
NIGHT_ENDS = time(12)
# What the database is told of.
YEARS = range(2015, 2061)


class OfficeHours(NamedTuple):
    """The office hours of one working day, as instants."""

    opens_at: datetime
    closes_at: datetime
    night_ends_at: datetime


def working_days() -> Iterator[date]:
    """Every working day of `YEARS`."""
    day = date(YEARS.start, 1, 1)
    while day.year < YEARS.stop:
        if CALENDAR.is_working_day(day):
            yield day
        day += timedelta(days=1)


def office_hours_of(day: date) -> OfficeHours:
    zone = timezone.get_default_timezone()
    hours = (datetime.combine(day, hour, zone) for hour in (OPENS, CLOSES, NIGHT_ENDS))
    return OfficeHours(*hours)


def is_office_hours(at: datetime) -> bool:
    day = timezone.localdate(at)
    hours = office_hours_of(day)
    return CALENDAR.is_working_day(day) and hours.opens_at <= at < hours.closes_at


def night_ends(at: datetime) -> datetime:
    """When the night that an instant outside office hours lies in is over."""
    day = timezone.localdate(at)
    if at >= office_hours_of(day).opens_at:
        day += timedelta(days=1)
    return office_hours_of(working_day_from(day)).night_ends_at


def working_day_from(day: date) -> date:
    """The day itself, or the working day that comes next."""
    while not CALENDAR.is_working_day(day):
        day += timedelta(days=1)
    return day


def months_after(day: date, months: int) -> date:
    """The day with the same number so many months later; the last day of that month,
    where it has no such number."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def working_days_after(at: datetime, number: int) -> date:
    return CALENDAR.get_nth_working_day(timezone.localdate(at), number)


# When the shifts of a pattern come, by the clocks here: a night is an hour longer or
# shorter when they are moved.

EVERY, WORKING, FREE = "every", "working", "free"


class Recurrence(NamedTuple):
    """`weekdays`: 0 is Monday. `ends` not later than `begins` is on the next day.
    `days`: every such day, working days only, or all others only."""

    weekdays: Collection[int]
    days: str
    begins: time
    ends: time
    every_weeks: int
    first: date
    last: date | None

    def spans(self, until: date) -> Iterator[tuple[datetime, datetime]]:
        """As instants (UTC), from the first day on, those that begin by this day."""
        day, last = self.first, min(self.last or until, until)
        monday = self.first - timedelta(days=self.first.weekday())
        while day <= last:
            weeks = (day - monday).days // 7
            if weeks % self.every_weeks == 0 and self._is_on(day):
                begins, ends = self._span_on(day)
                # Half an hour that the clock leaves out in spring is none.
                if begins < ends:
                    yield begins, ends
            day += timedelta(days=1)

    def _is_on(self, day: date) -> bool:
        if day.weekday() not in self.weekdays:
            return False
        return self.days == EVERY or (
            CALENDAR.is_working_day(day) is (self.days == WORKING)
        )

    def _span_on(self, day: date) -> tuple[datetime, datetime]:
        next_day = timedelta(days=1 if self.ends <= self.begins else 0)
        return _instant(day, self.begins), _instant(day + next_day, self.ends)


def _instant(day: date, at: time) -> datetime:
    zone = timezone.get_default_timezone()
    return datetime.combine(day, at, zone).astimezone(UTC)
