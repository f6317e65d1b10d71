"""Page: export, paging and words."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import DataError, OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting, ledger
from audit_app.acting import Deadline, deadline_of
from audit_app.changes import Field
from audit_app.ledger import Kind, record, record_folded
from audit_app.sealing import sealer
from audit_app.sealing.keys import newest_cosigned
from audit_app.sealing.sealer import inclusions, proof_in_json
from requests_app.audit.lines.read import Entry, Place
from requests_app.audit.steps import Audited, audits
from requests_app.cases.review.papers.render import NotDrawn, pdf_of
from requests_app.core.drafts import resubmission
from requests_app.core.pages.lists import shortened
from requests_app.core.pages.steps import named, saved_as
from requests_app.core.words.events import EVENTS, event_label, read_label, told_of
from requests_app.core.words.texts import redact
from requests_app.registers.tables.files import written

# Every page of the auditor: read only, through the auditor's login, on record.


class Audit(NamedTuple):
    """Who looks through whose record. `as_of`: of a replica, up to when it tells."""

    site: Any
    request: HttpRequest
    audited: Audited
    as_of: datetime | None

    @property
    def user(self) -> Any:
        return self.request.user


# Of an address, in a line.
LONGEST = 200
View = Callable[..., HttpResponse]
PAGES = (
    ("audit", _("Everything"), _("changes, reads, refusals, sign-ins and exports")),
    ("audit_decisions", _("Decisions"), _("how fast, at what hour, by whom")),
    ("audit_roles", _("Roles and delegations"), _("who gave, confirmed and ended")),
    ("audit_reading", _("Unusual reading"), _("much, at night, of others' cases")),
    ("audit_figures", _("Figures over time"), _("week by week, with pictures")),
    ("audit_patterns", _("Patterns"), _("how long it took, pairs, unused rights")),
    ("audit_outside", _("Outside the system"), _("what was changed past it, or cut")),
    (
        "audit_verdict",
        _("What the verdict rests on"),
        _("what is compared, who outside has seen it"),
    ),
    ("audit_saved", _("Audits"), _("a sample drawn by chance, a checklist, a report")),
)


class PageLink(NamedTuple):
    url: str
    label: Any
    about: Any
    here: bool


def page_links(name: str = "") -> list[PageLink]:
    """The auditor's pages; `name` is the one that is shown."""
    return [
        PageLink(reverse(f"admin:{page}"), label, about, page == name)
        for page, label, about in PAGES
    ]


def auditors_page(view: View) -> View:
    """For auditors, and GET: the view gets an Audit in place of site and request."""
    return _auditors(view, ["GET", "HEAD"])


def auditors_form(view: View) -> View:
    """A page of the auditor's where something is typed: read by the auditor's login,
    and what is written is written inside `reading.as_application`."""
    return _auditors(view, ["GET", "HEAD", "POST"])


