"""The papers by kind: what each says now or said when it was signed, as a PDF, and its
digest without what the authority fills in. What changes in the models or in a text
changes the digest."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import unified_diff
from functools import cache
from typing import Any, NamedTuple

from django.utils import timezone, translation

from audit_app import clock
from requests_app.documents.paper import Paper, pdf_of_paper
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
from requests_app.models import ProcessingPaper

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
FACT = re.compile(rf"\[({'|'.join(Facts._fields)})\]")


def text_of(kind: str) -> str:
    """What the product itself says, as JSON: names stand for what the authority fills
    in."""
    with translation.override("sv"):
        return json.dumps(PAPERS[kind][1](BLANK), ensure_ascii=False)


@cache
def digest_of(kind: str) -> str:
    return hashlib.sha256(text_of(kind).encode()).hexdigest()


def digests() -> dict[str, str]:
    return {kind: digest_of(kind) for kind in PAPERS}


def say_today(paper: ProcessingPaper) -> None:
    """What is signed with the paper is what the product says now."""
    paper.drawn_on = timezone.localdate(clock.now())
    paper.wording, paper.digest = text_of(paper.kind), digest_of(paper.kind)


def is_of_today(paper: ProcessingPaper) -> bool:
    """Does the product say what it said when the paper was signed?"""
    return paper.digest == digest_of(paper.kind)


def sections_of(wording: str, paper: ProcessingPaper) -> list[Section]:
    """Of such a text, with what the authority has filled in."""
    facts = Facts(
        paper.authority.name,
        *(
            text or UNFILLED
            for text in (paper.contact, paper.officer, paper.processor, paper.contract)
        ),
    )._asdict()
    filled = FACT.sub(lambda match: json.dumps(facts[match[1]])[1:-1], wording)
    return [Section(*section) for section in json.loads(filled)]


class ChangedLine(NamedTuple):
    """`is_new`: the paper says it today; otherwise it was signed, and is gone."""

    is_new: bool
    text: str


def changed_lines(paper: ProcessingPaper) -> list[ChangedLine]:
    """What the paper says today and did not when it was signed, and the other way."""
    before, after = (
        [line for section in sections_of(wording, paper) for line in _lines(section)]
        for wording in (paper.wording, text_of(paper.kind))
    )
    _from, _to, *diff = list(unified_diff(before, after, n=0, lineterm="")) or [""] * 2
    return [ChangedLine(line[0] == "+", line[1:]) for line in diff if line[0] != "@"]


def _lines(section: Section) -> Iterator[str]:
    yield section.heading
    yield from section.paragraphs
    yield from section.points
    for row in (section.columns, *section.rows):
        if row:
            yield " · ".join(row)


def pdf_of_today(paper: ProcessingPaper, signed_by: list[Any]) -> bytes:
    """As it reads today: a draft, where that is not what was signed. Raises
    NotDrawn."""
    wording = text_of(paper.kind)
    if signed_by and is_of_today(paper):
        return _pdf(paper, wording, paper.drawn_on, signed_by)
    return _pdf(paper, wording, timezone.localdate(clock.now()), [])


def pdf_as_signed(paper: ProcessingPaper, signed_by: list[Any]) -> bytes:
    """As it read when it was signed, whatever the product says now. Raises NotDrawn."""
    return _pdf(paper, paper.wording, paper.drawn_on, signed_by)


@translation.override("sv")
def _pdf(
    paper: ProcessingPaper, wording: str, made_on: date, signed_by: list[Any]
) -> bytes:
    title, _says = PAPERS[paper.kind]
    name, number = paper.authority.name, paper.diary_number or UNFILLED
    return pdf_of_paper(
        Paper(title, name, paper.authority, name, made_on, number),
        sections_of(wording, paper),
        timezone.now(),
        "lockbox/document/processing.html",
        remarks=paper.remarks,
        signed_by=signed_by,
        signed_before=paper.drawn_on,
    )
