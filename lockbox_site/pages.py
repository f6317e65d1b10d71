"""Pages of the workbench that belong to no single model."""

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app.ledger import Kind, record
from lockbox_site.table_pages import table_export, table_page
from requests_app import permissions
from requests_app.forms.overview import HandOverForm
from requests_app.forms.search import SearchForm
from requests_app.models import UnsentForm
from requests_app.selectors.coverage import KEEPERS, gaps_for
from requests_app.selectors.overview import open_cases_of, overview_for
from requests_app.selectors.search.texts import search
from requests_app.workflow import assignment
from requests_app.workflow.step import WrongState
from requests_app.workflow.unsent_form import forget_unsent_form


def urls(site: Any) -> list[URLPattern]:
    def page(view: Callable[..., HttpResponse]) -> Any:
        return site.admin_view(update_wrapper(partial(view, site), view))

    return [
        path("search/", page(text_search), name="search"),
        path("draft/forget/", page(forget), name="forget_draft"),
        path("overview/", page(overview), name="overview"),
        path("overview/<int:person_id>/", page(hand_over), name="hand_over"),
        path("coverage/", page(coverage), name="coverage"),
        path("tables/<slug:name>/", page(table_page), name="table"),
        path("tables/<slug:name>/csv/", page(table_export), name="table_export"),
    ]


def text_search(site: Any, request: HttpRequest) -> HttpResponse:
    """Words in all that the person may read of cases."""
    if not permissions.roles_of(request.user):
        raise PermissionDenied
    form = SearchForm(request.GET if "q" in request.GET else None, by=request.user)
    hits = None
    if form.is_bound and form.is_valid():
        sought = form.cleaned_data["q"]
        hits = search(request.user, sought, form.narrowing())
        shown = sorted({str(hit.review) for hit in hits.hits})
        detail = {"text": sought, "shown": shown}
        record("text.searched", by=request.user, kind=Kind.READ, **detail)
    context = {
        **site.each_context(request),
        "title": _("Search in cases, decisions and notes"),
        "form": form,
        "found": hits,
    }
    return TemplateResponse(request, "lockbox/search.html", context)


def forget(site: Any, request: HttpRequest) -> HttpResponse:
    """Throw away what one had typed, and begin the form anew."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    path = request.POST.get("path", "")
    draft = get_object_or_404(UnsentForm, person=request.user.pk, path=path)
    forget_unsent_form(request.user, draft.path)
    return HttpResponseRedirect(draft.path)


def overview(site: Any, request: HttpRequest) -> HttpResponse:
    """Load, ages, what waits on whom and what lapsed, for whoever manages the work."""
    if not permissions.manages(request.user):
        raise PermissionDenied
    record("overview.read", by=request.user, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": _("Overview"),
        "overview": overview_for(request.user),
    }
    return TemplateResponse(request, "lockbox/overview.html", context)


def coverage(site: Any, request: HttpRequest) -> HttpResponse:
    """What the map lacks, for whoever keeps it."""
    if not permissions.authorities_of(request.user, *KEEPERS):
        raise PermissionDenied
    record("coverage.read", by=request.user, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": _("Coverage of the map"),
        "gaps": gaps_for(request.user),
    }
    return TemplateResponse(request, "lockbox/coverage.html", context)


def hand_over(site: Any, request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody's open cases, and one form that gives them to somebody else."""
    if not permissions.manages(request.user):
        raise PermissionDenied
    person = get_object_or_404(get_user_model(), pk=person_id)
    if not open_cases_of(person, request.user).exists():
        raise Http404
    form = HandOverForm(request.POST or None, subject=person, by=request.user)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            count = assignment.hand_over(by=request.user, **form.step_fields())
        except WrongState as error:
            form.add_error(None, str(error))
            status = 409
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(
                request,
                ngettext(
                    "%(n)s case has been handed over.",
                    "%(n)s cases have been handed over.",
                    count,
                )
                % {"n": count},
            )
            return HttpResponseRedirect(reverse("admin:overview"))
    context = {
        **site.each_context(request),
        "title": _("Hand over the cases of %(name)s") % {"name": person},
        "page_url": reverse("admin:overview"),
        "form": form,
    }
    return TemplateResponse(request, form.template, context, status=status)
