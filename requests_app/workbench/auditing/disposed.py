"""A case that has been disposed of: its pages say so, by which list and when."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from requests_app.permissions.disposal import disposed_cases_visible_to
from requests_app.workbench.auditing.page import Audit, shown

CaseView = Callable[[Audit, str], HttpResponse]


def unless_disposed_of(view: CaseView) -> CaseView:
    @wraps(view)
    def page(audit: Audit, number: str) -> HttpResponse:
        try:
            return view(audit, number)
        except Http404:
            rows = disposed_cases_visible_to(audit.user).filter(diary_number=number)
            gone = list(rows.select_related("authority", "item__disposal", "rule"))
            if not gone:
                raise
        return shown(
            audit,
            "lockbox/auditing/disposed.html",
            _("%(number)s has been disposed of") % {"number": number},
            {"case": number},
            on=gone,
            gone=gone,
        )

    return page
