"""Working days in Sweden: neither weekend nor public holiday (lag 1989:253)."""

from datetime import date, timedelta


def after(day: date, count: int) -> date:
    """So many working days after the day."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def _holidays(year: int) -> set[date]:
    """Those that can fall on a weekday, with the eves on which offices are closed."""
    easter = _easter(year)
    midsummer_eve = date(year, 6, 19)
    midsummer_eve += timedelta(days=(4 - midsummer_eve.weekday()) % 7)
    fixed = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31))
    return {
        midsummer_eve,
        *(date(year, month, day) for month, day in fixed),
        *(easter + timedelta(days=days) for days in (-2, 1, 39)),
    }


def _easter(year: int) -> date:
    """The Gregorian computus (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    last = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * last) // 451
    month, day = divmod(h + last - 7 * m + 114, 31)
    return date(year, month, day + 1)
