"""A selection on its way out: as CSV, as JSON Lines with proofs, or as a report; put
on record before the first row leaves, with what was asked for."""

import base64
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
from audit_app.sealing.proof import Inclusion, inclusions, newest_cosigned
from requests_app.auditing.page import Audit
from requests_app.documents.render import NotDrawn, pdf_of
from requests_app.registers.csv_file import written

FORMATS = (("csv", "CSV"), ("jsonl", "JSON Lines"), ("pdf", "PDF"))
# A report is read by people.
LONGEST_REPORT = 1_000
# Rows whose proofs are asked for at once.
PIECE = 500


class Out(NamedTuple):
    """A row on its way out: values beside the headings, and its line of the ledger.
    `is_open`: may the line itself be told, and not only its hash?"""

    cells: list[str]
    entry: int | None
    is_open: bool


class Selection(NamedTuple):
    """`rows` gives each of them, however many there are."""

    name: str
    title: str
    headings: list[Any]
    rows: Callable[[], Iterator[Out]]


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
    lines = _csv(selection) if form == "csv" else _proved(selection)
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
        yield _csv_line([written(cell) for cell in row.cells])


def _csv_line(cells: list[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow(cells)
    return text.getvalue()


def _proved(selection: Selection) -> Iterator[str]:
    """First a checkpoint, and then each row with what proves its line against it."""
    names = [str(heading) for heading in selection.headings]
    checkpoint = newest_cosigned(reading.alias())
    yield _json({"checkpoint": checkpoint.cosigned if checkpoint else None})
    size = checkpoint.size if checkpoint else 0
    rows = selection.rows()
    while piece := list(islice(rows, PIECE)):
        entries = [row.entry for row in piece if row.entry is not None]
        proofs = inclusions(entries, size, reading.alias())
        for row in piece:
            line = dict(zip(names, row.cells, strict=True))
            yield _json({**line, "proof": _proof(row, proofs.get(row.entry or 0))})


def _proof(row: Out, found: Inclusion | None) -> dict[str, Any]:
    """As RFC 9162 has it; the line itself where it may be told, else its hash alone."""
    if found is None:
        return {"sealed": False}
    told = {"line": found.payload} if row.is_open else {}
    path = [_base64(one) for one in found.hashes]
    leaf = {"leaf": found.leaf_index, "hash": _base64(found.leaf_hash), "path": path}
    return {"sealed": True, **leaf, **told}


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False) + "\n"


def _report(
    audit: Audit, selection: Selection, asked: dict[str, str], entry: int
) -> HttpResponse:
    rows = list(islice(selection.rows(), LONGEST_REPORT + 1))
    context = {
        "title": selection.title,
        "rows": [
            list(zip(selection.headings, row.cells, strict=True))
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
