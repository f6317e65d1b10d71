"""Outside office hours, reckoned from the acts themselves: lag (1989:253) om allmänna
helgdagar, and the eves that agreements keep as holidays. Nothing of ours is asked."""

from datetime import date, timedelta

FIXED = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}


def is_off(local):
    return not 7 <= local.hour < 18 or is_holiday(local.date())


def is_holiday(day):
    midsummer = day.month == 6 and 19 <= day.day <= 25 and day.isoweekday() == 5
    moving = (day - easter(day.year)) in (timedelta(-2), timedelta(1), timedelta(39))
    is_fixed = (day.month, day.day) in FIXED
    return day.isoweekday() > 5 or is_fixed or midsummer or moving


def easter(year):
    """Meeus, Jones and Butcher: Gregorian Easter Sunday."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)
