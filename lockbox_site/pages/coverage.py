"""What the map lacks, for whoever keeps it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from requests_app.permissions.roles import (
    INFORMATION_KEEPERS,
    MAP_KEEPERS,
    authorities_of,
    has_role,
)
from requests_app.selectors.coverage import gaps_for
from requests_app.workbench.pages import guided


@guided("arbetsflode#begart-behovt-och-vad-som-finns")
def coverage(site: Any, request: HttpRequest) -> HttpResponse:
    if not authorities_of(request.user, *MAP_KEEPERS):
        raise PermissionDenied
    record("coverage.read", by=request.user, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": _("Coverage of the map"),
        "gaps": gaps_for(request.user),
        "describes": has_role(request.user, *INFORMATION_KEEPERS),
    }
    return TemplateResponse(request, "lockbox/register/coverage.html", context)
