"""The authority's decision on a hand-out as a paper, with how it is appealed. In
Swedish, as other papers are."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.template.loader import render_to_string
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
from requests_app.documents.processing.sheet import Section
from requests_app.documents.render import pdf_of
from requests_app.models import (
    Authority,
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
    Outcome.RESERVED: (
        "{authority} lämnar ut handlingarna nedan med förbehåll, enligt {law}."
    ),
}
BREACH = (
    "Förbehållet gäller från det att beslutet har delgetts. Den tystnadsplikt som det"
    " medför inskränker rätten att meddela och offentliggöra uppgifter (13 kap. 5 §"
    " offentlighets- och sekretesslagen). Den som bryter mot förbehållet kan dömas till"
    " ansvar (14 kap. 2 § samma lag och 20 kap. 3 § brottsbalken)."
)


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


def law_of(row: DisclosureRequest) -> str:
    """By which a reservation is made: a party has their own (OSL 10:3-4)."""
    paragraph = 4 if row.is_party else 14
    return f"10 kap. {paragraph} § offentlighets- och sekretesslagen (2009:400)"


def paper_of(made: DisclosureDecision) -> bytes:
    """PDF/A, before it is kept. Raises NotDrawn."""
    row, authority = made.request, made.request.authority
    with translation.override("sv"):
        html = render_to_string(
            "lockbox/document/disclosure_decision.html",
            {
                "document": {
                    "language": "sv",
                    "title": TITLE,
                    "heading": TITLE,
                    "foot": f"{TITLE}, {row.number}",
                    "authority": authority,
                    "subject": f"{authority}, begäran {row.number}",
                    "made_on": timezone.localdate(made.decided_at),
                    "diary_number": row.number,
                    "appeal": notice_for(authority) if made.goes_against else None,
                },
                "sections": [*_decided(made), *_why(made)],
                "made_at": timezone.localtime(made.decided_at).replace(microsecond=0),
            },
        )
    return pdf_of(html)


def _decided(made: DisclosureDecision) -> Iterator[Section]:
    row = made.request
    decided = DECIDED[made.outcome]
    yield Section("Beslut", (decided.format(authority=row.authority, law=law_of(row)),))
    if made.prohibition and row.bound:
        names = [f"– {one.name.text}" for one in _reserved(row)]
        bound = f"Förbehållet binder {row.bound.text}."
        words = made.prohibition.text.splitlines()
        yield Section("Förbehåll", (bound, *filter(None, words), BREACH))
        yield Section("Handlingar", tuple(names))


def _reserved(row: DisclosureRequest) -> Any:
    return row.documents.reserved().select_related("name", "reserved_by").order_by("pk")


def _why(made: DisclosureDecision) -> Iterator[Section]:
    row = made.request
    came = day_in_words(timezone.localdate(row.received_at))
    about = (
        f"En begäran om allmänna handlingar kom in den {came} och fick nummer"
        f" {row.number}."
    )
    if row.asked_at:
        on_the = day_in_words(timezone.localdate(row.asked_at))
        about += (
            f" Den besvarades; den {on_the} begärdes ett skriftligt beslut av"
            " myndigheten (6 kap. 3 § offentlighets- och sekretesslagen (2009:400))."
        )
    if made.prohibition:
        by_which = {str(one.reserved_by) for one in _reserved(row)}
    else:
        by_which = provisions_of(row)
    provisions = listed(sorted(by_which))
    law = f"Tillämpade bestämmelser: {provisions}." if provisions else ""
    reasons = filter(None, (*made.reasons.text.splitlines(), law))
    item = made.delegation_rule.item_no
    decider = f"{made.decided_by}, enligt delegationsordningen punkt {item}."
    yield Section("Ärendet", (about,))
    yield Section("Skäl", tuple(reasons))
    yield Section("Beslutande", (decider,))
