"""Packages: looked at beside what stands, taken as drafts, and settled by another."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockbox_site.pages.several import settle_page
from requests_app.forms.package import PackageForm
from requests_app.forms.taken import TakenForm
from requests_app.models import Authority
from requests_app.permissions.package import READERS, origins_waiting, taking_for
from requests_app.permissions.roles import authorities_of
from requests_app.workbench.pages import guided
from requests_app.workflow.package import take
from requests_app.workflow.taken import confirm_taken, refuse_taken


def urls(page: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("packages/", page(packages), name="packages"),
        path(
            "packages/<int:authority_id>/",
            page(taken),
            name="taken",
        ),
    ]


@guided("paket#lasa-in")
def packages(site: Any, request: HttpRequest) -> HttpResponse:
    """Choose one, look at it, take what is ticked."""
    if not taking_for(request.user).exists():
        raise PermissionDenied
    form = PackageForm(
        request.POST or None,
        request.FILES or None,
        initial={"source": request.GET.get("source", "")},
        subject=None,
        by=request.user,
    )
    is_looked_at = form.is_bound and form.is_valid()
    if is_looked_at and form.takes and _take(request, form):
        args = [form.cleaned_data["authority"].pk]
        return HttpResponseRedirect(reverse("admin:taken", args=args))
    context = {
        **site.each_context(request),
        "title": _("Packages"),
        "form": form,
        "is_looked_at": is_looked_at,
        # Only where something does.
        "waiting": [
            authority
            for authority in taking_for(request.user)
            if origins_waiting(authority).exists()
        ],
    }
    return TemplateResponse(request, "lockbox/package/page.html", context)


def _take(request: HttpRequest, form: PackageForm) -> bool:
    """False where something is wrong: it is told on the form, and nothing is taken."""
    form.refuse_undecided()
    if form.errors:
        return False
    rows = take(form.package, by=request.user, typed=form.typed(), chosen=form.chosen)
    form.wrong = {row.entry.key: row.errors for row in rows if row.errors}
    if any(key in form.chosen for key in form.wrong):
        form.add_error(None, _("Nothing has been taken: see what is marked below."))
        return False
    count = len(form.chosen)
    text = ngettext(
        "%(n)s draft waits for a second person.",
        "%(n)s drafts wait for a second person.",
        count,
    )
    messages.success(request, text % {"n": count})
    return True


@guided("paket#lasa-in")
def taken(site: Any, request: HttpRequest, authority_id: int) -> HttpResponse:
    """What waits for a second person, in one sitting."""
    user: Any = request.user
    if authority_id not in authorities_of(user, *READERS):
        raise Http404
    form = TakenForm(
        request.POST if request.method == "POST" else None,
        subject=get_object_or_404(Authority, pk=authority_id),
        by=user,
        tick_all="all" in request.GET,
    )
    return settle_page(
        site,
        request,
        form,
        title=_("From packages: %(name)s") % {"name": form.subject},
        act=refuse_taken if form.stops else confirm_taken,
        outcome=_refused if form.stops else _confirmed,
        back=reverse("admin:packages") if taking_for(user).exists() else "",
    )


def _refused(count: int) -> str:
    return ngettext("%(n)s draft is refused.", "%(n)s drafts are refused.", count)


def _confirmed(count: int) -> str:
    return ngettext(
        "%(n)s draft is confirmed and in force.",
        "%(n)s drafts are confirmed and in force.",
        count,
    )
