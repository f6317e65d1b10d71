"""What providers claim of their sovereignty, beside what is measured here."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from lockbox_site.pages.csv_answer import csv_answer
from lockbox_site.pages.over_all import period_of
from requests_app.catalogue.countries import country_name
from requests_app.selectors.over_all.period import DAYS
from requests_app.selectors.over_all.sovereignty import Measured, measured
from requests_app.workbench.pages import guided


def urls(page: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("right-now/sovereignty/", page(sovereignty), name="sovereignty"),
        path(
            "right-now/sovereignty/csv/",
            page(sovereignty_csv),
            name="sovereignty_csv",
        ),
    ]


@guided("arbetsflode#suveranitet-med-belagg")
def sovereignty(site: Any, request: HttpRequest) -> HttpResponse:
    period = period_of(request)
    record("sovereignty.read", by=request.user, kind=Kind.READ, period=period.name)
    context = {
        **site.each_context(request),
        "title": _("Sovereignty with evidence"),
        "period": period,
        "periods": DAYS,
        "products": measured(request.user, period),
    }
    return TemplateResponse(request, "lockbox/sovereignty/page.html", context)


@guided("arbetsflode#suveranitet-med-belagg")
def sovereignty_csv(_site: Any, request: HttpRequest) -> HttpResponse:
    period = period_of(request)
    record(
        "sovereignty.exported", by=request.user, kind=Kind.EXPORT, period=period.name
    )
    rows = measured(request.user, period)
    return csv_answer(f"sovereignty-{period.name}", _lines(rows))


def _lines(products: list[Measured]) -> Iterable[Iterable[Any]]:
    """The rows of the CSV file: for each product one of the whole, and one for each
    place from where its people came in."""
    yield [
        _("Provider"),
        _("Product"),
        _("SEAL level that the provider claims"),
        _("Where it stands"),
        _("Read"),
        _("Country"),
        _("Employer"),
        _("Accesses granted"),
        _("Acts seen"),
        _("Under an approval"),
        _("Outside what was granted"),
        _("Without a grant"),
        _("The provider did not ask"),
        _("Not settled"),
        _("Gaps"),
        _("Gaps not explained"),
        _("Hours not known"),
        _("Connections without a log"),
    ]
    for row in products:
        product = row.product
        names = [product.provider.name, product.name]
        level = product.get_seal_display() or _("claims none")
        claim = [level, product.seal_source, product.seal_read_on or ""]
        acts = [row.under, row.outside, row.without, row.bypasses, row.unclear]
        gaps = row.unknown[:-1]
        whole = [_("all"), _("all"), row.grants.total(), row.seen]
        yield [*names, *claim, *whole, *acts, *gaps]
        for place, grants, seen in row.places:
            country = country_name(place.country) if place.country else ""
            where = [country or _("not said"), place.employer or _("not said")]
            yield [*names, *claim, *where, grants, seen, *[""] * len([*acts, *gaps])]
