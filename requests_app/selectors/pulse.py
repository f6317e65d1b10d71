"""Is the watch over deadlines alive, and do its clock and the database's agree?"""

from collections.abc import Iterable
from typing import NamedTuple

from audit_app import clock
from requests_app.models import Heartbeat


class Pulse(NamedTuple):
    """`clock_trouble` says by how much the clocks differ; empty where they agree."""

    beat: Heartbeat | None
    stopped: bool
    clock_trouble: str


def pulse(beats: Iterable[Heartbeat] | None = None) -> Pulse:
    """Of what has been read already, or read here."""
    names = (Heartbeat.SWEEP, Heartbeat.ROUND, Heartbeat.CLOCK)
    if beats is None:
        beats = Heartbeat.objects.filter(name__in=names)
    rows = {row.name: row for row in beats}
    now = clock.now()
    beat, whole = rows.get(Heartbeat.SWEEP), rows.get(Heartbeat.ROUND)
    stopped = beat is None or beat.stopped(now) or whole is None or whole.stopped(now)
    difference = rows.get(Heartbeat.CLOCK)
    return Pulse(beat, stopped, difference.trouble if difference else "")
