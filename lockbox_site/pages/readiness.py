"""Is everything in place at the providers before a request comes?"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from requests_app.permissions.roles import has_role
from requests_app.selectors.readiness import RUN, needs_of
from requests_app.workbench.pages import guided


@guided("arbetsflode#redo-innan-det-kommer")
def readiness(site: Any, request: HttpRequest) -> HttpResponse:
    if not has_role(request.user, *RUN):
        raise PermissionDenied
    record("readiness.read", by=request.user, kind=Kind.READ)
    connections = needs_of(request.user)
    context = {
        **site.each_context(request),
        "title": _("Ready before it comes"),
        "connections": connections,
        "lacking": sum(bool(row.lacks) for row in connections),
    }
    return TemplateResponse(request, "lockbox/readiness/page.html", context)
