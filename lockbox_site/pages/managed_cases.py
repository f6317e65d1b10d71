"""The cases behind a number of the overview."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from audit_app.ledger import Kind, record
from requests_app.models import SecrecyReview
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.roles import manages
from requests_app.selectors.clocks import Clock, by_end, clock_in
from requests_app.selectors.managed_cases import LISTS, name_of
from requests_app.workbench.pages import guided

# So many are shown; how many there are is said.
MOST = 200


@guided("arbetsflode#tilldela")
def managed_cases(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    if not manages(request.user):
        raise PermissionDenied
    if name not in LISTS:
        raise Http404
    listed = LISTS[name]
    chosen = {key: request.GET.get(key, "") for key in listed.of}
    cases = listed.cases(request.user, **chosen)
    rows = cases.select_related("authority", "access_request", "case_officer")
    shown = list(rows.order_by(deadline_path("access_request"), "pk")[:MOST])
    record("overview.cases_read", by=request.user, kind=Kind.READ, list=name)
    context = {
        **site.each_context(request),
        "title": listed.title,
        "person": name_of(request.user, chosen.get("person", "")),
        "number": len(shown) if len(shown) < MOST else cases.count(),
        "lines": sorted(map(_line, shown), key=lambda line: by_end(line[1])),
    }
    return TemplateResponse(request, "lockbox/overview/cases.html", context)


def _line(case: SecrecyReview) -> tuple[SecrecyReview, Clock | None]:
    return case, clock_in(case.access_request, None)
