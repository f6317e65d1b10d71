"""Figures over time, as pictures with the table behind them."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.forms.audit_period import PeriodForm
from requests_app.models import Outcome
from requests_app.models.days import first_instant
from requests_app.selectors.audit.over_time import MOST, Week, last_week, week_of, weeks
from requests_app.selectors.charts import WEEK, chart
from requests_app.workbench.auditing.page import Audit, auditors_page, shown
from requests_app.workbench.pages import guided

WEEKS = 12


@auditors_page
@guided("revisor#monster")
def figures(audit: Audit) -> HttpResponse:
    """Figures over time: of the last twelve weeks, the first of them whole, where no
    other time is asked for."""
    form = PeriodForm(audit.request.GET)
    rows: list[Week] = []
    is_cut = False
    if form.is_valid():
        until = form.cleaned_data["until"] or clock.now()
        first = last_week(until) - timedelta(weeks=WEEKS - 1)
        since = form.cleaned_data["since"] or first_instant(first)
        rows = weeks(audit.user, audit.audited, since, until)
        is_cut = bool(rows) and week_of(since) < rows[0].begins
    begins = [week.begins for week in rows]
    return shown(
        audit,
        "lockbox/auditing/figures.html",
        _("Figures over time"),
        form.query(),
        form=form,
        weeks=rows,
        is_cut=is_cut,
        most=MOST,
        outcomes=Outcome.labels,
        charts=[
            chart(title, begins, values, period=WEEK, unfinished=week_of(clock.now()))
            for title, values in _numbers(rows)
        ],
    )


def _numbers(rows: list[Week]) -> list[tuple[str, list[int]]]:
    return [
        (_("Came in"), [week.arrived for week in rows]),
        (_("Decided"), [week.decided for week in rows]),
        (_("Median time to a decision (minutes)"), [week.minutes for week in rows]),
        (_("Reads"), [week.reads for week in rows]),
    ]
