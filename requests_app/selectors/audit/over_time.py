"""Weeks side by side: what came in, what was decided and how fast, what was read."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils import timezone

from audit_app.ledger import Kind
from audit_app.models import LedgerEntry
from requests_app.models import Decision, Outcome
from requests_app.permissions.auditing import Audited, reviews_audited
from requests_app.permissions.visibility import of_reviews, readable_by
from requests_app.selectors.over_time import TOOK, Percentile, by_period

# As many weeks as can be told apart in a picture.
MOST = 53


class Week(NamedTuple):
    """`outcomes` are of what the auditor reads; `decided` is of all they know of."""

    begins: date
    arrived: int
    decided: int
    outcomes: dict[str, int]
    median: timedelta | None
    reads: int

    @property
    def minutes(self) -> int:
        return int(self.median.total_seconds() // 60) if self.median else 0

    @property
    def by_outcome(self) -> list[tuple[Any, int]]:
        return [(one.label, self.outcomes.get(one, 0)) for one in Outcome]


def weeks(user: Any, audited: Audited, since: datetime, until: datetime) -> list[Week]:
    """Each week of the time, the last MOST of them, also those in which nothing
    happened. Four queries."""
    arrived = _arrived(user, since, until)
    decided = _decided(user, since, until)
    outcomes = _outcomes(user, since, until)
    reads = _reads(audited, since, until)
    rows = []
    for week in _weeks(since, until):
        count, median = decided.get(week, (0, None))
        came, read = arrived.get(week, 0), reads.get(week, 0)
        rows.append(Week(week, came, count, outcomes[week], median, read))
    return rows


def week_of(moment: datetime) -> date:
    """By its Monday."""
    day = timezone.localdate(moment)
    return day - timedelta(days=day.weekday())


def last_week(until: datetime) -> date:
    """The last week of a time whose end is not included."""
    return week_of(until - timedelta(microseconds=1))


def _weeks(since: datetime, until: datetime) -> Iterator[date]:
    last = last_week(until)
    day = max(week_of(since), last - timedelta(weeks=MOST - 1))
    while day <= last:
        yield day
        day += timedelta(weeks=1)


def _counted(rows: Any, field: str) -> dict[date, int]:
    weekly = by_period(rows, TruncWeek(field), count=Count("pk"))
    return {week: count for week, (count,) in weekly.items()}


def _arrived(user: Any, since: datetime, until: datetime) -> dict[date, int]:
    field = "access_request__received_at"
    period = {f"{field}__gte": since, f"{field}__lt": until}
    rows = reviews_audited(user).filter(**period)
    return _counted(rows, field)


def _decisions(user: Any, since: datetime, until: datetime, reviews: Any) -> Any:
    return Decision.objects.filter(
        of_reviews(user, "review", reviews),
        decided_at__gte=since,
        decided_at__lt=until,
    )


def _decided(user: Any, since: datetime, until: datetime) -> dict[date, tuple]:
    rows = _decisions(user, since, until, reviews_audited(user))
    counted = {"count": Count("pk"), "median": Percentile(TOOK)}
    return by_period(rows, TruncWeek("decided_at"), **counted)


def _outcomes(
    user: Any, since: datetime, until: datetime
) -> dict[date, dict[str, int]]:
    audited = reviews_audited(user).values("pk")
    read = readable_by(user).filter(pk__in=audited)
    rows = _decisions(user, since, until, read).order_by()
    weekly = rows.annotate(week=TruncWeek("decided_at")).values("week", "outcome")
    outcomes: dict[date, dict[str, int]] = defaultdict(dict)
    for week, outcome, count in weekly.annotate(count=Count("pk")).values_list(
        "week", "outcome", "count"
    ):
        outcomes[timezone.localdate(week)][outcome] = count
    return outcomes


def _reads(audited: Audited, since: datetime, until: datetime) -> dict[date, int]:
    rows = LedgerEntry.objects.filter(
        authority_id__in=list(audited.authorities),
        kind=Kind.READ,
        at__gte=since,
        at__lt=until,
    )
    return _counted(rows, "at")
