"""Granted and used hours side by side, as a picture that prints in black and white:
where each bar stands, in the picture's units."""

from collections.abc import Sequence
from typing import NamedTuple

from requests_app.selectors.used_hours import Day
from requests_app.words.times import short_day

WIDTH, HEIGHT, ABOVE = 600, 120, 24


class Bar(NamedTuple):
    """A day: the granted hours as a frame, the used ones filled in it. `tick` has room
    below, and a mark stands above where anything was outside."""

    day: Day
    tick: str
    x: float
    width: float
    granted_y: float
    granted_height: float
    used_y: float
    used_height: float

    @property
    def mark(self) -> str:
        """Points of a triangle."""
        middle, top = self.x + self.width / 2, self.granted_y - 14
        corners = [(middle, top), (middle - 6, top + 12), (middle + 6, top + 12)]
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


class Picture(NamedTuple):
    bars: list[Bar]
    granted: float
    used: int
    outside: int


def picture_of(days: Sequence[Day]) -> Picture:
    most = max([*(max(day.granted, day.used) for day in days), 1])
    step = WIDTH / max(len(days), 1)
    bars = []
    for number, day in enumerate(days):
        has_room = number % 7 == 0 and number + 3 < len(days)
        granted, used = HEIGHT * day.granted / most, HEIGHT * day.used / most
        bars.append(
            Bar(
                day,
                short_day(day.day) if has_room else "",
                x=round(number * step + step * 0.1, 1),
                width=round(step * 0.8, 1),
                granted_y=round(ABOVE + HEIGHT - granted, 1),
                granted_height=round(granted, 1),
                used_y=round(ABOVE + HEIGHT - used, 1),
                used_height=round(used, 1),
            )
        )
    return Picture(
        bars,
        round(sum(day.granted for day in days), 1),
        sum(day.used for day in days),
        sum(day.outside for day in days),
    )
