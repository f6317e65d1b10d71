"""Granted and used hours of each row as bars that print in black and white: where each
stands, in the picture's units."""

from collections.abc import Sequence
from typing import NamedTuple

from requests_app.selectors.over_all.hours import Row

WIDTH, LINE, NAME = 600, 40, 16
# So many bars have room; the table has them all.
SHOWN = 12


class Bar(NamedTuple):
    """The granted hours as a frame; in it, from the left, those in which anything was
    seen, filled, and from the right those of which it is not known, hatched."""

    row: Row
    name_y: int
    y: int
    granted: float
    used: float
    unknown_x: float
    unknown: float


class Picture(NamedTuple):
    bars: list[Bar]
    height: int


def picture_of(rows: Sequence[Row]) -> Picture:
    most = max([*(max(row.granted, row.used) for row in rows), 1])
    bars = []
    for number, row in enumerate(rows[:SHOWN]):
        granted, used, unknown = (
            round(WIDTH * hours / most, 1)
            for hours in (row.granted, row.used, row.unknown)
        )
        top = number * LINE
        bars.append(
            Bar(
                row,
                name_y=top + NAME - 3,
                y=top + NAME,
                granted=granted,
                used=used,
                unknown_x=round(granted - unknown, 1),
                unknown=unknown,
            )
        )
    return Picture(bars, max(len(bars), 1) * LINE)
