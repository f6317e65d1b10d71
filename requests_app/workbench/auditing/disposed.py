"""A case that has been disposed of: its pages say so, by which list and when."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.utils.translation import gettext as _

from requests_app.permissions.disposal import disposed_cases_visible_to
from requests_app.selectors.audit.case import cases_numbered
from requests_app.workbench.auditing.page import Audit, shown

CaseView = Callable[[Audit, str], HttpResponse]


def unless_disposed_of(view: CaseView) -> CaseView:
    @wraps(view)
    def page(audit: Audit, number: str) -> HttpResponse:
        if cases_numbered(audit.user, number):
            return view(audit, number)
        rows = disposed_cases_visible_to(audit.user).filter(diary_number=number)
        gone = list(rows.select_related("authority", "item__disposal", "rule"))
        if not gone:
            return view(audit, number)
        return shown(
            audit,
            "lockbox/auditing/disposed.html",
            _("%(number)s has been disposed of") % {"number": number},
            {"case": number},
            on=gone,
            gone=gone,
        )

    return page
