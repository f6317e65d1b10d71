"""The papers by kind: what each says now, as a PDF, and its digest without what the
authority fills in. What changes in the models or in a text changes the digest."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from requests_app.documents.processing import (
    assessment,
    classification,
    processor,
    record,
    schedule,
    staff,
    transfers,
)
from requests_app.documents.processing.sheet import UNFILLED, Facts, Section
from requests_app.documents.render import pdf_of
from requests_app.models import Authority, ProcessingPaper

Kind = ProcessingPaper.Kind
PAPERS: dict[str, tuple[str, Callable[[Facts], list[Section]]]] = {
    Kind.RECORD: ("Registerförteckning enligt artikel 30", record.sections),
    Kind.ASSESSMENT: ("Konsekvensbedömning enligt artikel 35", assessment.sections),
    Kind.STAFF: ("Information till dig som arbetar med Lockbox", staff.sections),
    Kind.RETENTION: ("Gallringsplan", schedule.sections),
    Kind.PROCESSOR: ("Bilaga till biträdesavtal enligt artikel 28", processor.sections),
    Kind.TRANSFERS: ("Bilaga om överföring till tredjeland", transfers.sections),
    Kind.CLASSIFICATION: ("Klassning av Lockbox", classification.sections),
}
BLANK = Facts(*(f"[{name}]" for name in Facts._fields))


@cache
def digest_of(kind: str) -> str:
    """Of what the product itself says, whatever the authority fills in."""
    with translation.override("sv"):
        text = json.dumps(PAPERS[kind][1](BLANK), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digests() -> dict[str, str]:
    return {kind: digest_of(kind) for kind in PAPERS}


def is_of_today(paper: ProcessingPaper) -> bool:
    """Does the product say what it said when the paper was signed?"""
    return paper.digest == digest_of(paper.kind)


def pdf_of_paper(
    paper: ProcessingPaper, authority: Authority, signed_by: list[Any]
) -> bytes:
    """The paper as it reads today. Raises NotDrawn."""
    now = timezone.localtime().replace(microsecond=0)
    title, says = PAPERS[paper.kind]
    facts = Facts(
        authority.name,
        *(
            text or UNFILLED
            for text in (
                paper.contact,
                paper.officer,
                paper.processor,
                paper.contract,
            )
        ),
    )
    with translation.override("sv"):
        html = render_to_string(
            "lockbox/document/processing.html",
            {
                "document": {
                    "language": "sv",
                    "title": title,
                    "heading": title,
                    "foot": f"{title}, {authority.name}",
                    "authority": authority,
                    "subject": authority.name,
                    "made_on": paper.drawn_on or now.date(),
                    "diary_number": paper.diary_number or UNFILLED,
                },
                "sections": says(facts),
                "remarks": paper.remarks,
                "signed_by": signed_by,
                "is_of_today": is_of_today(paper),
                "made_at": now,
            },
        )
    return pdf_of(html)
