"""Numbers side by side, as a picture: where each bar stands, in the picture's units."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.formats import date_format

WIDTH, HEIGHT = 600, 120
# Room for the number above the highest bar.
ABOVE = 24
# So many bars have room for a number and a name each.
NAMED = 12
MONTH, WEEK = "M Y", "j M Y"


class Bar(NamedTuple):
    """`name` is the period's, in full; `tick` what has room below its bar, and `year`
    where a new one begins."""

    name: str
    tick: str
    year: str
    value: int
    is_unfinished: bool
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        return round(self.y - 5, 1)


class Chart(NamedTuple):
    title: Any
    most: int
    bars: list[Bar]
    has_numbers: bool


def chart(
    title: Any,
    begins: Sequence[date],
    values: Sequence[int],
    *,
    period: str = MONTH,
    unfinished: date | None = None,
) -> Chart:
    """A bar for each period; the highest fills the picture. `period` is how one is
    named, `unfinished` the one that is not over."""
    most = max([*values, 1])
    step = WIDTH / max(len(begins), 1)
    has_numbers = len(begins) <= NAMED
    bars = []
    for number, (day, value) in enumerate(zip(begins, values, strict=True)):
        height = HEIGHT * value / most
        tick, year = _below(number, day, period, has_numbers)
        bars.append(
            Bar(
                name=_named(day, period),
                tick=tick,
                year=year,
                value=value,
                is_unfinished=day == unfinished,
                x=round(number * step, 1),
                y=round(ABOVE + HEIGHT - height, 1),
                width=round(step * 0.8, 1),
                height=round(height, 1),
            )
        )
    return Chart(title, most, bars, has_numbers)


def _named(day: date, period: str) -> str:
    return date_format(day, period).lower()


def _below(number: int, day: date, period: str, has_numbers: bool) -> tuple[str, str]:
    if period == WEEK or not has_numbers:
        return ("", "") if number else (_named(day, period), "")
    begins_year = number == 0 or day.month == 1
    return _named(day, "M"), str(day.year) if begins_year else ""
