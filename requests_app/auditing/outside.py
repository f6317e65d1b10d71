"""What was done outside the application, and where the recorders do not agree."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from requests_app.auditing.page import Audit, auditors_page, shown
from requests_app.selectors.audit.outside import outside_for


@auditors_page
def outside(audit: Audit) -> HttpResponse:
    compares = audit.request.GET.get("compare") == "1"
    found = outside_for(audit.user, audit.audited, compares=compares)
    return shown(
        audit,
        "lockbox/auditing/outside.html",
        _("Outside the system"),
        {"compares": compares},
        found=found,
        compares=compares,
    )
