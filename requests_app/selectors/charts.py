"""Numbers side by side, as a picture: where each bar stands, in the picture's units."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

WIDTH, HEIGHT = 600, 120


class Bar(NamedTuple):
    begins: date
    value: int
    x: float
    y: float
    width: float
    height: float


class Chart(NamedTuple):
    title: Any
    most: int
    bars: list[Bar]


def chart(title: Any, begins: Sequence[date], values: Sequence[int]) -> Chart:
    """A bar for each period; the highest fills the picture."""
    most = max([*values, 1])
    step = WIDTH / max(len(begins), 1)
    bars = [
        Bar(
            day,
            value,
            round(number * step, 1),
            round(HEIGHT - HEIGHT * value / most, 1),
            round(step * 0.8, 1),
            round(HEIGHT * value / most, 1),
        )
        for number, (day, value) in enumerate(zip(begins, values, strict=True))
    ]
    return Chart(title, most, bars)
