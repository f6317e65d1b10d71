"""Figures over time, as pictures with the table behind them."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.auditing.page import Audit, auditors_page, shown
from requests_app.forms.audit import PeriodForm
from requests_app.models import Outcome
from requests_app.selectors.audit.over_time import Week, weeks

WEEKS = 12
# Of the picture, in its own units.
WIDTH, HEIGHT = 600, 120


class Bar(NamedTuple):
    begins: date
    value: int
    x: float
    y: float
    width: float
    height: float


class Chart(NamedTuple):
    title: Any
    most: int
    bars: list[Bar]


@auditors_page
def figures(audit: Audit) -> HttpResponse:
    """Of the last twelve weeks, where no other time is asked for."""
    form = PeriodForm(audit.request.GET)
    found: list[Week] = []
    if form.is_valid():
        until = form.cleaned_data["until"] or clock.now()
        since = form.cleaned_data["since"] or until - timedelta(weeks=WEEKS - 1)
        found = weeks(audit.user, audit.audited, since, until)
    return shown(
        audit,
        "lockbox/auditing/figures.html",
        _("Figures over time"),
        form.asked(),
        form=form,
        weeks=found,
        outcomes=Outcome.labels,
        charts=[
            _chart(_("Came in"), found, [week.arrived for week in found]),
            _chart(_("Decided"), found, [week.decided for week in found]),
            _chart(
                _("Half were decided within (minutes)"),
                found,
                [week.minutes for week in found],
            ),
            _chart(_("Reads"), found, [week.reads for week in found]),
        ],
    )


def _chart(title: str, found: list[Week], values: list[int]) -> Chart:
    most = max([*values, 1])
    step = WIDTH / max(len(found), 1)
    bars = [
        Bar(
            week.begins,
            value,
            round(number * step, 1),
            round(HEIGHT - HEIGHT * value / most, 1),
            round(step * 0.8, 1),
            round(HEIGHT * value / most, 1),
        )
        for number, (week, value) in enumerate(zip(found, values, strict=True))
    ]
    return Chart(title, most, bars)
