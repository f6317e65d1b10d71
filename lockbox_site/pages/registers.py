"""Registers: csv answer, go live, packages, presets, readiness, register index and
registers csv."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit_app import acting
from audit_app.ledger import Kind, record
from audit_app.queries import numbers_of
from lockbox_site.pages.desk import settle_page
from requests_app.core.pages.steps import guided, refuse_unsaid
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import MANAGERS, authorities_of, has_role
from requests_app.desk.go_live import ROLES, people_at, standing_of, with_facts
from requests_app.organisation.rights import authorities_known_to
from requests_app.oversight.readiness import RUN, needs_of
from requests_app.registers.forms import ImportForm, PackageForm, TakenForm
from requests_app.registers.reference import presets
from requests_app.registers.rights import (
    READERS,
    can_propose_products,
    origins_waiting,
    taking_for,
)
from requests_app.registers.selectors import offers
from requests_app.registers.steps import (
    bring_in,
    confirm_taken,
    propose_product,
    refuse_taken,
    take,
)
from requests_app.registers.tables.files import Register, written
from requests_app.registers.tables.information import REGISTERS

# Rows as a file that spreadsheets open.


def csv_answer(name: str, rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """The headings are the first of the rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerows([written(cell) for cell in row] for row in rows)
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    answer = HttpResponse(
        text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


# What an authority still lacks before its first case.


@guided("arbetsflode#fore-det-forsta-arendet")
def go_live(site: Any, request: HttpRequest, authority_id: int) -> HttpResponse:
    rows = with_facts(authorities_known_to(request.user), acting.now())
    authority = get_object_or_404(rows, pk=authority_id)
    people = people_at(authority)
    standing = standing_of(
        authority,
        request.user,
        people,
        lambda model: site.get_model_admin(model).get_queryset(request),
    )
    lacks = [one for one in standing if not one.is_met]
    context = {
        **site.each_context(request),
        "title": _("Before the first case: %(name)s") % {"name": authority},
        "authority": authority,
        "lacks": lacks,
        "lacks_people": any(one.need.page == ROLES for one in lacks),
        "takes_packages": taking_for(request.user).exists(),
        "plans": has_role(request.user, *MANAGERS, authority=authority.pk),
        "makes_accounts": has_role(request.user, Role.SYSTEM_ADMINISTRATOR),
        "account_makers": people.make_accounts(),
        "has": [one for one in standing if one.is_met],
    }
    return TemplateResponse(request, "lockbox/go_live/page.html", context)


# Packages: looked at beside what stands, taken as drafts, and settled by another.


def packages_urls(page: Callable[..., Any]) -> list[URLPattern]:
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


# Products that are known beforehand, to be proposed with their clocks.


@guided("forsta-stegen#produkt-och-anslutning")
def product_presets(site: Any, request: HttpRequest) -> HttpResponse:
    if not can_propose_products(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _propose(request)
    context = {
        **site.each_context(request),
        "title": _("Products known beforehand"),
        "offers": offers(request.user),
    }
    return TemplateResponse(request, "lockbox/register/presets.html", context)


def _propose(request: HttpRequest) -> HttpResponse:
    chosen = [one for one in presets() if one.key == request.POST.get("preset")]
    if not chosen:
        raise Http404
    try:
        change = propose_product(chosen[0], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = _("Waits for a second person: %(name)s.")
        messages.warning(request, text % {"name": change})
    return HttpResponseRedirect(reverse("admin:product_presets"))


# Is everything in place at the providers before a request comes?


@guided("arbetsflode#redo-innan-det-kommer")
def readiness(site: Any, request: HttpRequest) -> HttpResponse:
    if not has_role(request.user, *RUN):
        raise PermissionDenied
    record("readiness.read", by=request.user, kind=Kind.READ)
    connections = needs_of(request.user)
    context = {
        **site.each_context(request),
        "title": _("Ready before it comes"),
        "connections": connections,
        "lacking": sum(bool(row.lacks) for row in connections),
    }
    return TemplateResponse(request, "lockbox/readiness/page.html", context)


# The registers: every list that is not in the menu, by what it is about.

SHELVES: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Authorities and people"),
        (
            "authority",
            "secrecybranch",
            "user",
            "roleassignment",
            "firstmanagers",
            "absence",
            "rostergroup",
            "rosterpattern",
            "shift",
            "shiftoffer",
            "delegationrule",
            "boardreport",
            "transparencyreport",
            "archivedelivery",
            "registerchange",
            "consultation",
            "listedreview",
            "noticechannel",
            "noticeladder",
            "disclosuretariff",
            "readinglimit",
            "retentionrule",
            "registerpage",
            "disposalrule",
            "disposaldate",
            "disposal",
            "disposedcase",
            "accessibilitystatement",
            "processingpaper",
            "publisher",
        ),
    ),
    (
        gettext_lazy("Information and objects"),
        (
            "informationset",
            "standingassessment",
            "cloudobject",
            "cloudsystem",
            "classificationlabel",
        ),
    ),
    (
        gettext_lazy("Providers"),
        (
            "provider",
            "providerproduct",
            "connection",
            "contractclient",
            "mailrule",
            "accessevent",
            "providerlog",
            "loggap",
            "reconciliationrule",
            "arrival",
            "comparison",
            "sidedoor",
            "supportticket",
            "freeze",
            "drill",
            "alteration",
            "deviation",
            "subsequentreview",
            "lapse",
            "incidentduty",
        ),
    ),
    (gettext_lazy("Law"), ("provision", "statuteparagraph", "replayrun")),
)
IN_MENU = (
    "secrecyreview",
    "accessrequest",
    "delivery",
    "accessgrant",
    "disclosurerequest",
)


class Shelf(NamedTuple):
    title: Any
    # A name and an address each.
    lists: list[tuple[str, str]]


def shelves(registry: dict[Any, Any], request: HttpRequest) -> list[Shelf]:
    """What the person may open; what no shelf names stands on one of its own."""
    visible = {
        model._meta.model_name: model._meta
        for model, model_admin in registry.items()
        if model_admin.has_view_permission(request)
    }
    named = {name for _title, names in SHELVES for name in names} | {*IN_MENU}
    rest = (gettext_lazy("Other"), tuple(name for name in visible if name not in named))
    all_shelves = [
        Shelf(title, _lists(visible, names)) for title, names in (*SHELVES, rest)
    ]
    return [shelf for shelf in all_shelves if shelf.lists]


def _lists(visible: dict[Any, Any], names: Iterable[str]) -> list[tuple[str, str]]:
    return [
        (
            capfirst(str(opts.verbose_name_plural)),
            reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
        )
        for opts in (visible[name] for name in names if name in visible)
    ]


# Registers in and out as CSV: upload, preview, import, export.


def table_links(user: Any) -> list[tuple[Register, int]]:
    """Registers that the person sees or keeps, each with how many rows of it they see:
    one query."""
    seen = [register for register in REGISTERS.values() if _sees(user, register)]
    numbers = numbers_of([register.rows_for(user) for register in seen])
    return list(zip(seen, numbers, strict=True))


@guided("arbetsflode#tva-personer")
def table_page(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    """What the columns are, the way out, and for whoever keeps the rows the way in."""
    register = _register(request, name)
    form = None
    if register.authorities(request.user):
        form = ImportForm(
            request.POST or None,
            request.FILES or None,
            subject=None,
            by=request.user,
        )
    elif request.method == "POST":
        record("table.import", by=request.user, kind=Kind.REFUSAL, table=name)
        raise PermissionDenied
    results = None
    # What gives or takes power on its own page does so by a file.
    gives_power = getattr(site._registry.get(register.model), "gives_power", False)
    if gives_power and form is not None and form.is_bound:
        refuse_unsaid(request, form)
    if form is not None and form.is_bound and form.is_valid():
        results = _bring_in(request, register, form)
        if results is None:
            return HttpResponseRedirect(reverse("admin:table", args=[name]))
    elif form is not None and form.is_bound and form.cleaned_data.get("text"):
        form.keep_text()
    context = {
        **site.each_context(request),
        "title": capfirst(str(register.label)),
        "table": register,
        "form": form,
        "results": results,
        "wrong": sum(bool(row.errors) for row in results or []),
    }
    return TemplateResponse(request, "lockbox/register/csv.html", context)


def _bring_in(request: HttpRequest, register: Register, form: ImportForm) -> Any:
    """The preview; None when the rows are in."""
    cleaned = form.cleaned_data
    # A file that was chosen since is looked at first.
    is_import = "import" in request.POST and cleaned["file"] is None
    try:
        results = bring_in(
            cleaned["text"],
            by=request.user,
            register=register,
            reason=_("import: %(reason)s") % {"reason": cleaned["reason"]},
            preview=not is_import,
        )
    except ValidationError as error:
        form.add_error("file", error)
        return []
    form.keep_text()
    if not is_import or any(row.errors for row in results):
        return results
    text = ngettext(
        "%(n)s row has been read in.", "%(n)s rows have been read in.", len(results)
    )
    messages.success(request, text % {"n": len(results)})
    if waiting := sum(row.state == "waits" for row in results):
        text = ngettext(
            "%(n)s of them waits for a second person.",
            "%(n)s of them wait for a second person.",
            waiting,
        )
        messages.warning(request, text % {"n": waiting})
    return None


def table_export(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    """Rows of the person's authorities, in the columns that the import takes."""
    register = _register(request, name)
    rows = (
        register.rows_for(request.user)
        .select_related(*register.related)
        .prefetch_related(*register.prefetched)
        .order_by("pk")
    )
    lines = [register.cells(row) for row in rows]
    count = len(lines)
    record("table.exported", by=request.user, kind=Kind.EXPORT, table=name, rows=count)
    return csv_answer(name, [[column.label for column in register.columns], *lines])


def _register(request: HttpRequest, name: str) -> Register:
    register = REGISTERS.get(name)
    if register is None or not _sees(request.user, register):
        raise Http404
    return register


def _sees(user: Any, register: Register) -> bool:
    return bool(authorities_of(user, *register.seen_by, *register.kept_by))
