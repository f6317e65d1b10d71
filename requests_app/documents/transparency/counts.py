"""What is counted of an authority's year, by product and month. Neither what is on a
named list nor what is stopped is among it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import TruncMonth
from django.utils import timezone

from audit_app import clock
from requests_app.catalogue.working_days import months_after
from requests_app.law.not_known import Unknown, unknown_of
from requests_app.law.open_accesses import open_within
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Authority,
    Connection,
    Decision,
    EventOutcome,
    Lapse,
    ProviderLog,
    ProviderProduct,
    SecrecyReview,
)
from requests_app.models.days import first_instant
from requests_app.models.event_outcome import Outcome as CameOut
from requests_app.models.event_outcome import Use
from requests_app.models.outcome import GRANTS, Outcome
from requests_app.permissions.public_register import left_out

REFUSALS = (Outcome.REFUSED, Outcome.DISMISSED)
HOUR = timedelta(hours=1)
LENGTH = ExpressionWrapper(F("closed_at") - F("opens_at"), DurationField())


@dataclass
class Month:
    """Accesses count in the month in which they opened, with all their hours; acts in
    the month in which they were done."""

    came: int = 0
    granted: int = 0
    refused: int = 0
    lapsed: int = 0
    accesses: int = 0
    hours: float = 0
    used: int = 0
    never_used: int = 0
    not_known: int = 0
    inside: int = 0
    outside: int = 0


@dataclass
class OfProduct:
    product: ProviderProduct
    unknown: Unknown
    read_until: datetime | None
    months: dict[date, Month] = field(default_factory=lambda: defaultdict(Month))


class Year(NamedTuple):
    """`months` are those that have begun; `until` is now, or the end of the year."""

    authority: Authority
    year: int
    until: datetime
    months: list[date]
    products: list[OfProduct]


def year_of(authority: Authority, year: int) -> Year:
    """A fixed number of queries, which the database adds up."""
    since, ends = (first_instant(date(n, 1, 1)) for n in (year, year + 1))
    until = min(ends, clock.now())
    last = timezone.localdate(until - timedelta(microseconds=1))
    first = date(year, 1, 1)
    months = [months_after(first, n) for n in range(last.month)]
    products = _products(authority, since, until)
    for key, month, counted in _counted(authority, since, until):
        row = products[key].months[month]
        for name, number in counted.items():
            setattr(row, name, getattr(row, name) + (number or 0))
    rows = sorted(
        products.values(), key=lambda row: (row.product.provider.name, row.product.name)
    )
    return Year(authority, year, until, months, rows)


def _products(
    authority: Authority, since: datetime, until: datetime
) -> dict[int, OfProduct]:
    """Products of the connections that the authority runs, and of those on which it
    was asked for anything."""
    theirs = SecrecyReview.objects.filter(
        authority=authority, access_request__connection=OuterRef("pk")
    )
    connections = list(
        Connection.objects.filter(Q(authority=authority) | Exists(theirs))
        .select_related("product__provider")
        .order_by("pk")
    )
    unknown = unknown_of(connections, since, until)
    read: dict[int, list[datetime | None]] = defaultdict(list)
    logs = ProviderLog.objects.filter(connection__in=connections)
    for log in logs.select_related("position", "connection"):
        read[log.connection.product_id].append(log.position.read_until)
    return {
        row.product_id: OfProduct(
            row.product, unknown[row.product_id], _first(read[row.product_id])
        )
        for row in connections
    }


def _first(moments: list[datetime | None]) -> datetime | None:
    known = [at for at in moments if at is not None]
    return min(known, default=None) if len(known) == len(moments) else None


def _counted(
    authority: Authority, since: datetime, until: datetime
) -> Iterator[tuple[int, date, dict[str, Any]]]:
    """Product, month, and what to add."""
    shown = _shown(authority)
    requests = AccessRequest.objects.filter(
        Exists(shown.filter(access_request=OuterRef("pk"))),
        ~Exists(_hidden().filter(access_request=OuterRef("pk"))),
    )
    of_requests = Q(access_request__in=requests.values("pk"))
    came = requests.filter(received_at__gte=since, received_at__lt=until)
    yield from _by_month(came, "received_at", "", came=Count("pk"))
    keys = shown.filter(access_request__in=requests.values("pk")).values("pk")
    path = "review__access_request__"
    decided = Decision.objects.filter(
        review__in=keys, decided_at__gte=since, decided_at__lt=until
    )
    yield from _by_month(
        decided,
        "decided_at",
        path,
        granted=Count("review", distinct=True, filter=Q(outcome__in=GRANTS)),
        refused=Count("review", distinct=True, filter=Q(outcome__in=REFUSALS)),
    )
    lapsed = Lapse.objects.filter(
        review__in=keys, lapsed_at__gte=since, lapsed_at__lt=until
    )
    yield from _by_month(lapsed, "lapsed_at", path, lapsed=Count("pk"))
    yield from _accesses(of_requests, since, until)
    acts = EventOutcome.objects.current().filter(
        of_requests, event__happened_at__gte=since, event__happened_at__lt=until
    )
    is_inside = Q(outcome=CameOut.INSIDE)
    yield from _by_month(
        acts,
        "event__happened_at",
        "access_request__",
        inside=Count("pk", filter=is_inside),
        outside=Count("pk", filter=~is_inside),
    )


def _accesses(
    of_requests: Q, since: datetime, until: datetime
) -> Iterator[tuple[int, date, dict[str, Any]]]:
    rows = open_within(AccessGrant.objects.filter(of_requests), since, until)
    counted = _by_month(
        rows.filter(opens_at__gte=since),
        "opens_at",
        "access_request__",
        accesses=Count("pk"),
        length=Sum(LENGTH),
        used=Count("pk", filter=Q(use=Use.USED)),
        never_used=Count("pk", filter=Q(use=Use.NEVER_USED)),
        not_known=Count("pk", filter=Q(use__in=[Use.UNKNOWN, Use.RUNNING])),
    )
    for product, month, numbers in counted:
        hours = numbers.pop("length") / HOUR
        yield product, month, {**numbers, "hours": hours}


def _shown(authority: Authority) -> QuerySet[SecrecyReview]:
    rows = SecrecyReview.objects.filter(authority=authority)
    return rows.exclude(status__in=SecrecyReview.MOVED)


def _hidden() -> QuerySet[Any]:
    rows = SecrecyReview.objects.annotate(is_left_out=left_out())
    return rows.filter(is_left_out=True)


def _by_month(
    rows: QuerySet[Any], moment: str, path: str, **counts: Any
) -> Iterator[tuple[int, date, dict[str, Any]]]:
    product = f"{path}connection__product"
    grouped = rows.order_by().annotate(month=TruncMonth(moment))
    for row in grouped.values(product, "month").annotate(**counts):
        month = timezone.localdate(row.pop("month"))
        yield row.pop(product), month, row
