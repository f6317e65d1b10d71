"""Figures: ages, charts and over time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from audit_app import acting

# How long open cases have waited: a histogram.

AGES = (
    (timedelta(hours=4), gettext_lazy("under 4 hours")),
    (timedelta(hours=12), gettext_lazy("4–12 hours")),
    (timedelta(days=1), gettext_lazy("12–24 hours")),
    (timedelta(days=3), gettext_lazy("1–3 days")),
    (timedelta(days=7), gettext_lazy("3–7 days")),
    (timedelta.max, gettext_lazy("over a week")),
)


class Bar(NamedTuple):
    """A bar of the histogram, in the units of its drawing."""

    number: int
    label: Any
    cases: int
    top: int
    width: int

    @property
    def end(self) -> int:
        return 118 + self.width


def waited(number: int, now: datetime) -> Q:
    """In a query of reviews: has it waited as the bar of this number says? The last of
    them is open to the past; there is none of any other number."""
    if not 0 <= number < len(AGES):
        return Q(pk=None)
    came = "access_request__received_at"
    younger = {f"{came}__lte": now - AGES[number - 1][0]} if number else {}
    limit = AGES[number][0]
    older = {} if limit == timedelta.max else {f"{came}__gt": now - limit}
    return Q(**younger, **older)


def age_counts() -> dict[str, Count]:
    """To annotate reviews with: how many have waited as each bar says."""
    now = acting.now()
    return {
        f"age_{number}": Count("pk", filter=waited(number, now))
        for number in range(len(AGES))
    }


def bars_of(rows: Iterable[Mapping[str, Any]]) -> list[Bar]:
    """The bars of rows with `age_counts`, together. The longest bar is 180 wide."""
    counts = [0] * len(AGES)
    for row in rows:
        for number in range(len(AGES)):
            counts[number] += row[f"age_{number}"]
    most = max([*counts, 1])
    return [
        Bar(number, label, count, 26 * number, round(180 * count / most))
        for number, ((_limit, label), count) in enumerate(
            zip(AGES, counts, strict=True)
        )
    ]


# Numbers side by side, as a picture: where each bar stands, in the picture's units.

WIDTH, HEIGHT = 600, 120
# Room for the number above the highest bar.
ABOVE = 24
# So many bars have room for a number and a name each.
NAMED = 12
MONTH, WEEK = "M Y", "j M Y"


class ChartBar(NamedTuple):
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
    bars: list[ChartBar]
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
            ChartBar(
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


# What is counted and measured period by period.

# Of decisions: how long the request had waited.
TOOK = ExpressionWrapper(
    F("decided_at") - F("review__access_request__received_at"), DurationField()
)


class Percentile(Aggregate):
    """What this share of them took at most."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field: Any = DurationField()

    def __init__(self, expression: Any, share: float = 0.5, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


def by_period(rows: Any, begins: Any, **counted: Any) -> dict[date, tuple]:
    """What is counted of each period, by its first day. `begins` truncates to it."""
    grouped = rows.order_by().annotate(period=begins).values("period")
    counts = grouped.annotate(**counted).values_list("period", *counted)
    return {timezone.localdate(period): tuple(rest) for period, *rest in counts}
