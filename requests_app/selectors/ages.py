"""How long open cases have waited: a histogram."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy

from audit_app import clock

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
    now = clock.now()
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
