"""What was granted and what was used over a time, for those who guard it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from lockbox_site.pages.csv_answer import csv_answer
from requests_app.permissions.acts import sees_doors
from requests_app.selectors.over_all.accesses import Touch
from requests_app.selectors.over_all.answer_time import answer_times
from requests_app.selectors.over_all.hours import (
    USES,
    class_name,
    hours_of,
    product_name,
    provider_name,
    service_name,
)
from requests_app.selectors.over_all.less import NAMED, less_next_time
from requests_app.selectors.over_all.period import DAYS, Period, period_named
from requests_app.selectors.over_all.picture import picture_of
from requests_app.workbench.pages import guided


def urls(page: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("right-now/over-all/", page(over_all), name="over_all"),
        path(
            "right-now/over-all/csv/<slug:table>/",
            page(over_all_csv),
            name="over_all_csv",
        ),
    ]


def period_of(request: HttpRequest) -> Period:
    """Raises PermissionDenied."""
    if not sees_doors(request.user):
        raise PermissionDenied
    return period_named(request.GET.get("period", ""))


@guided("arbetsflode#beviljat-och-anvant")
def over_all(site: Any, request: HttpRequest) -> HttpResponse:
    period = period_of(request)
    record("over_all.read", by=request.user, kind=Kind.READ, period=period.name)
    hours = hours_of(request.user, period)
    products = hours.by(product_name)
    tables = [
        (_("By product"), _("Product"), products),
        (_("By provider"), _("Provider"), hours.by(provider_name)),
        (_("By class"), _("Class"), hours.by(class_name)),
        (_("By what it was for"), _("Service"), hours.by(service_name)),
    ]
    context = {
        **site.each_context(request),
        "title": _("Granted and used"),
        "period": period,
        "periods": DAYS,
        "hours": hours,
        "tables": tables,
        "picture": picture_of(products),
        "times": answer_times(request.user, period),
        "less": less_next_time(request.user, period),
        "most": NAMED,
    }
    return TemplateResponse(request, "lockbox/over_all/page.html", context)


@guided("arbetsflode#beviljat-och-anvant")
def over_all_csv(_site: Any, request: HttpRequest, table: str) -> HttpResponse:
    period = period_of(request)
    if table not in TABLES:
        raise Http404
    record(
        "over_all.exported",
        by=request.user,
        kind=Kind.EXPORT,
        period=period.name,
        table=table,
    )
    return csv_answer(f"{table}-{period.name}", TABLES[table](request.user, period))


def _used(user: Any, period: Period) -> Iterable[Iterable[Any]]:
    """Each kind that came out alike, to be added up in a spreadsheet; and the hours in
    which anything was seen, once for each kind."""
    hours = hours_of(user, period)
    touches = dict(Touch.choices)
    yield [
        _("Provider"),
        _("Product"),
        _("Class"),
        _("Service"),
        _("Use"),
        _("What was touched"),
        _("Accesses"),
        _("Granted hours"),
        _("Hours in which anything was seen"),
    ]
    for line in hours.lines:
        yield [
            line.kind.provider,
            line.kind.product,
            class_name(line.kind),
            service_name(line.kind),
            USES[line.use],
            touches[line.touch],
            line.number,
            round(line.hours, 2),
            "",
        ]
    for kind, used in hours.used.items():
        names = [class_name(kind), service_name(kind)]
        yield [kind.provider, kind.product, *names, "", "", "", "", used]


def _answers(user: Any, period: Period) -> Iterable[Iterable[Any]]:
    yield [
        _("Provider"),
        _("Product"),
        _("Requests"),
        _("Answered in time"),
        _("Answered too late"),
        _("Answered, no time set"),
        _("Not answered"),
        _("Median time to an answer (minutes)"),
        _("Share of the time, half of the answers at most (percent)"),
        _("Share of the time, nine of ten at most (percent)"),
    ]
    for row in answer_times(user, period):
        *names, median, share, most = row
        minutes = "" if median is None else int(median.total_seconds() // 60)
        known = ["" if value is None else value for value in (share, most)]
        yield [*names, minutes, *known]


TABLES = {"used": _used, "answers": _answers}
