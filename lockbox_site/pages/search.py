"""Cases by number, object, person, or words in what the person may read of them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from requests_app.forms.search import SearchForm
from requests_app.permissions.roles import roles_of
from requests_app.selectors.search.cases import case_matches
from requests_app.selectors.search.texts import search
from requests_app.workbench.pages import guided


@guided("arbetsflode#sok")
def text_search(site: Any, request: HttpRequest) -> HttpResponse:
    if not roles_of(request.user):
        raise PermissionDenied
    form = SearchForm(request.GET if "q" in request.GET else None, by=request.user)
    results, cases = None, None
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["q"]
        results = search(request.user, text, form.narrowing())
        cases = case_matches(request.user, text.strip())
        reviews = [hit.review for hit in results.hits] + [row.review for row in cases]
        shown = sorted({str(review) for review in reviews})
        record("text.searched", by=request.user, kind=Kind.READ, text=text, shown=shown)
    context = {
        **site.each_context(request),
        "title": _("Search in cases, decisions and notes"),
        "form": form,
        "found": results,
        "cases": cases,
    }
    return TemplateResponse(request, "lockbox/search/page.html", context)
