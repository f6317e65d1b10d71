"""A selection on its way out: as CSV, as JSON Lines, or as a report; put on record
before the first row leaves, with what was asked for."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.http import HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from audit_app import clock, reading
from audit_app.ledger import Kind, record
from requests_app.auditing.page import Audit
from requests_app.documents.render import NotDrawn, pdf_of
from requests_app.registers.csv_file import written

FORMATS = (("csv", "CSV"), ("jsonl", "JSON Lines"), ("pdf", "PDF"))
# A report is read by people.
LONGEST_REPORT = 1_000


class Selection(NamedTuple):
    """`rows` gives each as values beside the headings, however many there are."""

    name: str
    title: str
    headings: list[Any]
    rows: Callable[[], Iterator[list[str]]]


def wants_export(audit: Audit) -> bool:
    return audit.request.GET.get("as") in dict(FORMATS)


def exported(audit: Audit, selection: Selection, asked: dict[str, str]) -> Any:
    form = audit.request.GET["as"]
    entry = record(
        f"{selection.name}.exported",
        by=audit.user,
        kind=Kind.EXPORT,
        asked=asked,
        format=form,
    )
    if form == "pdf":
        return _report(audit, selection, asked, entry)
    lines = _csv(selection) if form == "csv" else _json_lines(selection)
    kind = "text/csv" if form == "csv" else "application/jsonl"
    answer = StreamingHttpResponse(
        _as_now(lines), content_type=f"{kind}; charset=utf-8"
    )
    return named(answer, f"{selection.name}-{entry}.{form}")


def _as_now(lines: Iterator[str]) -> Iterator[bytes]:
    """What is read when the page is long left: by the same login, in the language."""
    language = translation.get_language() or "sv"

    def read() -> Iterator[bytes]:
        with reading.as_auditor(), translation.override(language):
            for line in lines:
                yield line.encode()

    return read()


def _csv(selection: Selection) -> Iterator[str]:
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    yield "\ufeff" + _csv_line([str(heading) for heading in selection.headings])
    for row in selection.rows():
        yield _csv_line([written(cell) for cell in row])


def _csv_line(cells: list[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow(cells)
    return text.getvalue()


def _json_lines(selection: Selection) -> Iterator[str]:
    names = [str(heading) for heading in selection.headings]
    for row in selection.rows():
        line = dict(zip(names, row, strict=True))
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _report(
    audit: Audit, selection: Selection, asked: dict[str, str], entry: int
) -> HttpResponse:
    rows = list(islice(selection.rows(), LONGEST_REPORT + 1))
    context = {
        "title": selection.title,
        "rows": [
            list(zip(selection.headings, row, strict=True))
            for row in rows[:LONGEST_REPORT]
        ],
        "is_cut": len(rows) > LONGEST_REPORT,
        "longest": LONGEST_REPORT,
        "asked": asked,
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
    return named(HttpResponse(body, content_type="application/pdf"), f"{name}.pdf")


def named(answer: Any, name: str) -> Any:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
