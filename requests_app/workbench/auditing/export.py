"""A selection on its way out: as CSV, as JSON Lines with proofs, or as a report; put
on record before the first row leaves, with what was asked for."""

import csv
import io
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from django.db import OperationalError
from django.http import HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from audit_app import clock, reading
from audit_app.ledger import Kind, record
from audit_app.sealing import proved_lines
from audit_app.sealing.believed import newest_cosigned
from audit_app.sealing.proof import inclusions
from audit_app.sealing.proved_lines import proof_in_json
from requests_app.documents.render import NotDrawn, pdf_of
from requests_app.registers.csv_file import written
from requests_app.workbench.auditing.page import Audit
from requests_app.workbench.files import named, saved_as

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
        with reading.as_auditor(), translation.override(language):
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
    return proved_lines.end(rows, "" if is_whole else str(CUT % {"n": rows}))


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
    checkpoint = newest_cosigned(reading.alias())
    yield proved_lines.head(checkpoint)
    size = checkpoint.size if checkpoint else 0
    rows = selection.rows()
    while piece := list(islice(rows, PIECE)):
        entries = [row.entry for row in piece if row.entry is not None]
        proofs = inclusions(entries, size, reading.alias())
        for row in piece:
            line = dict(zip(names, row.cells, strict=True))
            inclusion = proofs.get(row.entry or 0)
            proof = proof_in_json(inclusion, is_open=row.is_open)
            yield proved_lines.in_json({**line, "proof": proof})


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
        "at": clock.now(),
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
