"""Twelve months side by side, for whoever manages the work: what came in, what became
of it and how fast. Numbers only, of the cases the manager may know of; that an answer
was an approval or a denial stands among the answers they see."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.catalogue.working_days import months_after
from requests_app.models import (
    AccessRequest,
    Decision,
    Lapse,
    Outcome,
    SecrecyReview,
)
from requests_app.models.days import first_instant, month_named
from requests_app.models.outcome import GRANTS
from requests_app.permissions.roles import today
from requests_app.permissions.visibility import keys_in_scope, managed_by, of_reviews
from requests_app.selectors.lapsed import Cause, first_lapses, lapses_since
from requests_app.selectors.over_time import TOOK, Percentile, by_period

MONTHS = 12
REFUSALS = (Outcome.REFUSED, Outcome.DISMISSED)
# The numbers of a month, as addresses call them, with the outcomes that they count.
BECAME: dict[str, tuple[str, ...]] = {
    "arrived": (),
    "granted": GRANTS,
    "refused": REFUSALS,
    "lapsed": (),
}


class Month(NamedTuple):
    """`median`: within which half of what was granted or refused had been decided."""

    begins: date
    arrived: int
    granted: int
    refused: int
    lapsed: int
    median: timedelta | None

    @property
    def decided(self) -> int:
        return self.granted + self.refused

    @property
    def numbers(self) -> list[tuple[str, Any, int]]:
        """What the columns count, as addresses and pages call it."""
        labels = {
            "arrived": _("Came in"),
            "granted": _("Granted"),
            "refused": _("Refused"),
            "lapsed": _("Lapsed without a decision"),
        }
        return [(name, labels[name], getattr(self, name)) for name in BECAME]

    @property
    def minutes(self) -> int:
        return int(self.median.total_seconds() // 60) if self.median else 0


def months(user: Any) -> list[Month]:
    """The last twelve, this one among them, also those in which nothing happened.
    Three queries, each by an index of when it was."""
    begins = _begins(today())
    arrived, decided = _arrived(user, begins[0]), _decided(user, begins[0])
    lapsed = _lapsed(user, begins[0])
    rows = []
    for day in begins:
        (came,) = arrived.get(day, (0,))
        granted, refused, median = decided.get(day, (0, 0, None))
        rows.append(Month(day, came, granted, refused, lapsed[day], median))
    return rows


def _begins(this_day: date) -> list[date]:
    last = this_day.year * 12 + this_day.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - MONTHS + 1, last + 1)]


def _arrived(user: Any, since: date) -> dict[date, tuple]:
    month = TruncMonth("access_request__received_at")
    return by_period(_arrivals(user, since), month, count=Count("pk"))


def _arrivals(user: Any, since: date, **more: datetime) -> QuerySet[SecrecyReview]:
    came = AccessRequest.objects.filter(received_at__gte=first_instant(since), **more)
    return (
        managed_by(user)
        .exclude(status__in=SecrecyReview.MOVED)
        .filter(keys_in_scope(user, "access_request", came.values("pk")))
    )


def _decided(user: Any, since: date) -> dict[date, tuple]:
    return by_period(
        _decisions(user, since, *GRANTS, *REFUSALS),
        TruncMonth("decided_at"),
        granted=Count("review", distinct=True, filter=Q(outcome__in=GRANTS)),
        refused=Count("review", distinct=True, filter=Q(outcome__in=REFUSALS)),
        median=Percentile(TOOK),
    )


def _decisions(user: Any, since: date, *outcomes: str) -> QuerySet[Decision]:
    return Decision.objects.filter(
        of_reviews(user, "review", managed_by(user)),
        decided_at__gte=first_instant(since),
        outcome__in=outcomes,
    )


def _lapsed(user: Any, since: date) -> Counter[date]:
    rows = first_lapses(user, first_instant(since)).order_by()
    moments = rows.values_list("history_date", flat=True)
    return Counter(timezone.localdate(at).replace(day=1) for at in moments)


def cases_of_month(user: Any, month: str, became: str) -> QuerySet[SecrecyReview]:
    """The cases behind a number of the table; of no month none."""
    begins = month_named(month)
    if begins is None or became not in BECAME:
        return SecrecyReview.objects.none()
    until = first_instant(months_after(begins, 1))
    if became == "arrived":
        return _arrivals(user, begins, received_at__lt=until)
    if became == "lapsed":
        lapses = first_lapses(user, first_instant(begins))
        keys = lapses.filter(history_date__lt=until).order_by().values("id")
    else:
        decisions = _decisions(user, begins, *BECAME[became])
        keys = decisions.filter(decided_at__lt=until).values("review")
    return managed_by(user).filter(pk__in=keys)


def causes(user: Any) -> list[tuple[date, list[Cause]]]:
    """Of the same twelve months, the newest first, those in which something lapsed of
    which somebody has said why."""
    since = first_instant(_begins(today())[0])
    rows = lapses_since(user, since).exclude(cause="").order_by()
    counted = rows.annotate(period=TruncMonth("lapsed_at")).values("period", "cause")
    labels = dict(Lapse.Cause.choices)
    by_month: dict[date, list[Cause]] = {}
    for row in counted.annotate(n=Count("pk")).order_by("-period", "cause"):
        month = timezone.localdate(row["period"])
        label = labels.get(row["cause"], row["cause"])
        by_month.setdefault(month, []).append(Cause(label, row["n"]))
    return list(by_month.items())
