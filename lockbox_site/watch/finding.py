"""What a measure says, and what all measures read once."""

from datetime import datetime
from typing import NamedTuple

from requests_app.models import Heartbeat

OK, UNKNOWN = "ok", "unknown"


class Finding(NamedTuple):
    """One word for the state; and what was measured, as label and number."""

    state: str = OK
    figures: tuple[tuple[str, float], ...] = ()


class Facts(NamedTuple):
    """The heartbeats by their names; none where the database does not answer."""

    now: datetime
    beats: dict[str, Heartbeat]

    def age(self, name: str) -> float | None:
        """Seconds since it; None where there has been none."""
        beat = self.beats.get(name)
        return (self.now - beat.at).total_seconds() if beat else None

    def in_trouble(self, start: str) -> list[Heartbeat]:
        """The heartbeats whose name begins so, of work that failed the last time."""
        beats = (row for name, row in self.beats.items() if name.startswith(start))
        return [row for row in beats if row.failures]
