"""Working days in Sweden: neither weekend, nor holiday, nor eve kept as one."""

from datetime import date, timedelta

from holidays.countries.sweden import Sweden

HOLIDAYS = Sweden(include_sundays=False, categories=("public", "de_facto"))


def after(day: date, count: int) -> date:
    """So many working days after the day."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS
