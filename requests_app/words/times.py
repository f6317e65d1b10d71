"""How times and lengths of time are written for people."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audit_app import clock


def at_time(day: str, time: str) -> str:
    return _("%(day)s at %(time)s") % {"day": day, "time": time}


def moment_in_words(at: datetime | None) -> str:
    """today at 20.00, tomorrow at 21.48, or the date and time."""
    if at is None:
        return ""
    local, now = timezone.localtime(at), timezone.localtime(clock.now())
    language = get_language()
    day = _day_in_words(local.date(), now.date(), language)
    return at_time(day, _time_in_words(local.hour, local.minute, language))


def in_full(at: datetime) -> str:
    """Not “today”: nobody knows when a notice is read."""
    local, language = timezone.localtime(at), get_language()
    time = _time_in_words(local.hour, local.minute, language)
    return at_time(_day_and_year(local.date(), language), time)


# A list shows three moments a row, of few days: Django takes 15 µs to write each part.
@lru_cache(maxsize=2_000)
def _day_in_words(day: date, today: date, _language: str | None) -> str:
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    return near.get((day - today).days) or _dated(day, today)


@lru_cache(maxsize=2_000)
def _day_and_year(day: date, _language: str | None) -> str:
    return date_format(day, "j F Y")


def _dated(day: date, today: date) -> str:
    return date_format(day, "j F" if day.year == today.year else "j F Y")


def short_day(day: date) -> str:
    """3 March; with the year where it is another than this."""
    return _dated(day, timezone.localdate(clock.now()))


@lru_cache(maxsize=2_000)
def _time_in_words(hour: int, minute: int, _language: str | None) -> str:
    return time_format(time(hour, minute), "TIME_FORMAT")


def from_until(begins_at: datetime, ends_at: datetime) -> str:
    """Day and time of both ends; the day once where it is the same."""
    return _from_until(
        begins_at, ends_at, get_language(), timezone.localdate(clock.now())
    )


# Of many rosters the shifts change at the same hours.
@lru_cache(maxsize=2_000)
def _from_until(
    begins_at: datetime, ends_at: datetime, _language: str | None, _today: date
) -> str:
    begins, ends = timezone.localtime(begins_at), timezone.localtime(ends_at)
    first = at_time(short_day(begins.date()), date_format(begins, "TIME_FORMAT"))
    last = date_format(ends, "TIME_FORMAT")
    if ends.date() != begins.date():
        last = at_time(short_day(ends.date()), last)
    return f"{first} – {last}"


def minutes_in_words(count: int | None) -> str:
    return "" if count is None else span(timedelta(minutes=count))


def span(length: Any) -> str:
    """A length of time in words: 4 d 3 h, 1 h 12 min, 9 min."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 0:
        return _("%(span)s ago") % {"span": span(-length)}
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        text = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
        return f"{text} {_('%(hours)s h') % {'hours': hours}}" if hours else text
    if hours:
        text = _("%(hours)s h") % {"hours": hours}
        return f"{text} {_('%(min)s min') % {'min': minutes}}" if minutes else text
    return _("%(min)s min") % {"min": minutes}
