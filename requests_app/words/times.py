"""How times and lengths of time are written for people."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app import clock


def at_time(day: str, time: str) -> str:
    return _("%(day)s at %(time)s") % {"day": day, "time": time}


def moment_in_words(at: datetime | None) -> str:
    """today at 20.00, tomorrow at 21.48, or the date and time."""
    if at is None:
        return ""
    local, now = timezone.localtime(at), timezone.localtime(clock.now())
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    style = "j F" if local.year == now.year else "j F Y"
    day = near.get((local.date() - now.date()).days) or date_format(local, style)
    return at_time(day, date_format(local, "TIME_FORMAT"))


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
