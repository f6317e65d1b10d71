"""What is counted and measured period by period."""

from datetime import date
from typing import Any

from django.db.models import Aggregate, DurationField, ExpressionWrapper, F
from django.utils import timezone

# Of decisions: how long the request had waited.
TOOK = ExpressionWrapper(
    F("decided_at") - F("review__access_request__received_at"), DurationField()
)


class Median(Aggregate):
    """Half took longer."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def by_period(rows: Any, begins: Any, **counted: Any) -> dict[date, tuple]:
    """What is counted of each period, by its first day. `begins` truncates to it."""
    grouped = rows.order_by().annotate(period=begins).values("period")
    counts = grouped.annotate(**counted).values_list("period", *counted)
    return {timezone.localdate(period): tuple(rest) for period, *rest in counts}
