"""When the shifts of a pattern come, by the clocks here: a night is an hour longer or
shorter when they are moved."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from requests_app.catalogue.working_days import CALENDAR

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
