"""Is the watch over deadlines alive, do its clock and the database's agree, and is the
ledger sealed?"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from audit_app import clock
from audit_app.prewritten import Prewritten
from requests_app.models import Heartbeat


class Pulse(NamedTuple):
    """`clock_trouble` says by how much the clocks differ; empty where they agree.
    `ledger_trouble` is why what was recorded is not sealed or seen by its witnesses,
    and `unsealed` that it has been so for long. `seen_outside` is when somebody outside
    last saw it; nothing where nobody has."""

    beat: Heartbeat | None
    stopped: bool
    clock_trouble: str
    ledger_trouble: str
    unsealed: bool
    seen_outside: datetime | None


def pulse(beats: Iterable[Heartbeat] | None = None) -> Pulse:
    """How the sweep goes, by heartbeats that have been read already, or are read
    here."""
    if beats is None:
        beats = _heartbeats()
    rows = {row.name: row for row in beats}
    now = clock.now()
    beat, whole = rows.get(Heartbeat.SWEEP), rows.get(Heartbeat.ROUND)
    stopped = beat is None or beat.stopped(now) or whole is None or whole.stopped(now)
    difference = rows.get(Heartbeat.CLOCK)
    ledger, outside = rows.get(Heartbeat.LEDGER), rows.get(Heartbeat.OUTSIDE)
    return Pulse(
        beat,
        stopped,
        difference.trouble if difference else "",
        ledger.trouble if ledger else "",
        ledger is not None and ledger.stopped(now),
        outside.at if outside and not outside.trouble else None,
    )


@Prewritten
def _heartbeats() -> QuerySet[Heartbeat]:
    sweep = (Heartbeat.SWEEP, Heartbeat.ROUND, Heartbeat.CLOCK)
    ledger = (Heartbeat.LEDGER, Heartbeat.OUTSIDE)
    return Heartbeat.objects.filter(name__in=(*sweep, *ledger))
