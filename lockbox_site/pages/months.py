"""Numbers month by month, for whoever manages the work."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from requests_app.permissions.roles import manages
from requests_app.selectors.answered_in_time import shares
from requests_app.selectors.charts import chart
from requests_app.selectors.months import causes, months
from requests_app.workbench.pages import guided


@guided("arbetsflode#manad-for-manad")
def month_by_month(site: Any, request: HttpRequest) -> HttpResponse:
    if not manages(request.user):
        raise PermissionDenied
    record("overview.months_read", by=request.user, kind=Kind.READ)
    rows = months(request.user)
    begins = [month.begins for month in rows]
    shown = {
        _("Came in"): [month.arrived for month in rows],
        _("Decided"): [month.decided for month in rows],
        _("Lapsed without a decision"): [month.lapsed for month in rows],
        _("Median time to a decision (minutes)"): [month.minutes for month in rows],
    }
    context = {
        **site.each_context(request),
        "title": _("Month by month"),
        "months": rows,
        "causes": causes(request.user),
        "shares": list(shares(request.user, begins[0])),
        "charts": [
            chart(title, begins, values, unfinished=begins[-1])
            for title, values in shown.items()
        ],
    }
    return TemplateResponse(request, "lockbox/overview/months.html", context)