def _auditors(view: View, methods: list[str]) -> View:
    @wraps(view)
    def looked_at(site: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not audits(request.user):
            raise PermissionDenied
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        try:
            as_of = ledger.as_of()
        except OperationalError:
            return _trouble(request, REPLICA_IS_DOWN)
        try:
            with ledger.as_auditor(), _on_record(request, kwargs):
                audit = Audit(site, request, Audited(request.user), as_of)
                response = view(audit, *args, **kwargs)
                if isinstance(response, TemplateResponse):
                    response.render()
                return response
        except DataError:
            return _trouble(request, OUT_OF_REASON)

    return looked_at


@contextmanager
def _on_record(request: HttpRequest, address: dict[str, Any]) -> Iterator[None]:
    """What was asked for and not shown: for there is no such thing, or it took too
    long."""
    try:
        yield
    except (Http404, OperationalError, DataError) as error:
        if isinstance(error, DataError):
            why = OUT_OF_REASON
        elif isinstance(error, Http404):
            why = _("There is no such thing, or it may not be known of.")
        elif deadline_of(error) is Deadline.STATEMENT:
            why = _("It took too long.")
        else:
            raise
        query = {name: shortened(str(text)) for name, text in request.GET.items()}
        record(
            _event(request),
            by=request.user,
            kind=Kind.REFUSAL,
            asked={**address, **query},
            reason=str(why),
        )
        raise


def _event(request: HttpRequest) -> str:
    return f"{request.resolver_match.url_name}.read"  # type: ignore[union-attr]


REPLICA_IS_DOWN = _(
    "The auditors’ pages read from a copy of the database, which does not answer."
    " Nothing of the record is lost, and all else works: try again in a while, and"
    " tell the system administrator if it lasts."
)
OUT_OF_REASON = _(
    "A row that belongs here holds a time or number that nothing here can have written:"
    " it was changed outside Lockbox. “Outside the system” says which row it is, when"
    " it has been compared; tell the information-security manager now."
)


def _trouble(request: HttpRequest, explanation: Any) -> HttpResponse:
    context = {"explanation": explanation, **resubmission(request, may_resend=True)}
    return render(request, "lockbox/site/trouble.html", context, status=503)


def shown(
    audit: Audit,
    template: str,
    title: str,
    parameters: dict[str, Any],
    on: Sequence[Any] = (),
    people: Iterable[int | None] = (),
    **context: Any,
) -> TemplateResponse:
    """A page, put on record with what was asked of it: of each that it is about, and of
    the people whose lines it shows."""
    name = str(audit.request.resolver_match.url_name)  # type: ignore[union-attr]
    for one in on or [None]:
        record(
            _event(audit.request),
            by=audit.user,
            on=one,
            kind=Kind.READ,
            asked=parameters,
        )
    record_people(audit, people, parameters.get("purpose", ""))
    everything = {
        **audit.site.each_context(audit.request),
        "title": title,
        "audit_pages": page_links(name),
        "as_of": audit.as_of,
        **context,
    }
    return TemplateResponse(audit.request, template, everything)


def record_people(
    audit: Audit, people: Iterable[int | None], purpose: str = ""
) -> None:
    """That lines of what they did are looked at: each of them may know (My log)."""
    others = {str(key) for key in people if key not in (None, audit.user.pk)}
    if others:
        record_folded(
            "person_lines.read",
            by=audit.user,
            kind=Kind.READ,
            table=get_user_model()._meta.db_table,
            rows=others,
            path=audit.request.path[:LONGEST],
            **({"purpose": purpose} if purpose else {}),
        )


# A selection on its way out: as CSV, as JSON Lines with proofs, or as a report; put
# on record before the first row leaves, with what was asked for.

FORMATS = (("csv", "CSV"), ("jsonl", "JSON Lines"), ("pdf", "PDF"))
# A report is read by people.
LONGEST_REPORT = 1_000
MOST_COUNTED = 10_000
# The first line, and the first row: it has been asked for.
AHEAD = 2
CUT = _(
    "Broken off after %(n)s rows: it took too long. Narrow the time, the person or the"
    " case, and take it out again."
)
# Rows whose proofs are asked for at once.
PIECE = 500


class Out(NamedTuple):
    """A row on its way out: values beside the headings, and its line of the ledger.
    `is_open`: may the line itself be told, and not only its hash?"""

    cells: list[str]
    entry: int | None
    is_open: bool


class Selection(NamedTuple):
    """`rows` gives each of them, however many there are; `size` says how many there
    are at most, and no more than MOST_COUNTED + 1. `criteria`: in words, by their
    labels."""

    name: str
    title: str
    headings: list[Any]
    rows: Callable[[], Iterator[Out]]
    size: Callable[[], int]
    criteria: dict[str, str]


def wants_export(audit: Audit) -> bool:
    return audit.request.GET.get("as") in dict(FORMATS)


def exported(audit: Audit, selection: Selection, parameters: dict[str, str]) -> Any:
    form = audit.request.GET["as"]
    entry = record(
        f"{selection.name}.exported",
        by=audit.user,
        kind=Kind.EXPORT,
        asked=parameters,
        format=form,
    )
    if form == "pdf":
        return _report(audit, selection, entry)
    size = _size(selection.size())
    name = f"{selection.name}-{entry}-{size}-{_('rows')}"
    lines = _csv(selection) if form == "csv" else _proved(selection)
    # What takes too long is told while it still can be, and no file begun.
    begun = list(islice(lines, AHEAD))
    kind = "text/csv" if form == "csv" else "application/jsonl"
    end = _csv_end if form == "csv" else _json_end
    answer = StreamingHttpResponse(
        _as_now(_ended(chain(begun, lines), end)),
        content_type=f"{kind}; charset=utf-8",
        headers={"X-Rows": size},
    )
    return named(answer, f"{name}.{form}")


def _size(count: int) -> str:
    """How much is to come: in the file's name, and for download.js."""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def _as_now(lines: Iterator[str]) -> Iterator[bytes]:
    """What is read when the page is long left: by the same login, in the language."""
    language = translation.get_language() or "sv"

    def read() -> Iterator[bytes]:
        with ledger.as_auditor(), translation.override(language):
            for line in lines:
                yield line.encode()

    return read()


def _ended(lines: Iterator[str], end: Callable[[int, bool], str]) -> Iterator[str]:
    """With a last line by which half a file can be told from a whole one."""
    rows = -1  # the first is no row
    try:
        for line in lines:
            yield line
            rows += 1
    except OperationalError:
        yield end(rows, False)
    else:
        yield end(rows, True)


def _csv_end(rows: int, is_whole: bool) -> str:
    text = _("End: %(n)s rows.") if is_whole else CUT
    return _csv_line([f"# {text % {'n': rows}}"])


def _json_end(rows: int, is_whole: bool) -> str:
    return sealer.end(rows, "" if is_whole else str(CUT % {"n": rows}))


def _csv(selection: Selection) -> Iterator[str]:
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    yield "\ufeff" + _csv_line([str(heading) for heading in selection.headings])
    for row in selection.rows():
        yield _csv_line([written(cell) for cell in row.cells])


def _csv_line(cells: list[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow(cells)
    return text.getvalue()


def _proved(selection: Selection) -> Iterator[str]:
    """First a checkpoint, and then each row with what proves its line against it."""
    names = [str(heading) for heading in selection.headings]
    checkpoint = newest_cosigned(ledger.alias())
    yield sealer.head(checkpoint)
    size = checkpoint.size if checkpoint else 0
    rows = selection.rows()
    while piece := list(islice(rows, PIECE)):
        entries = [row.entry for row in piece if row.entry is not None]
        proofs = inclusions(entries, size, ledger.alias())
        for row in piece:
            line = dict(zip(names, row.cells, strict=True))
            inclusion = proofs.get(row.entry or 0)
            proof = proof_in_json(inclusion, is_open=row.is_open)
            yield sealer.in_json({**line, "proof": proof})


def _report(audit: Audit, selection: Selection, entry: int) -> HttpResponse:
    rows = list(islice(selection.rows(), LONGEST_REPORT + 1))
    context = {
        "title": selection.title,
        "rows": [
            list(zip(selection.headings, row.cells, strict=True))
            for row in rows[:LONGEST_REPORT]
        ],
        "is_cut": len(rows) > LONGEST_REPORT,
        "longest": LONGEST_REPORT,
        "criteria": selection.criteria,
        "by": audit.user,
        "at": acting.now(),
        "entry": entry,
        "language": translation.get_language(),
    }
    return drawn_up(
        "lockbox/auditing/report.html", context, f"{selection.name}-{entry}"
    )


def drawn_up(template: str, context: dict[str, Any], name: str) -> HttpResponse:
    """A report as a PDF of this name."""
    try:
        body = pdf_of(render_to_string(template, context))
    except NotDrawn as error:
        text = _("The report can not be drawn up here: %(why)s") % {"why": error}
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    return saved_as(body, "application/pdf", f"{name}.pdf")


# Where in the order of time a page begins, as an address says it.


def place_in(text: str) -> Place | None:
    """Nothing, where the address has been meddled with: the first page."""
    moment, _dot, key = text.rpartition(".")
    if not (moment.isdecimal() and key.isdecimal()) or len(text) > 40:
        return None
    try:
        seconds, micro = divmod(int(moment), 1_000_000)
        at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro)
    except (OverflowError, ValueError, OSError):
        return None
    return Place(at, int(key)) if int(key) < 2**63 else None


def is_first_page(audit: Audit) -> bool:
    return "before" not in audit.request.GET


def turned(audit: Audit, query: dict[str, Any], older: Place | None) -> dict[str, Any]:
    """What the foot of a page in the order of time needs, to turn it."""
    return {
        "older": address_of(query, older) if older else "",
        "is_first": is_first_page(audit),
        "newest": address_of(query, None),
    }


def address_of(query: dict[str, Any], place: Place | None) -> str:
    """The query of a page that asks the same; of the first, for no place."""
    if place is None:
        return f"?{urlencode(query)}" if query else ""
    seconds = int(place.at.replace(microsecond=0).timestamp())
    moment = seconds * 1_000_000 + place.at.microsecond
    return "?" + urlencode({**query, "before": f"{moment}.{place.key}"})


# A line of the ledger as the auditor's pages write it.

# A line may say that it is of a kind there is not: it is told like any other.
KINDS = dict(Kind.choices)


class Note(NamedTuple):
    label: Any
    text: str


class Row(NamedTuple):
    """A line of a list, as it is written on a page and in a file."""

    key: int
    xid: str
    at: datetime
    by: str
    by_id: int | None
    authority: str
    case: str
    case_url: str
    kind: str
    kind_label: Any
    what: str
    name: str
    fields: list[Field]
    notes: list[Note]
    is_hidden: bool
    login: str
    role: str


def rows_in_words(site: Any, entries: list[Entry]) -> list[Row]:
    steps = _steps(site)
    return [_row(entry, steps) for entry in entries]


def _row(entry: Entry, steps: dict[str, dict[str, Any]]) -> Row:
    line = entry.line
    return Row(
        key=line.key,
        xid=line.xid,
        at=line.at,
        by=line.by or gettext("nobody signed in"),
        by_id=line.by_id,
        authority=entry.authority,
        case=entry.sight.number,
        case_url=case_url(entry.sight.number),
        kind=line.kind,
        kind_label=KINDS.get(line.kind, line.kind),
        what=_what(entry, steps),
        name="" if entry.name == entry.sight.number else entry.name,
        fields=entry.fields,
        notes=[Note(*note) for note in told_of(entry.detail)],
        is_hidden=entry.is_hidden,
        login=line.login,
        role=line.role,
    )


def _what(entry: Entry, steps: dict[str, dict[str, Any]]) -> str:
    line = entry.line
    if not entry.sight.views and line.kind in (Kind.CHANGE, Kind.EVENT):
        # Of a named list its number, and that something was done.
        return ""
    if line.kind == Kind.CHANGE:
        did = {
            "insert": pgettext("done to a row", "added"),
            "delete": pgettext("done to a row", "removed"),
            "update": pgettext("done to a row", "changed"),
        }
        return f"{entry.what} – {did.get(line.event, line.event)}"
    if line.event in EVENTS:
        return str(event_label(line.event))
    label = str(read_label(line.event, steps.get(line.table, {})))
    return f"{label}: {entry.what}" if entry.what else label


def _steps(site: Any) -> dict[str, dict[str, Any]]:
    """The steps of each table's pages, by what they are called."""
    return {
        page.opts.db_table: {name: step.label for name, step in page.steps.items()}
        for page in site._registry.values()
        if getattr(page, "steps", None) and not page.opts.proxy
    }


def case_url(number: str) -> str:
    if not number:
        return ""
    return reverse("admin:audit_case", args=[number])


def exactly(at: datetime) -> str:
    """To the second, as a file has it: in the order of time, with the zone."""
    return timezone.localtime(at).isoformat(sep=" ", timespec="seconds")


def changes_in_words(row: Row) -> Iterator[str]:
    """A sentence for each field and note, for files."""
    for field in row.fields:
        yield f"{field.label}: {field.before or '–'} → {field.after or '–'}"
    for note in row.notes:
        yield f"{note.label}: {note.text}"


HEADINGS = [
    _("Entry"),
    _("When"),
    _("Person"),
    _("Authority"),
    _("Case"),
    _("Kind"),
    _("What"),
    _("Name"),
    _("Changes"),
]


def cells(row: Row) -> list[str]:
    """A row's cells in a file, in the order of `HEADINGS`. A file goes further than a
    page: no address that may hold a name goes along. What proves a line is the line as
    it was sealed."""
    protected = [gettext("(protected)")] if row.is_hidden else []
    return [
        str(row.key),
        exactly(row.at),
        row.by,
        row.authority,
        redact(row.case),
        str(row.kind_label),
        row.what,
        redact(row.name),
        redact("\n".join([*protected, *changes_in_words(row)])),
    ]
