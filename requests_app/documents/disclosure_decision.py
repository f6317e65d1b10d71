"""The authority's decision on a hand-out as a paper, with how it is appealed. In
Swedish, as other papers are."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation

from requests_app.catalogue import courts
from requests_app.documents.appeal import (
    BY_DOCUMENT,
    BY_DOCUMENT_OF_COMPANY,
    Appeal,
    three_weeks_after,
)
from requests_app.documents.disclosure_answer import provisions_of
from requests_app.documents.drafting.words import day_in_words
from requests_app.documents.paper import Paper, pdf_of_paper
from requests_app.documents.processing.sheet import Section
from requests_app.models import (
    Authority,
    DelegationRule,
    DisclosureDecision,
    DisclosureRequest,
)
from requests_app.words.phrases import listed

TITLE = "Beslut om utlämnande av allmänna handlingar"
Outcome = DisclosureDecision.Outcome
DECIDED: dict[str, str] = {
    Outcome.REFUSED: "{authority} avslår begäran i den del som inte har lämnats ut.",
    Outcome.PARTLY: (
        "{authority} bifaller begäran i den del som framgår av skälen och avslår den i"
        " övrigt."
    ),
    Outcome.GRANTED: "{authority} bifaller begäran. Handlingarna lämnas ut.",
}


def notice_for(authority: Authority) -> Appeal:
    """To the administrative court of appeal (OSL 6:7-8; of a company, 6:11)."""
    court = courts.court_of_appeal(authority.administrative_court)
    is_company = authority.kind == Authority.Kind.COMPANY
    return Appeal(court, BY_DOCUMENT_OF_COMPANY if is_company else BY_DOCUMENT)


def last_day_of(decision: DisclosureDecision) -> date | None:
    """Of appeal; None where it has not been served, or nothing was refused."""
    if decision.served_at is None or not decision.goes_against:
        return None
    return three_weeks_after(decision.served_at)


@translation.override("sv")
def paper_on(
    row: DisclosureRequest,
    outcome: str,
    reasons: str,
    rule: DelegationRule,
    by: Any,
    decided_at: datetime,
) -> bytes:
    """PDF/A. Raises NotDrawn."""
    authority = row.authority
    paper = Paper(
        TITLE,
        row.number,
        authority,
        f"{authority}, begäran {row.number}",
        timezone.localdate(decided_at),
        row.number,
        None if outcome == Outcome.GRANTED else notice_for(authority),
    )
    sections = _sections(row, outcome, reasons, rule, by)
    return pdf_of_paper(
        paper, sections, decided_at, "lockbox/document/disclosure_decision.html"
    )


def _sections(
    row: DisclosureRequest, outcome: str, reasons: str, rule: DelegationRule, by: Any
) -> list[Section]:
    came = day_in_words(timezone.localdate(row.received_at))
    on_the = day_in_words(timezone.localdate(row.asked_at)) if row.asked_at else ""
    about = (
        f"En begäran om allmänna handlingar kom in den {came} och fick nummer"
        f" {row.number}. Den besvarades; den {on_the} begärdes ett skriftligt beslut av"
        " myndigheten (6 kap. 3 § offentlighets- och sekretesslagen (2009:400))."
    )
    provisions = listed(sorted(provisions_of(row)))
    law = f"Tillämpade bestämmelser: {provisions}." if provisions else ""
    decider = f"{by}, enligt delegationsordningen punkt {rule.item_no}."
    return [
        Section("Beslut", (DECIDED[outcome].format(authority=row.authority),)),
        Section("Ärendet", (about,)),
        Section("Skäl", tuple(filter(None, (*reasons.splitlines(), law)))),
        Section("Beslutande", (decider,)),
    ]
