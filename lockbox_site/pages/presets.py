"""Products that are known beforehand, to be proposed with their clocks."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.catalogue.products import presets
from requests_app.permissions.steps import can_propose_products
from requests_app.selectors.product_preset import offers
from requests_app.workbench.pages import guided
from requests_app.workflow.product_preset import propose_product


@guided("forsta-stegen#produkt-och-anslutning")
def product_presets(site: Any, request: HttpRequest) -> HttpResponse:
    if not can_propose_products(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _propose(request)
    context = {
        **site.each_context(request),
        "title": _("Products known beforehand"),
        "offers": offers(request.user),
    }
    return TemplateResponse(request, "lockbox/register/presets.html", context)


def _propose(request: HttpRequest) -> HttpResponse:
    chosen = [one for one in presets() if one.key == request.POST.get("preset")]
    if not chosen:
        raise Http404
    try:
        change = propose_product(chosen[0], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = _("Waits for a second person: %(name)s.")
        messages.warning(request, text % {"name": change})
    return HttpResponseRedirect(reverse("admin:product_presets"))
