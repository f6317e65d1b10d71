"""Load, ages, what waits on whom and what lapsed, for whoever manages the work."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from requests_app.permissions.roles import manages
from requests_app.selectors.overview import overview_for
from requests_app.selectors.roster.picture import boards_for
from requests_app.workbench.pages import guided


@guided("arbetsflode#manad-for-manad")
def overview(site: Any, request: HttpRequest) -> HttpResponse:
    if not manages(request.user):
        raise PermissionDenied
    record("overview.read", by=request.user, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": _("Overview"),
        "overview": overview_for(request.user),
        **boards_for(request.user),
    }
    return TemplateResponse(request, "lockbox/overview/page.html", context)
