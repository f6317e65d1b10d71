"""What is counted and measured period by period."""

from datetime import date
from typing import Any

from django.db.models import Aggregate, DurationField, ExpressionWrapper, F
from django.utils import timezone

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
