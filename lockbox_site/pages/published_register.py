"""The register of an authority's cases, as everybody reads it without signing in."""

from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.contrib.admin import site
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lockbox_site.pages.csv_answer import csv_answer
from requests_app.documents.register_data import COLUMNS, cells, description
from requests_app.models import RegisterPage
from requests_app.selectors.published_register import (
    all_entries,
    entries_of_month,
    months_of,
)

HOUR = 3600


def _public(view: Any) -> Any:
    """For everybody, without signing in: gives the view the page that is published at
    the address. An address without one is answered as if there were nothing."""

    @login_not_required
    @require_safe
    @cache_control(public=True, max_age=HOUR)
    @wraps(view)
    def of_page(request: HttpRequest, address: str, **more: Any) -> HttpResponse:
        rows = RegisterPage.objects.select_related("authority")
        page = rows.filter(address=address, is_published=True).first()
        if page is None:
            raise Http404
        answer: HttpResponse = view(request, page, **more)
        return answer

    return of_page


@_public
def published_register(
    request: HttpRequest, page: RegisterPage, month: str = ""
) -> HttpResponse:
    """A month at a time, the newest first; how many there are in all is not told."""
    first, last = months_of(page)
    shown = _month(month) if month else last
    if not first <= shown <= last:
        raise Http404
    context = {
        **site.each_context(request),
        "title": _("Register of cases: %(name)s") % {"name": page.authority},
        "page": page,
        "month": shown,
        "entries": entries_of_month(page, shown),
        "earlier": _beside(shown, -1) if shown > first else None,
        "later": _beside(shown, 32) if shown < last else None,
    }
    return TemplateResponse(request, "lockbox/site/published_register.html", context)


@_public
def published_csv(request: HttpRequest, page: RegisterPage) -> HttpResponse:
    with override("sv"):
        rows = [cells(entry) for entry in all_entries(page)]
    return csv_answer(f"diarium-{page.address}", [COLUMNS, *rows])


@_public
def published_description(request: HttpRequest, page: RegisterPage) -> HttpResponse:
    """By DCAT-AP-SE, for whoever gathers open data."""
    place = request.build_absolute_uri(f"/public/{page.address}")
    return HttpResponse(
        description(page, place), content_type="application/ld+json; charset=utf-8"
    )


def _month(text: str) -> date:
    year, _dash, month = text.partition("-")
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        raise Http404 from None


def _beside(month: date, days: int) -> str:
    return f"{month + timedelta(days=days):%Y-%m}"


urls: list[URLPattern] = [
    path("public/<slug:address>/", published_register, name="published_register"),
    path(
        "public/<slug:address>/register.csv",
        published_csv,
        name="published_register_csv",
    ),
    path(
        "public/<slug:address>/register.jsonld",
        published_description,
        name="published_register_description",
    ),
    path(
        "public/<slug:address>/<str:month>/",
        published_register,
        name="published_register_month",
    ),
]
