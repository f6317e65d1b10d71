"""What shows only in many cases, with the rule of each beside it."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.forms.audit_period import PeriodForm
from requests_app.selectors.audit.patterns import (
    FEWEST,
    MOST,
    UNUSED,
    pairs,
    times_by_authority,
    unused_rights,
)
from requests_app.workbench.auditing.page import Audit, auditors_page, shown
from requests_app.workbench.pages import guided

YEAR = timedelta(days=365)


@auditors_page
@guided("revisor#monster")
def patterns(audit: Audit) -> HttpResponse:
    """What shows in many cases: of twelve months, where no other time is asked for."""
    form = PeriodForm(audit.request.GET)
    now = clock.now()
    span = (now - YEAR, None)
    if form.is_valid() and form.query():
        span = form.cleaned_data["since"], form.cleaned_data["until"]
    unused = unused_rights(audit.audited, now)
    return shown(
        audit,
        "lockbox/auditing/patterns.html",
        _("Patterns"),
        form.query(),
        form=form,
        times=times_by_authority(audit.user, *span),
        pairs=pairs(audit.user, *span),
        fewest=FEWEST,
        unused=unused[:MOST],
        is_cut=len(unused) > MOST,
        most=MOST,
        days=UNUSED.days,
    )
