"""Saying again who one is, before a decision is signed."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from lockbox_site.oidc.configured import provider_for
from lockbox_site.sign_in import sessions
from lockbox_site.sign_in.forms import ConfirmForm
from lockbox_site.web.next_address import our_address
from requests_app.workbench.pages import guided


@guided("arbetsflode#inloggningen")
def confirm_identity(site: Any, request: HttpRequest) -> HttpResponse:
    """A link to the identity provider, for whoever signed in there, or a password."""
    back_to = our_address(request, request.GET.get("next"))
    is_elsewhere = bool(request.session.get("signed_in_elsewhere"))
    form = None if is_elsewhere else ConfirmForm(request, request.POST or None)
    if form is not None and form.is_bound and form.is_valid():
        sessions.identify(request)
        user: Any = request.user
        record("user.identity_confirmed", by=user, on=user, kind=Kind.AUTH)
        return HttpResponseRedirect(back_to)
    query = urlencode({"again": "1", "next": back_to})
    context = {
        **site.each_context(request),
        "title": _("Confirm who you are"),
        "form": form,
        "provider": provider_for(request) if is_elsewhere else None,
        "elsewhere": f"{reverse('sign_in_elsewhere')}?{query}",
        "back_to": back_to,
        "is_kept": "draft=1" in back_to,
        **_what_it_is_for(site, request, back_to),
    }
    return TemplateResponse(request, "lockbox/sign_in/confirm.html", context)


def _what_it_is_for(site: Any, request: HttpRequest, address: str) -> dict[str, Any]:
    """The step that waits, and the case or row it is taken of: of what the person may
    see."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return {}
    key, name = match.kwargs.get("object_id"), match.kwargs.get("step_name")
    for page in site._registry.values():
        opts = page.opts
        if key and match.url_name == f"{opts.app_label}_{opts.model_name}_step":
            step = getattr(page, "steps", {}).get(name)
            about = page.get_object(request, key)
            return {"about": about, "step": step.label} if about and step else {}
    return {}
