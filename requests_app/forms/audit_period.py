"""From when to when an auditor asks: by two times, or by a period in words."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.forms.audit_fields import InstantField, NarrowingForm
from requests_app.models.days import first_instant

Days = tuple[date, date]  # the first day, and the one after the last


def _month(day: date, back: int = 0) -> date:
    """The first day of its month, or of one so many months before."""
    number = day.year * 12 + day.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def _quarter(day: date, back: int = 0) -> date:
    return _month(day, (day.month - 1) % 3 + 3 * back)


def _year(day: date, back: int = 0) -> date:
    return date(day.year - back, 1, 1)


DAY, WEEK = timedelta(days=1), timedelta(days=7)
# By today: in the order in which they are offered.
PERIODS: dict[str, tuple[Any, Callable[[date], Days]]] = {
    "today": (_("today"), lambda day: (day, day + DAY)),
    "yesterday": (_("yesterday"), lambda day: (day - DAY, day)),
    "days": (_("the last seven days"), lambda day: (day - WEEK + DAY, day + DAY)),
    "month": (_("this month"), lambda day: (_month(day), day + DAY)),
    "last_month": (_("last month"), lambda day: (_month(day, 1), _month(day))),
    "last_quarter": (_("last quarter"), lambda day: (_quarter(day, 1), _quarter(day))),
    "year": (_("this year"), lambda day: (_year(day), day + DAY)),
    "last_year": (_("last year"), lambda day: (_year(day, 1), _year(day))),
}


class PeriodForm(NarrowingForm):
    period = forms.ChoiceField(
        label=_("Period"),
        choices=[("", "–"), *((name, row[0]) for name, row in PERIODS.items())],
        required=False,
    )
    since = InstantField(label=_("From"))
    until = InstantField(ends=True, label=_("To, not included"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if period := cleaned.get("period"):
            if since or until:
                text = _("Give a period in words, or times: not both.")
                self.add_error("period", text)
            today = timezone.localdate(clock.now())
            days = PERIODS[period][1](today)
            cleaned["since"], cleaned["until"] = map(first_instant, days)
        elif since and until and until <= since:
            self.add_error("until", _("The time ends before it begins."))
        return cleaned
