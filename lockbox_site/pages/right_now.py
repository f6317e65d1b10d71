"""Who can touch our information right now, for those who guard it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from requests_app.permissions.acts import sees_doors
from requests_app.selectors.hours_picture import picture_of
from requests_app.selectors.right_now import right_now
from requests_app.selectors.used_hours import last_days
from requests_app.workbench.pages import guided


@guided("arbetsflode#just-nu")
def doors_now(site: Any, request: HttpRequest) -> HttpResponse:
    if not sees_doors(request.user):
        raise PermissionDenied
    record("right_now.read", by=request.user, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": _("Who can touch our information right now"),
        "now": right_now(request.user),
        "picture": picture_of(last_days(request.user)),
    }
    return TemplateResponse(request, "lockbox/right_now/page.html", context)
