"""The data protection officer's desk."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from requests_app.models import Role
from requests_app.permissions.roles import has_role
from requests_app.selectors.data_protection import desk_of
from requests_app.workbench.pages import guided


@guided("forsta-stegen#papper-om-behandlingen")
def data_protection(site: Any, request: HttpRequest) -> HttpResponse:
    if not has_role(request.user, Role.DATA_PROTECTION_OFFICER):
        raise PermissionDenied
    context = {
        **site.each_context(request),
        "title": _("Data protection"),
        "desk": desk_of(request.user),
    }
    return TemplateResponse(request, "lockbox/data_protection/page.html", context)
