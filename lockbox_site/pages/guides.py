"""The guides, as pages: for everybody who works here."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from requests_app.catalogue import guides as kept
from requests_app.workbench.pages import guided


@guided("steg")
def guides(site: Any, request: HttpRequest) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": _("Guides"),
        "guides": [kept.guide(name) for name in kept.GUIDES],
    }
    return TemplateResponse(request, "lockbox/guide/index.html", context)


@guided("steg")
def guide(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    if name not in kept.GUIDES:
        raise Http404
    one = kept.guide(name)
    context = {**site.each_context(request), "title": one.title, "guide": one}
    return TemplateResponse(request, "lockbox/guide/page.html", context)
