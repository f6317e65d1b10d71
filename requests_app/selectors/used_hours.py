"""Hours that were granted, and hours in which anything was seen, day by day."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Greatest, Least, Trunc, TruncDate
from django.utils import timezone

from audit_app import clock
from requests_app.models import EventOutcome
from requests_app.models.event_outcome import Outcome
from requests_app.permissions.acts import acts_visible_to
from requests_app.permissions.request_visibility import grants_visible_to

DAYS = 30
HOUR = timedelta(hours=1)
# In a query of outcomes: a clock hour of an access, counted once however much was done.
ACCESS_HOUR = Func(
    "access_request",
    Trunc("event__happened_at", "hour"),
    function="row",
    output_field=TextField(),
)


class Day(NamedTuple):
    """Hours add up over accesses. `used`: clock hours of an access in which an act was
    seen; `outside`: acts outside any grant."""

    day: date
    granted: float
    used: int
    outside: int


def last_days(user: Any, days: int = DAYS) -> list[Day]:
    """To this day, in two queries."""
    today = timezone.localdate(clock.now())
    begins = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    granted = _granted(user, begins)
    seen = _seen(user, _midnight(begins[0]))
    return [Day(day, round(granted[day], 1), *seen.get(day, (0, 0))) for day in begins]


def _midnight(day: date) -> datetime:
    """In UTC: between two times of one zone Python reckons by the clock on the wall."""
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)


def _granted(user: Any, begins: list[date]) -> dict[date, float]:
    """By local days: one has 23 hours, another 25."""
    midnights = [_midnight(day) for day in (*begins, begins[-1] + timedelta(days=1))]
    first = midnights[0]
    hours: dict[date, float] = defaultdict(float)
    for since, until, number, opened, closed in _together(user, first):
        for day, begin, end in zip(begins, midnights, midnights[1:], strict=False):
            if since <= day <= until:
                begun = opened if day == since else number * (begin - first)
                ended = closed if day == until else number * (end - first)
                hours[day] += (ended - begun) / HOUR
    return hours


def _together(user: Any, first: datetime) -> QuerySet[Any, tuple[Any, ...]]:
    """Grants that opened on one day and closed on one, clipped to between `first` and
    now: both days, how many they are, and from `first` to each end, added up."""
    now = clock.now()
    # Who sees a grant is asked of those alone that had not ended by then.
    not_ended = Q(ended_at=None, ends_at__gt=first) | Q(ended_at__gt=first)
    rows = grants_visible_to(user).filter(not_ended, opens_at__lt=now).with_window()
    since, until = Greatest("opens_at", Value(first)), Least("closed_at", Value(now))
    rows = rows.annotate(since=since, until=until).filter(until__gt=F("since"))
    days = TruncDate("since"), TruncDate("until")
    return (
        rows.order_by()
        .values_list(*days)
        .annotate(
            number=Count("pk"),
            opened=Sum(F("since") - Value(first)),
            closed=Sum(F("until") - Value(first)),
        )
    )


def _seen(user: Any, since: datetime) -> dict[date, tuple[int, int]]:
    rows = _outcomes(user).filter(event__happened_at__gte=since)
    counted = (
        rows.order_by()
        .annotate(day=TruncDate("event__happened_at"))
        .values("day")
        .annotate(
            used=Count(ACCESS_HOUR, distinct=True, filter=Q(outcome=Outcome.INSIDE)),
            outside=Count("pk", filter=~Q(outcome=Outcome.INSIDE)),
        )
    )
    return {row["day"]: (row["used"], row["outside"]) for row in counted}


def _outcomes(user: Any) -> QuerySet[EventOutcome]:
    """Asked of each outcome: the grants that a person sees can be very many more."""
    grants = grants_visible_to(user).filter(access_request=OuterRef("access_request"))
    acts = acts_visible_to(user).filter(pk=OuterRef("event"))
    return EventOutcome.objects.current().filter(Q(Exists(grants)) | Q(Exists(acts)))
