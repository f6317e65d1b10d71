"""The two clocks of a request, as people see them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app import clock
from requests_app.models import AccessGrant, AccessRequest


class Clock(NamedTuple):
    """A clock that runs: `used` is the share of its time gone, in percent."""

    kind: str  # "answer", "access" or "opinion"
    ends_at: datetime
    left: timedelta
    used: int

    @property
    def urgency(self) -> str:
        """How to show it; the words beside it say the same."""
        if self.left <= timedelta(hours=1) or self.used >= 85:
            return "late"
        return "soon" if self.used >= 50 else "calm"

    @property
    def words(self) -> str:
        return span(self.left)

    @property
    def is_out(self) -> bool:
        return self.left <= timedelta(0)


def clock_of(
    access_request: AccessRequest, grants: Iterable[AccessGrant] = ()
) -> Clock | None:
    """The clock that runs now: until the answer, then until access ends."""
    running = [row for row in grants if row.status != AccessGrant.Status.ENDED]
    window = (running[0].opens_at, running[0].ends_at) if running else None
    return clock_in(access_request, window)


def clock_in(
    access_request: AccessRequest, window: tuple[datetime, datetime] | None
) -> Clock | None:
    """The same, for who has read when the running access opens and ends."""
    if access_request.status in AccessRequest.AWAITING:
        begins, ends = access_request.received_at, access_request.answer_deadline
        return None if ends is None else clock_between("answer", begins, ends)
    return clock_between("access", *window) if window else None


def clock_between(kind: str, begins: datetime, ends: datetime) -> Clock:
    """A clock that ran from the one instant and runs out at the other."""
    whole = max((ends - begins).total_seconds(), 1)
    left = ends - clock.now()
    used = 100 - round(100 * left.total_seconds() / whole)
    return Clock(kind, ends, left, min(max(used, 0), 100))


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
    return at_time(day, date_format(local, "H.i"))


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
        told = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
        return f"{told} {_('%(hours)s h') % {'hours': hours}}" if hours else told
    if hours:
        told = _("%(hours)s h") % {"hours": hours}
        return f"{told} {_('%(min)s min') % {'min': minutes}}" if minutes else told
    return _("%(min)s min") % {"min": minutes}
