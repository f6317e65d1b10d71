"""Working days in Sweden."""

from datetime import date

import pytest

from requests_app.catalogue.working_days import CALENDAR


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
