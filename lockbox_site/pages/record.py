"""Record: data protection, diary, disposal protocol, own log, processing papers, public
register, publications, published register and retention."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import wraps
from itertools import groupby
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import Resolver404, URLPattern, path, resolve, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from audit_app.ledger import Kind, record
from audit_app.retention import NO_DOCUMENT, Retention
from lockbox_site.pages.registers import csv_answer
from requests_app.audit.forms import OwnLogForm
from requests_app.audit.lines.read import Line as AuditLine
from requests_app.audit.pages.page import Row, address_of, place_in, rows_in_words
from requests_app.audit.selectors.record import looks_at, own_log
from requests_app.cases.review.diary import (
    ENTRY_READERS,
    entries_kept_by,
    entries_visible_to,
    take_number,
    take_out,
)
from requests_app.cases.review.papers.render import NotDrawn
from requests_app.core.pages.steps import guided, saved_as
from requests_app.core.people.models import Role
from requests_app.core.people.rights import has_role
from requests_app.core.retention import NOTICES, PERIODS, REGISTER
from requests_app.core.words.events import READS, read_label
from requests_app.disclosure.forms import NumbersFileForm, PublicRegisterForm
from requests_app.disclosure.papers.reports import COLUMNS, cells, description
from requests_app.disclosure.publication import (
    PublicationForm,
    RevokePublicationForm,
    file_name,
    file_of,
    publish,
    revoke,
)
from requests_app.disclosure.rights import public_registers_of
from requests_app.disclosure.selectors import (
    Entry,
    NumberIn,
    all_entries,
    as_csv,
    entries,
    entries_of_month,
    months_of,
    numbers_in,
    owed_of,
    public_register,
)
from requests_app.privacy.models import ProcessingPaper
from requests_app.privacy.papers import PAPERS, pdf_as_signed, pdf_of_today
from requests_app.privacy.rights import papers_kept_by
from requests_app.privacy.selectors import desk_of, signers_of, standings
from requests_app.records.models import RetentionRule
from requests_app.records.papers import Span, days_with_disposals, pdf_of_protocol
from requests_app.records.rights import retention_seen_by
from requests_app.records.selectors import Counted, days_of_all, last_carried_out
from requests_app.registers.forms import ORIGINAL
from requests_app.registers.models.changes import Original, RegisterPage
from requests_app.registers.reference import NAMES
from requests_app.registers.rights import (
    can_publish,
    can_see_publications,
    originals_to_look_at,
    publications_seen_by,
    publishing_for,
)
from requests_app.registers.steps import look_at

# The data protection officer's desk.


@guided("forsta-stegen#papper-om-behandlingen")
def data_protection(site: Any, request: HttpRequest) -> HttpResponse:
    if not has_role(request.user, Role.DATA_PROTECTION_OFFICER):
        raise PermissionDenied
    context = {
        **site.each_context(request),
        "title": _("Data protection"),
        "desk": desk_of(request.user),
    }
    return TemplateResponse(request, "lockbox/data_protection/page.html", context)


# The authority's own diary system: what it is owed as a file, and its numbers back.


def diary_urls(page: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("diary/", page(diary), name="diary"),
        path("diary/csv/", page(export), name="diary_export"),
    ]


@guided("steg#diariesystemets-nummer")
def diary(site: Any, request: HttpRequest) -> HttpResponse:
    """How much is owed and since when; the list to take out, and to take in again."""
    if not has_role(request.user, *ENTRY_READERS):
        raise PermissionDenied
    entries = entries_visible_to(request.user)
    keeps = has_role(request.user, Role.REGISTRAR)
    form = NumbersFileForm(request.POST or None, request.FILES or None)
    wrong: list[str] = []
    if request.method == "POST":
        entries = _entries_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            rows = numbers_in(form.cleaned_data["file"].read())
        except ValidationError as error:
            form.add_error("file", error)
        else:
            wrong = list(_take(rows, entries, request.user))
            number = len(rows) - len(wrong)
            text = ngettext("%(n)d number taken in.", "%(n)d numbers taken in.", number)
            messages.success(request, text % {"n": number})
            if not wrong:
                return HttpResponseRedirect(reverse("admin:diary"))
    owed = entries.owed()
    context = {
        **site.each_context(request),
        "title": _("The diary system"),
        "form": form,
        "keeps": keeps,
        "wrong": wrong,
        "owed": owed.count(),
        "oldest": owed.order_by("owed_at").first(),
        "disputed": entries.disputed().select_related("review")[:20],
    }
    return TemplateResponse(request, "lockbox/diary_entry/overview.html", context)


def export(_site: Any, request: HttpRequest) -> HttpResponse:
    entries = _entries_of(request)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:diary"))
    rows = owed_of(entries)
    take_out([row.entry for row in rows], by=request.user)
    return csv_answer("diary", as_csv(rows))


def _entries_of(request: HttpRequest) -> Any:
    if not has_role(request.user, Role.REGISTRAR):
        raise PermissionDenied
    return entries_kept_by(request.user)


def _take(rows: list[NumberIn], entries: Any, by: Any) -> Iterator[str]:
    """Each row by itself: what is wrong with those that are not taken in."""
    for row in rows:
        names = {"line": row.line, "ours": row.ours}
        entry = entries.filter(review__diary_number=row.ours).first()
        if entry is None:
            yield _("Row %(line)s: no case here awaits a number as %(ours)s.") % names
            continue
        try:
            is_its = take_number(entry, by=by, number=row.theirs)
        except ValidationError as error:
            yield _("Row %(line)s, %(ours)s: %(why)s") % {
                **names,
                "why": " ".join(error.messages),
            }
            continue
        if not is_its:
            yield (
                _("Row %(line)s, %(ours)s: another number came before. Say which.")
                % names
            )


# The protocol of a disposal, as a PDF: of a year or a day, of an authority or of what
# is nobody's.

NOBODYS = 0


def disposal_protocol_urls(page: Callable[..., Any]) -> list[URLPattern]:
    of_year = "retention/<int:authority_id>/<int:year>/"
    of_day = f"{of_year}<int:month>/<int:day>/"
    return [
        path(
            of_year,
            page(protocol),
            name="disposal_protocol",
        ),
        path(
            of_day,
            page(protocol),
            name="disposal_protocol_of_day",
        ),
    ]


@guided("arbetsflode#bevarande-och-gallring")
def protocol(
    _site: Any,
    request: HttpRequest,
    authority_id: int,
    year: int,
    month: int = 0,
    day: int = 0,
) -> HttpResponse:
    authorities = retention_seen_by(request.user)
    if not authorities:
        raise PermissionDenied
    authority = None
    if authority_id != NOBODYS:
        authority = get_object_or_404(authorities, pk=authority_id)
    span = Span(authority, *_days(year, month, day))
    try:
        body = pdf_of_protocol(span)
    except NotDrawn as error:
        text = _("The paper can not be drawn up here: %(why)s") % {"why": error}
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    record(
        "disposal_protocol.exported",
        by=request.user,
        kind=Kind.EXPORT,
        authority=authority.pk if authority else None,
        since=str(span.first),
        until=str(span.last),
    )
    code = authority.code if authority else "alla"
    name = f"gallringsprotokoll-{code}-{span.first}.pdf"
    answer = HttpResponse(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _days(year: int, month: int, day: int) -> tuple[date, date]:
    try:
        if not month:
            return date(year, 1, 1), date(year, 12, 31)
        return date(year, month, day), date(year, month, day)
    except ValueError as error:
        raise Http404 from error


# My log: what is recorded of the person who looks, and who looked at it.


class Day(NamedTuple):
    day: date
    rows: list[Row]


class Look(NamedTuple):
    """That somebody else looked: at what, and for what purpose where one was asked."""

    line: AuditLine
    page: Any
    purpose: str
    times: int


@guided("arbetsflode#min-logg")
def my_log(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = OwnLogForm(request.GET)
    rows, older = [], None
    if form.is_valid():
        place = place_in(request.GET.get("before", ""))
        log = own_log(user, form.sought(), place)
        rows, older = rows_in_words(site, log.entries), log.older
    context = {
        **site.each_context(request),
        "title": _("My log"),
        "form": form,
        "days": list(_by_day(rows)),
        "older": address_of(form.query(), older) if older else "",
        "newest": address_of(form.query(), None),
        "is_first": "before" not in request.GET,
        "looks": [_look(line) for line in looks_at(user)],
    }
    return TemplateResponse(request, "lockbox/person/own_log.html", context)


def _by_day(rows: list[Row]) -> Iterator[Day]:
    for day, of_day in groupby(rows, key=lambda row: timezone.localdate(row.at)):
        yield Day(day, [*of_day])


def _look(line: AuditLine) -> Look:
    detail = line.detail
    times = int(detail.get("times", 0))
    page = _page(str(detail.get("path", ""))) or read_label(line.event, {})
    return Look(line, page, str(detail.get("purpose", "")), times)


def _page(path: str) -> Any:
    """What the page is called that the line names, if it is one with a name."""
    try:
        return READS.get(f"{resolve(path).url_name}.read", "")
    except Resolver404:
        return ""


# The papers on the processing of personal data: how each stands, and as a PDF.


def processing_papers_urls(page: Callable[..., Any]) -> list[URLPattern]:
    address = "processing/<int:authority_id>/<slug:kind>/"
    signed = f"{address}signed/"
    return [
        path(
            "processing/",
            page(papers),
            name="processing_papers",
        ),
        path(address, page(paper_pdf), name="processing_paper_pdf"),
        path(signed, page(signed_paper_pdf), name="signed_processing_paper_pdf"),
    ]


@guided("forsta-stegen#papper-om-behandlingen")
def papers(site: Any, request: HttpRequest) -> HttpResponse:
    authorities = list(papers_kept_by(request.user))
    if not authorities:
        raise Http404
    context = {
        **site.each_context(request),
        "title": _("Papers on the processing"),
        "authorities": [(one, standings(one)) for one in authorities],
    }
    return TemplateResponse(request, "lockbox/processing/page.html", context)


def paper_pdf(
    _site: Any, request: HttpRequest, authority_id: int, kind: str
) -> HttpResponse:
    """The PDF of a paper as it reads today, with whoever has signed that wording."""
    authority = get_object_or_404(papers_kept_by(request.user), pk=authority_id)
    if kind not in PAPERS:
        raise Http404
    paper = authority.processing_papers.filter(kind=kind).first()
    paper = paper or ProcessingPaper(authority=authority, kind=kind)
    return _answer(pdf_of_today, paper, f"{kind}-{authority.code}")


def signed_paper_pdf(
    _site: Any, request: HttpRequest, authority_id: int, kind: str
) -> HttpResponse:
    """The PDF of a paper as it read when it was signed."""
    papers = ProcessingPaper.objects.filter(authority__in=papers_kept_by(request.user))
    paper = get_object_or_404(papers, authority=authority_id, kind=kind)
    name = f"{kind}-{paper.authority.code}-{paper.drawn_on}"
    return _answer(pdf_as_signed, paper, name)


def _answer(
    draw: Callable[..., bytes], paper: ProcessingPaper, name: str
) -> HttpResponse:
    signed_by = signers_of(paper) if paper.pk else []
    try:
        body = draw(paper, signed_by)
    except NotDrawn as error:
        text = _("The paper can not be drawn up here: %(why)s") % {"why": error}
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


# The public register, which a registrar shows or hands out: on the screen, on paper or
# as CSV. Nobody reads it without signing in.

# So many stand on the page; all of them in the file.
SHOWN = 500


def public_register_urls(page: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("public-register/", page(listing), name="public_register"),
        path(
            "public-register/csv/",
            page(export_public_register),
            name="public_register_export",
        ),
    ]


@guided("arbetsflode#diarieforteckning")
def listing(site: Any, request: HttpRequest) -> HttpResponse:
    form = _form(request)
    shown: list[Entry] = []
    number = 0
    if form.is_valid():
        rows = public_register(**form.cleaned_data)
        number = rows.count()
        shown = list(entries(rows[:SHOWN]))
        _record("public_register.read", request, form, Kind.READ, number)
    context = {
        **site.each_context(request),
        "title": _("Public register"),
        "form": form,
        "criteria": form.cleaned_data,
        "entries": shown,
        "number": number,
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "lockbox/register/public.html", context)


def export_public_register(_site: Any, request: HttpRequest) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        query = request.GET.urlencode()
        return HttpResponseRedirect(f"{reverse('admin:public_register')}?{query}")
    rows = [_cells(entry) for entry in entries(public_register(**form.cleaned_data))]
    _record("public_register.exported", request, form, Kind.EXPORT, len(rows))
    headings = [
        *(_("Diary number"), _("Received"), _("Sender")),
        *(_("Public subject"), _("Status"), _("Decided")),
    ]
    return csv_answer("public-register", [headings, *rows])


def _form(request: HttpRequest) -> PublicRegisterForm:
    if not public_registers_of(request.user).exists():
        raise PermissionDenied
    return PublicRegisterForm(request.GET, by=request.user)


def _record(
    event: str, request: HttpRequest, form: PublicRegisterForm, kind: Kind, rows: int
) -> None:
    criteria = form.cleaned_data
    days = {"since": criteria["since"], "until": criteria["until"]}
    authority = criteria["authority"].pk
    record(event, by=request.user, kind=kind, authority=authority, rows=rows, **days)


def _cells(entry: Entry) -> list[str]:
    received = date_format(localtime(entry.received_at), "Y-m-d")
    if entry.is_left_out:
        left_out = _("left out")
        return [entry.number, received, left_out, left_out, "", ""]
    decided = entry.decided_at
    return [
        *(entry.number, received, entry.sender, entry.subject, entry.state),
        date_format(localtime(decided), "Y-m-d") if decided else "",
    ]


# What an authority publishes as packages, and newer editions of what it took.


def publications_urls(page: Callable[..., Any]) -> list[URLPattern]:
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


# The register of an authority's cases, as everybody reads it without signing in.

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


published_register_urls: list[URLPattern] = [
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


# Retention and disposal: what is kept, for how long, on what basis, and what is held
# beyond its time because somebody still needs it.

HELD = {
    "appeal": ngettext_lazy(
        "%(n)s is kept beyond its time: an appeal of the case is not settled.",
        "%(n)s are kept beyond their time: an appeal of the case is not settled.",
        "n",
    ),
    "reasons": ngettext_lazy(
        "%(n)s is kept beyond its time: reasons are asked for and not given.",
        "%(n)s are kept beyond their time: reasons are asked for and not given.",
        "n",
    ),
    "deviation": ngettext_lazy(
        "%(n)s is kept beyond its time: a deviation in the case is not concluded.",
        "%(n)s are kept beyond their time: a deviation in the case is not concluded.",
        "n",
    ),
    "open": ngettext_lazy(
        "%(n)s is kept beyond its time: the case is not closed.",
        "%(n)s are kept beyond their time: the case is not closed.",
        "n",
    ),
    "data_subject": ngettext_lazy(
        "%(n)s is kept beyond its time: whoever it is of has asked what is kept.",
        "%(n)s are kept beyond their time: those they are of have asked what is kept.",
        "n",
    ),
    "documents": ngettext_lazy(
        "%(n)s is kept beyond its time: somebody waits for official documents.",
        "%(n)s are kept beyond their time: somebody waits for official documents.",
        "n",
    ),
}


class Line(NamedTuple):
    """A period of retention on the page: `days` is None where nobody has decided."""

    label: str
    retention: Retention
    days: int | None
    counted: dict[str, Any]
    holds: list[str]


class Board(NamedTuple):
    name: str
    decision: str
    lines: list[Line]
    years: dict[int, dict[date, int]]
    key: int

    @property
    def beyond(self) -> int:
        """How much is kept beyond its time."""
        counts = (line.counted.get("held", {}).values() for line in self.lines)
        return sum(map(sum, counts))


class Declared(NamedTuple):
    """Kinds of rows that have one rule."""

    retention: Retention
    kinds: list[str]


def retention_urls(page: Callable[..., Any]) -> list[URLPattern]:
    own = path(
        "retention/",
        page(retention),
        name="retention",
    )
    return [own, *disposal_protocol_urls(page)]


@guided("arbetsflode#bevarande-och-gallring")
def retention(site: Any, request: HttpRequest) -> HttpResponse:
    authorities = retention_seen_by(request.user)
    if not authorities:
        raise PermissionDenied
    record("retention.read", by=request.user, kind=Kind.READ)
    last = last_carried_out()
    context = {
        **site.each_context(request),
        "title": _("Retention and disposal"),
        "boards": list(_boards(authorities, last.periods if last else {})),
        "carried_out_at": last.at if last else None,
        "declared": _declared(),
    }
    return TemplateResponse(request, "lockbox/register/retention.html", context)


def _boards(authorities: Any, periods: dict[str, Counted]) -> Iterator[Board]:
    gone = days_with_disposals()
    rules = RetentionRule.objects.in_bulk(
        list(authorities.values_list("pk", flat=True)), field_name="authority_id"
    )
    for authority in authorities:
        rule = rules.get(authority.pk)
        days = {name: getattr(rule, name, None) for name in PERIODS}
        decision = rule.disposal_decision if rule else ""
        key = str(authority.pk)
        lines, years = _lines(days, periods, key), _years(gone.get(key, {}))
        yield Board(authority.name, decision, lines, years, authority.pk)
    of_all = days_of_all()
    lines = _lines(of_all, periods, "")
    label = _("Notices, and to whom they went")
    lines.append(
        _line(label, NOTICES, of_all["notices"], periods.get("notice_rows", {}), "")
    )
    yield Board("", "", lines, _years(gone.get("", {})), NOBODYS)


def _years(days: dict[date, int]) -> dict[int, dict[date, int]]:
    years: dict[int, dict[date, int]] = {}
    for day, number in days.items():
        years.setdefault(day.year, {})[day] = number
    return years


def _lines(
    days: dict[str, int | None], periods: dict[str, Counted], key: str
) -> list[Line]:
    lines = []
    for name, period in PERIODS.items():
        field: Any = RetentionRule._meta.get_field(name)
        label = capfirst(str(field.verbose_name))
        counted = periods.get(name, {})
        lines.append(_line(label, period.retention, days[name], counted, key))
    return lines


def _line(
    label: str, rule: Retention, days: int | None, by_board: Counted, key: str
) -> Line:
    counted = by_board.get(key, {})
    holds = [
        HELD[why] % {"n": number}
        for why, number in sorted(counted.get("held", {}).items())
    ]
    return Line(label, rule, days, counted, holds)


def _declared() -> list[Declared]:
    """Each rule with the kinds of rows that have it, versions with what they are of."""
    kinds: dict[tuple[str, str, int | None], Declared] = {}
    for model in apps.get_models(include_auto_created=True):
        rule = retention_of(model)
        if rule is None or hasattr(model, "instance_type") or model._meta.proxy:
            continue
        key = (str(rule.after), str(rule.basis), rule.days)
        row = kinds.setdefault(key, Declared(rule, []))
        row.kinds.append(str(model._meta.verbose_name_plural))
    return [row._replace(kinds=sorted(set(row.kinds))) for row in kinds.values()]


# How long rows of every table are kept: as its model declares; of other packages'
# models it is said here.

SIGNED_IN = Retention(
    after=gettext_lazy("the sign-in has run out"), basis=NO_DOCUMENT, days=0
)
# Rights by group or by row, and what Django knows its models by: a release writes them.
# Tables of packages that nobody writes here: `check_database` tells of a row.
EMPTY = Retention(
    after=gettext_lazy("nothing is written here"), basis=NO_DOCUMENT, days=0
)
BY_RELEASE = Retention(
    after=gettext_lazy("a release replaces it"), basis=NO_DOCUMENT, days=0
)

OF_OTHERS = {
    "lockbox_site_user_groups": EMPTY,
    "lockbox_site_user_user_permissions": EMPTY,
    "django_admin_log": EMPTY,
    "auth_permission": BY_RELEASE,
    "auth_group_permissions": EMPTY,
    "auth_group": EMPTY,
    "django_content_type": BY_RELEASE,
    "django_session": SIGNED_IN,
    "guardian_userobjectpermission": EMPTY,
    "guardian_groupobjectpermission": EMPTY,
    "account_emailaddress": EMPTY,
    "account_emailconfirmation": EMPTY,
    "allauth_idp_oidc_client": REGISTER,
    "allauth_idp_oidc_token": SIGNED_IN,
}


def retention_of(model: Any) -> Retention | None:
    """What is declared of its rows: a version goes with the row that it is of."""
    live = getattr(model, "instance_type", model)
    return getattr(live, "retention", None) or OF_OTHERS.get(live._meta.db_table)


def retention_of_column(model: Any, column: str) -> Retention | None:
    """Its own, where the column goes earlier; else its row's."""
    rule = retention_of(model)
    return rule.columns.get(column, rule) if rule else None


def undeclared() -> list[str]:
    """Tables of which nothing is declared, and declared columns that no table has."""
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        table, rule = model._meta.db_table, retention_of(model)
        columns = {field.column for field in model._meta.concrete_fields}
        if rule is None:
            wrong.append(table)
        # A history may leave a column out.
        elif not hasattr(model, "instance_type"):
            strays = sorted(rule.columns.keys() - columns)
            wrong += [f"{table}.{name}" for name in strays]
    return wrong
