"""What a data subject is given, as a file to send: what was tested and no more. In
Swedish, as other papers are."""

import json
from typing import Any

from django.utils import timezone, translation

from requests_app.documents.paper import Paper, pdf_of_paper
from requests_app.documents.processing.sheet import Section
from requests_app.models import DataSubjectRequest

TITLE = "Utdrag enligt artikel 15 i dataskyddsförordningen"
JSON, PDF = "json", "pdf"
MEDIA_TYPES = {JSON: "application/json", PDF: "application/pdf"}


def gives_extract(row: DataSubjectRequest) -> bool:
    """Is it an answered request for access, by which something is given?"""
    given = (DataSubjectRequest.Status.GRANTED, DataSubjectRequest.Status.PARTLY)
    return row.kind == DataSubjectRequest.Kind.ACCESS and row.status in given


def extract_of(row: DataSubjectRequest, kind: str) -> bytes:
    """The extract as a file, JSON or PDF/A. Raises NotDrawn without a PDF renderer."""
    return _as_pdf(row) if kind == PDF else _as_json(row)


def _parts(row: DataSubjectRequest) -> list[dict[str, str]]:
    """By case, what is given of it; where all of it is kept back, not even which."""
    rows = row.disclosures.exclude(given=None)
    return [
        {
            "case": str(one.review) if one.review else "",
            "given": one.given.text,
        }
        for one in rows.select_related("review__authority", "given")
        if one.given
    ]


def _as_json(row: DataSubjectRequest) -> bytes:
    body: dict[str, Any] = {
        "authority": row.authority.name,
        "regulation": "(EU) 2016/679",
        "article": row.article,
        "received": timezone.localdate(row.received_at).isoformat(),
        "answered": _answered(row),
        "parts": _parts(row),
    }
    return json.dumps(body, ensure_ascii=False, indent=2).encode() + b"\n"


@translation.override("sv")
def _as_pdf(row: DataSubjectRequest) -> bytes:
    at: Any = row.settled_at
    paper = Paper(
        TITLE,
        row.authority.name,
        row.authority,
        f"Begäran som kom in {timezone.localdate(row.received_at)}",
        timezone.localdate(at),
    )
    sections = [
        Section(
            f"Ur ärende {one['case']}" if one["case"] else "Utanför ärenden",
            one["given"].splitlines(),
        )
        for one in _parts(row)
    ]
    return pdf_of_paper(paper, sections, at, "lockbox/document/extract.html")


def _answered(row: DataSubjectRequest) -> str:
    return timezone.localdate(row.settled_at).isoformat() if row.settled_at else ""
