"""Of how long a time the pages tell: so many days, this one among them."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.models.days import first_instant

# By the name in addresses, in the order in which they are offered.
DAYS: dict[str, tuple[Any, int]] = {
    "month": (_("the last 30 days"), 30),
    "quarter": (_("the last quarter"), 91),
    "year": (_("the last year"), 365),
}
USUAL = "month"


class Period(NamedTuple):
    name: str
    label: Any
    since: datetime
    until: datetime


def period_named(name: str) -> Period:
    """The usual one, where nothing is called so."""
    known = name if name in DAYS else USUAL
    label, days = DAYS[known]
    now = clock.now()
    first = timezone.localdate(now) - timedelta(days=days - 1)
    return Period(known, label, first_instant(first), now)
