"""Which requests were answered before their time ran out, by month and product."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from audit_app import clock
from requests_app.catalogue.working_days import months_after
from requests_app.models import AccessRequest, Delivery, Lapse
from requests_app.models.days import first_instant, month_named
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.visibility import managed_by

DEADLINE = deadline_path()
ANSWERS = (Delivery.Answer.APPROVE, Delivery.Answer.DENY)


class Share(NamedTuple):
    """Of the requests to one product whose time ran out in a month."""

    begins: date
    product: int
    product_name: str
    in_time: int
    late: int

    @property
    def number(self) -> int:
        return self.in_time + self.late

    @property
    def percent(self) -> int:
        """Rounded down: not everything is answered until everything is."""
        return 100 * self.in_time // self.number

    @property
    def month(self) -> str:
        return f"{self.begins:%Y-%m}"


def shares(user: Any, since: date) -> Iterator[Share]:
    """The newest month first; requests that have no time to answer are not counted,
    nor those that the provider took back or that are answered elsewhere. One query."""
    rows = _run_out(user, first_instant(since)).order_by()
    counted = (
        rows.annotate(
            period=TruncMonth(DEADLINE),
            product=F("connection__product"),
            name=F("connection__product__name"),
        )
        .values("period", "product", "name")
        .annotate(
            kept=Count("pk", filter=Q(is_in_time=True)),
            missed=Count("pk", filter=Q(is_in_time=False, is_late=True)),
        )
        .order_by("-period", "name")
    )
    for row in counted:
        if row["kept"] or row["missed"]:
            month = timezone.localdate(row["period"])
            yield Share(month, row["product"], row["name"], row["kept"], row["missed"])


def late_requests(user: Any, month: str, product: int) -> QuerySet[Any]:
    """Keys of the requests that `shares` counts as late in the month (as 2026-11)."""
    begins = month_named(month)
    if begins is None:
        return AccessRequest.objects.none().values("pk")
    rows = _run_out(user, first_instant(begins)).filter(
        **{f"{DEADLINE}__lt": first_instant(months_after(begins, 1))},
        connection__product=product,
        is_in_time=False,
        is_late=True,
    )
    return rows.values("pk")


def _run_out(user: Any, since: datetime) -> QuerySet[Any]:
    """Requests of the manager's cases that were to be answered since then."""
    managed = managed_by(user).filter(access_request=OuterRef("pk"))
    given = Delivery.objects.filter(
        access_request=OuterRef("pk"),
        answer__in=ANSWERS,
        status=Delivery.Status.CONFIRMED,
    )
    in_time = given.filter(given_at__lte=OuterRef(DEADLINE))
    too_late = Delivery.objects.filter(
        access_request=OuterRef("pk"), answer__in=ANSWERS, status=Delivery.Status.LAPSED
    )
    lapses = Lapse.objects.filter(review__access_request=OuterRef("pk"))
    return (
        AccessRequest.objects.filter(
            Exists(managed),
            **{f"{DEADLINE}__gte": since, f"{DEADLINE}__lt": _until()},
        )
        .annotate(
            is_in_time=Exists(in_time),
            is_late=Exists(lapses) | Exists(too_late) | Exists(given),
        )
        .filter(Q(is_in_time=True) | Q(is_late=True))
    )


def _until() -> datetime:
    """The end of this month: what is answered before its time counts at once."""
    begins = timezone.localdate(clock.now()).replace(day=1)
    return first_instant(months_after(begins, 1))
