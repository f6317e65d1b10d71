"""What was done outside the application, and where the recorders do not agree."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from requests_app.selectors.audit.outside import MOST, outside_for, rows_of_act
from requests_app.workbench.auditing.page import Audit, auditors_page, shown
from requests_app.workbench.auditing.words import rows_in_words
from requests_app.workbench.pages import guided


@auditors_page
@guided("revisor#8-vad-andrades-utanfor-systemet")
def outside(audit: Audit) -> HttpResponse:
    query = audit.request.GET
    if act := query.get("act", "")[:200]:
        return _rows(audit, act)
    compares = query.get("compare") == "1"
    overview = outside_for(audit.user, audit.audited, compares=compares)
    return shown(
        audit,
        "lockbox/auditing/outside.html",
        _("Outside the system"),
        {"compares": compares},
        overview=overview,
        compares=compares,
        most=MOST,
    )


def _rows(audit: Audit, act: str) -> HttpResponse:
    """What was written together: of which case each row is, and what became of it."""
    act_rows = rows_of_act(audit.user, audit.audited, act)
    return shown(
        audit,
        "lockbox/auditing/outside_rows.html",
        _("Rows changed outside the system"),
        {"act": act},
        rows=rows_in_words(audit.site, act_rows.entries),
        is_cut=act_rows.is_cut,
        most=MOST,
    )
