"""Unusual reading: simple counts, with the rule of each beside it."""

from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.catalogue.working_days import HOURS_IN_WORDS
from requests_app.forms.audit_period import PeriodForm
from requests_app.selectors.audit.reading_habits import MANY, MOST, habits
from requests_app.workbench.auditing.page import Audit, auditors_page, shown

DAYS = 30


@auditors_page
def unusual_reading(audit: Audit) -> HttpResponse:
    """Who has read unusually much: in the last thirty days, where no other time is
    asked for."""
    form = PeriodForm(audit.request.GET)
    rows = []
    if form.is_valid():
        until = form.cleaned_data["until"] or clock.now()
        since = form.cleaned_data["since"] or until - timedelta(days=DAYS)
        query = urlencode({**form.query(), "kind": "read"})
        rows = [
            (row, f"{reverse('admin:audit_person', args=[row.person_id])}?{query}")
            for row in habits(audit.audited, since, until)
        ]
    return shown(
        audit,
        "lockbox/auditing/habits.html",
        _("Unusual reading"),
        form.query(),
        form=form,
        rows=rows[:MOST],
        is_cut=len(rows) > MOST,
        most=MOST,
        days=DAYS,
        many=MANY,
        office_hours=HOURS_IN_WORDS,
    )
