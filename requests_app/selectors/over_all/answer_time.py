"""Time to answer beside the time that the provider gives, by product."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from requests_app.models import Delivery
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.request_visibility import requests_visible_to
from requests_app.selectors.over_all.period import Period
from requests_app.selectors.over_time import Percentile

DEADLINE = deadline_path()
TOOK = ExpressionWrapper(F("given_at") - F("received_at"), DurationField())
WINDOW = ExpressionWrapper(F(DEADLINE) - F("received_at"), DurationField())
ANSWERS = (Delivery.Answer.APPROVE, Delivery.Answer.DENY)
HALF, MOST = 0.5, 0.9


class Seconds(Func):
    function = "EXTRACT"
    template = "%(function)s(EPOCH FROM %(expressions)s)"
    output_field = FloatField()


# How much of the provider's time was gone when the answer was given.
SHARE = ExpressionWrapper(Seconds(TOOK) / Seconds(WINDOW), FloatField())


class ShareOfThem(Percentile):
    output_field = FloatField()


class Times(NamedTuple):
    """Of one product's requests that came in the period. `share` and `share_most`: of
    the provider's time, in percent, half of the answers took at most so much, and nine
    of ten; None where none has a time to answer in. `unlimited` are those answered of
    requests that have none; `unanswered` those without an answer of ours."""

    provider: str
    product: str
    number: int
    in_time: int
    late: int
    unlimited: int
    unanswered: int
    median: timedelta | None
    share: int | None
    share_most: int | None


def answer_times(user: Any, period: Period) -> list[Times]:
    """One query."""
    product = "connection__product"
    rows = _answered(user, period).order_by()
    limited = Q(has_answer=True, **{f"{DEADLINE}__isnull": False})
    # A time of no length has no share.
    measured = limited & Q(**{f"{DEADLINE}__gt": F("received_at")})
    counted = (
        rows.values(f"{product}__provider__name", f"{product}__name")
        .annotate(
            number=Count("pk"),
            in_time=Count("pk", filter=limited & Q(given_at__lte=F(DEADLINE))),
            late=Count("pk", filter=limited & Q(given_at__gt=F(DEADLINE))),
            unlimited=Count("pk", filter=Q(has_answer=True, **{DEADLINE: None})),
            unanswered=Count("pk", filter=Q(has_answer=False)),
            median=Percentile(TOOK, HALF, filter=Q(has_answer=True)),
            share=ShareOfThem(SHARE, HALF, filter=measured),
            share_most=ShareOfThem(SHARE, MOST, filter=measured),
        )
        .order_by(f"{product}__provider__name", f"{product}__name")
    )
    return [_times(list(row.values())) for row in counted]


def _answered(user: Any, period: Period) -> QuerySet[Any]:
    """With the first answer that was given."""
    given = Delivery.objects.filter(
        access_request=OuterRef("pk"),
        answer__in=ANSWERS,
        status=Delivery.Status.CONFIRMED,
    )
    rows = requests_visible_to(user).filter(
        received_at__gte=period.since, received_at__lt=period.until
    )
    first = Subquery(given.order_by("given_at").values("given_at")[:1])
    return rows.annotate(given_at=first).annotate(
        has_answer=ExpressionWrapper(Q(given_at__isnull=False), BooleanField())
    )


def _times(values: list[Any]) -> Times:
    return Times(*values[:-2], *map(_percent, values[-2:]))


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)
