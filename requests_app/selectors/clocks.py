"""The two clocks of a request, as people see them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from audit_app import clock
from requests_app.models import AccessGrant, AccessRequest, NoticeKind
from requests_app.words.times import span


class Clock(NamedTuple):
    """A clock that runs: `used` is the share of its time gone, in percent."""

    kind: str  # of NoticeKind
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


def by_end(clock: Clock | None) -> tuple:
    """Sorts what runs out first to the top, and what has no clock last."""
    return (clock is None, clock and clock.ends_at)


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
    """The same, where it has been read when the running access opens and ends."""
    if window and access_request.revoked_at:
        # It was to end at once.
        window = (window[0], access_request.revoked_at)
    if access_request.status in AccessRequest.AWAITING:
        begins, ends = access_request.received_at, access_request.clock.answer_by
        return None if ends is None else clock_between(NoticeKind.ANSWER, begins, ends)
    return clock_between(NoticeKind.ACCESS, *window) if window else None


def clock_between(kind: NoticeKind, begins: datetime, ends: datetime) -> Clock:
    """A clock that ran from the one instant and runs out at the other."""
    whole = max((ends - begins).total_seconds(), 1)
    left = ends - clock.now()
    used = 100 - round(100 * left.total_seconds() / whole)
    return Clock(str(kind), ends, left, min(max(used, 0), 100))
