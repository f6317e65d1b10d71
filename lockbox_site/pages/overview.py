"""Overview: coverage, hand over, managed cases, months, over all, right now and
sovereignty."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app.ledger import Kind, record
from lockbox_site.pages.desk import settle_page
from lockbox_site.pages.registers import csv_answer
from requests_app.cases.intake.models.request import deadline_path
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.selectors import clock_in
from requests_app.cases.review.steps.people import assign_several
from requests_app.core.catalogue import country_name
from requests_app.core.figures import chart
from requests_app.core.pages.steps import guided
from requests_app.core.people.rights import (
    INFORMATION_KEEPERS,
    MAP_KEEPERS,
    authorities_of,
    has_role,
    manages,
)
from requests_app.core.queue import Clock, by_end
from requests_app.desk.forms import HandOverForm
from requests_app.desk.overview import (
    LISTS,
    causes,
    knows_of,
    months,
    name_of,
    overview_for,
    remaining_with,
    shares,
)
from requests_app.desk.right_now import (
    DAYS,
    NAMED,
    USES,
    Measured,
    Period,
    Touch,
    answer_times,
    class_name,
    hours_of,
    less_next_time,
    measured,
    period_named,
    picture_of,
    product_name,
    provider_name,
    right_now,
    service_name,
)
from requests_app.duty.roster.coverage import boards_for
from requests_app.duty.selectors import gaps_for
from requests_app.oversight.rights import sees_doors
from requests_app.oversight.selectors import last_days
from requests_app.oversight.selectors import picture_of as picture_of_comparison

# What the map lacks, for whoever keeps it.


@guided("arbetsflode#begart-behovt-och-vad-som-finns")
def coverage(site: Any, request: HttpRequest) -> HttpResponse:
    if not authorities_of(request.user, *MAP_KEEPERS):
        raise PermissionDenied
    record("coverage.read", by=request.user, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": _("Coverage of the map"),
        "gaps": gaps_for(request.user),
        "describes": has_role(request.user, *INFORMATION_KEEPERS),
    }
    return TemplateResponse(request, "lockbox/register/coverage.html", context)


# Somebody's cases, and one form that gives them to somebody else.


@guided("arbetsflode#franvaro")
def hand_over(site: Any, request: HttpRequest, person_id: int) -> HttpResponse:
    """All is ticked from the beginning: what the person has is handed over whole."""
    if not manages(request.user):
        raise PermissionDenied
    person = get_object_or_404(get_user_model(), pk=person_id)
    if not knows_of(request.user, person):
        raise Http404
    is_sent = request.method == "POST"
    form = HandOverForm(
        request.POST if is_sent else None,
        subject=person,
        by=request.user,
        tick_all=not is_sent,
    )
    return settle_page(
        site,
        request,
        form,
        title=_("Hand over the cases of %(name)s") % {"name": person},
        act=assign_several,
        outcome=_handed_over,
        signs=False,
        back=reverse("admin:overview"),
        remaining=remaining_with(person, request.user),
    )


def _handed_over(count: int) -> str:
    return ngettext(
        "%(n)s case has been handed over.", "%(n)s cases have been handed over.", count
    )


# The cases behind a number of the overview.

# So many are shown; how many there are is said.
MOST = 200


@guided("arbetsflode#tilldela")
def managed_cases(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    if not manages(request.user):
        raise PermissionDenied
    if name not in LISTS:
        raise Http404
    listed = LISTS[name]
    chosen = {key: request.GET.get(key, "") for key in listed.of}
    cases = listed.cases(request.user, **chosen)
    rows = cases.select_related("authority", "access_request", "case_officer")
    shown = list(rows.order_by(deadline_path("access_request"), "pk")[:MOST])
    record("overview.cases_read", by=request.user, kind=Kind.READ, list=name)
    context = {
        **site.each_context(request),
        "title": listed.title,
        "person": name_of(request.user, chosen.get("person", "")),
        "number": len(shown) if len(shown) < MOST else cases.count(),
        "lines": sorted(map(_line, shown), key=lambda line: by_end(line[1])),
    }
    return TemplateResponse(request, "lockbox/overview/cases.html", context)


def _line(case: SecrecyReview) -> tuple[SecrecyReview, Clock | None]:
    return case, clock_in(case.access_request, None)


# Numbers month by month, for whoever manages the work.


@guided("arbetsflode#manad-for-manad")
def month_by_month(site: Any, request: HttpRequest) -> HttpResponse:
    if not manages(request.user):
        raise PermissionDenied
    record("overview.months_read", by=request.user, kind=Kind.READ)
    rows = months(request.user)
    begins = [month.begins for month in rows]
    shown = {
        _("Came in"): [month.arrived for month in rows],
        _("Decided"): [month.decided for month in rows],
        _("Lapsed without a decision"): [month.lapsed for month in rows],
        _("Median time to a decision (minutes)"): [month.minutes for month in rows],
    }
    context = {
        **site.each_context(request),
        "title": _("Month by month"),
        "months": rows,
        "causes": causes(request.user),
        "shares": list(shares(request.user, begins[0])),
        "charts": [
            chart(title, begins, values, unfinished=begins[-1])
            for title, values in shown.items()
        ],
    }
    return TemplateResponse(request, "lockbox/overview/months.html", context)


# What was granted and what was used over a time, for those who guard it.


def over_all_urls(page: Callable[..., Any]) -> list[URLPattern]:
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


# Load, ages, what waits on whom and what lapsed, for whoever manages the work.


@guided("arbetsflode#manad-for-manad")
def overview(site: Any, request: HttpRequest) -> HttpResponse:
    if not manages(request.user):
        raise PermissionDenied
    record("overview.read", by=request.user, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": _("Overview"),
        "overview": overview_for(request.user),
        **boards_for(request.user),
    }
    return TemplateResponse(request, "lockbox/overview/page.html", context)


# Who can touch our information right now, for those who guard it.


@guided("arbetsflode#just-nu")
def doors_now(site: Any, request: HttpRequest) -> HttpResponse:
    if not sees_doors(request.user):
        raise PermissionDenied
    record("right_now.read", by=request.user, kind=Kind.READ)
    context = {
        **site.each_context(request),
        "title": _("Who can touch our information right now"),
        "now": right_now(request.user),
        "picture": picture_of_comparison(last_days(request.user)),
    }
    return TemplateResponse(request, "lockbox/right_now/page.html", context)


# What providers claim of their sovereignty, beside what is measured here.


def sovereignty_urls(page: Callable[..., Any]) -> list[URLPattern]:
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
