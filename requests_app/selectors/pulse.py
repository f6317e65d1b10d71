"""Is the watch over deadlines alive, and do its clock and the database's agree?"""

from typing import NamedTuple

from audit_app import clock
from requests_app.models import Heartbeat


class Pulse(NamedTuple):
    """`clock_trouble` says by how much the clocks differ; empty where they agree."""

    beat: Heartbeat | None
    stopped: bool
    clock_trouble: str


def pulse() -> Pulse:
    names = (Heartbeat.SWEEP, Heartbeat.ROUND, Heartbeat.CLOCK)
    rows = {row.name: row for row in Heartbeat.objects.filter(name__in=names)}
    now = clock.now()
    beat, whole = rows.get(Heartbeat.SWEEP), rows.get(Heartbeat.ROUND)
    stopped = beat is None or beat.stopped(now) or whole is None or whole.stopped(now)
    difference = rows.get(Heartbeat.CLOCK)
    return Pulse(beat, stopped, difference.trouble if difference else "")
