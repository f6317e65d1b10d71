"""What an authority publishes as packages, and newer editions of what it took."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from requests_app.catalogue.starter import NAMES
from requests_app.forms.package import ORIGINAL
from requests_app.forms.publication import PublicationForm, RevokePublicationForm
from requests_app.models import Original
from requests_app.permissions.publication import (
    can_publish,
    can_see_publications,
    originals_to_look_at,
    publications_seen_by,
    publishing_for,
)
from requests_app.selectors.publication import file_name, file_of
from requests_app.workbench.files import saved_as
from requests_app.workbench.pages import guided
from requests_app.workflow.original import look_at
from requests_app.workflow.publication import publish, revoke


def urls(page: Callable[..., Any]) -> list[URLPattern]:
    return [
        path(
            "publications/",
            page(publications),
            name="publications",
        ),
        path("publications/new/", page(new), name="publication_new"),
        path("publications/<int:pk>/", page(one), name="publication"),
        path("publications/<int:pk>/file/", page(as_file), name="publication_file"),
        path(
            "packages/originals/<int:pk>/",
            page(original),
            name="original",
        ),
    ]


@guided("paket#ge-ut")
def publications(site: Any, request: HttpRequest) -> HttpResponse:
    user = request.user
    if not can_see_publications(user):
        raise PermissionDenied
    context = {
        **site.each_context(request),
        "title": _("Published packages"),
        "publications": publications_seen_by(user).select_related("authority"),
        "publishes": publishing_for(user).exists(),
    }
    return TemplateResponse(request, "lockbox/package/publications.html", context)


@guided("paket#ge-ut")
def new(site: Any, request: HttpRequest) -> HttpResponse:
    """Drawn up by one; another reads and confirms it."""
    if not publishing_for(request.user).exists():
        raise PermissionDenied
    form = PublicationForm(request.POST or None, subject=None, by=request.user)
    if form.is_bound and form.is_valid():
        try:
            authority = form.cleaned_data["authority"]
            change = publish(authority, by=request.user, **form.step_fields())
        except ValidationError as error:
            form.add_errors(error)
        else:
            text = _("Waits for a second person: %(name)s.")
            messages.warning(request, text % {"name": change})
            return HttpResponseRedirect(reverse("admin:publications"))
    context = {
        **site.each_context(request),
        "title": _("Publish a package"),
        "form": form,
    }
    return TemplateResponse(request, "lockbox/package/publish.html", context)


@guided("paket#ge-ut")
def one(site: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """What is in it; and, for who publishes, to revoke it."""
    row = get_object_or_404(publications_seen_by(request.user), pk=pk)
    may = can_publish(request.user, row.authority) and row.revoked_on is None
    form = None
    if may:
        form = RevokePublicationForm(request.POST or None, subject=row, by=request.user)
    elif request.method == "POST":
        raise PermissionDenied
    if form is not None and form.is_bound and form.is_valid():
        change = revoke(row, by=request.user, reason=form.cleaned_data["reason"])
        text = _("Waits for a second person: %(name)s.")
        messages.warning(request, text % {"name": change})
        return HttpResponseRedirect(reverse("admin:publications"))
    context = {
        **site.each_context(request),
        "title": str(row),
        "publication": row,
        "form": form,
        "is_sealed": file_of(row) is not None,
    }
    return TemplateResponse(request, "lockbox/package/publication.html", context)


def as_file(_site: Any, request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(publications_seen_by(request.user), pk=pk)
    body = file_of(row)
    if body is None:
        raise Http404
    record("publication.file_taken", by=request.user, on=row, kind=Kind.EXPORT)
    return saved_as(body, "application/json", file_name(row))


@guided("paket#formatet")
def original(site: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """A newer or revoked edition: compare it, or say that one has looked."""
    rows = originals_to_look_at(request.user).select_related("authority")
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        look_at(row, by=request.user)
        messages.success(request, _("It has been looked at, and waits no more."))
        return HttpResponseRedirect(reverse("admin:index"))
    context = {
        **site.each_context(request),
        "title": _("The original has changed: %(name)s") % {"name": row},
        "original": row,
        "source": _source_of(row),
    }
    return TemplateResponse(request, "lockbox/package/original.html", context)


def _source_of(row: Original) -> str:
    """Where the packages' page finds it."""
    sizes = {name: size for size, (name, _title) in NAMES.items()}
    return sizes.get(row.package, f"{ORIGINAL}{row.pk}")
