"""Working days in Sweden."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection

from requests_app.core.calendar import CALENDAR, YEARS, office_hours_of, working_days
from requests_app.core.models import WorkingDay
from tests.helpers.office_hours import is_holiday


@pytest.mark.parametrize(
    ("begins", "count", "ends"),
    [
        (date(2026, 11, 24), 5, date(2026, 12, 1)),
        (date(2026, 12, 23), 5, date(2027, 1, 5)),
        (date(2027, 3, 25), 1, date(2027, 3, 30)),
        (date(2027, 5, 5), 1, date(2027, 5, 7)),
        (date(2026, 6, 18), 1, date(2026, 6, 22)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(begins, count, ends):
    assert CALENDAR.get_nth_working_day(begins, count) == ends


def test_the_calendar_is_that_of_the_acts():
    days = set(working_days())
    day = date(YEARS.start, 1, 1)
    while day.year < YEARS.stop:
        assert (day in days) is not is_holiday(day), day
        day += timedelta(days=1)


@pytest.mark.django_db
def test_past_the_end_of_the_calendar_the_database_refuses():
    beyond = datetime(YEARS.stop, 1, 7, 23, tzinfo=UTC)
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="ends before"),
    ):
        cursor.execute("select lockbox_night_ends(%s)", [beyond])


@pytest.mark.django_db
def test_the_application_does_not_write_the_calendar():
    with pytest.raises(ProgrammingError, match="permission denied"):
        WorkingDay.objects.create(
            day=date(2026, 12, 24),
            **office_hours_of(date(2026, 12, 24))._asdict(),
        )
