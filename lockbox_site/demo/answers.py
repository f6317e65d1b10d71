"""What the lawyers of Exempelstad answer, and why, where a case says nothing else."""

from typing import Any

from requests_app.law.case import NO_GROUND
from requests_app.law.facts import Basis
from requests_app.law.grounds import grounds_for
from requests_app.law.recipient import is_inside
from requests_app.models import Authority, Provision
from requests_app.models.assessment import Ground
from requests_app.workflow.assessment import HarmTestInput

TECHNICAL = (
    "Åtgärden är endast teknisk bearbetning för nämndens räkning. Uppgifterna är"
    " avgränsade, åtkomsten kortvarig och loggad, och avtalet kräver tystnad."
)
USUAL = {
    "N3": "no",
    "N5.transferred": "no",
    "N5.patient": "no",
    "N5.whistle": "no",
    "N7.10-2a.assignment": "yes",
    "N7.10-2a.technical": "yes",
    "N7.10-2a.data": "neutral",
    "N7.10-2a.strength": "neutral",
    "N7.10-2a.persons": "for",
    "N7.10-2a.silence": "neutral",
    "N7.10-2a.foreign_law": "neutral",
    "N7.10-2a.security": "for",
    "N7.10-2a.alternatives": "for",
    "N7.10-2a.expectations": "neutral",
    "N7.10-2a.encryption": "against",
    "N7.10-2a.interest": "for",
    "N7.10-2a.suitable": "not_unsuitable",
    "N8": "yes",
    "N9.processor": "yes",
    "N9.country": "eea",
    "N9.entity": "subcontractor",
    "N9.special": "yes",
    "N9.dpia": "exists",
    "N10": "none",
}
BECAUSE = {
    "N0": "Numret finns i portalen; klientorganisationen och supportärendet är våra.",
    "N7.10-2a.technical": "Felet rättas utan att innehållet läses i sak.",
    "N7.10-2a.data": "Åtkomsten gäller ett enda objekt.",
    "N7.10-2a.strength": "Följer av de bestämmelser som gäller.",
    "N7.10-2a.persons": "En tekniker får åtkomst.",
    "N7.10-2a.silence": "Teknikern arbetar utomlands; avtalet kräver tystnad.",
    "N7.10-2a.foreign_law": "Leverantören har åtagit sig att pröva utländska krav.",
    "N7.10-2a.security": "Åtkomsten är tidsbegränsad och loggad.",
    "N7.10-2a.alternatives": "Andra åtgärder har prövats utan resultat.",
    "N7.10-2a.expectations": "Den enskilde har informerats om molntjänsten.",
    "N7.10-2a.encryption": "Uppgifterna är läsbara under åtgärden.",
    "N7.10-2a.interest": "Leverantören har ingen egen nytta av uppgifterna.",
    "N7.10-2a.suitable": (
        "Åtgärden är kort och avgränsad, och inget annat sätt räcker."
    ),
    "N8": "Med ett förbehåll kan uppgifterna inte föras vidare.",
    "N9.transfer": "Det finns inget underlag för överföringen.",
    "N10": "Andra åtgärder har prövats utan resultat.",
}
WHISTLE = ("OSL-32-3b-st2p1", "OSL-32-3b-st2p2")
Given = tuple[str, str]


def of_recipient(country: str) -> dict[str, str]:
    """What is answered on the transfer to wherever the engineer is."""
    if not country or is_inside(country):
        return {"N9.transfer": "not_needed"}
    if country != "US":
        return {"N9.transfer": "none"}
    answers = {"N9.transfer": "adequacy", "N9.transfer.certified": "yes"}
    return {**answers, "N9.transfer.scope": "yes"}


def of_tests(tested: list[HarmTestInput]) -> dict[str, str]:
    codes = {row.provision.code for row in tested}
    return {"N5.whistle": "tested"} if set(WHISTLE) <= codes else {}


def known(basis: Basis) -> dict[str, str]:
    rows = basis.proposed_answers.items()
    return {code: row.answer for code, row in rows if row.answer}


def grounded(row: HarmTestInput, ground: str, authority: Authority) -> HarmTestInput:
    """The ground wanted, where it breaks this secrecy; a reservation where that helps."""
    if not row.hinders:
        return row
    if ground == NO_GROUND and row.outcome == "applies_unless_reserved":
        return row._replace(ground=Ground.RESERVATION)
    lawful: Any = grounds_for(row.provision, authority)
    return row._replace(ground=ground if ground in lawful else NO_GROUND)


def as_a_rule(provision: Provision) -> Given:
    if provision.code == "OSL-19-3-st2":
        return "struck", "Upphandlingen är avslutad och anbuden offentliga."
    if provision.code in WHISTLE:
        return "struck", "Åtgärden rör inte den delen."
    if provision.harm_test == "absolute":
        return "applies", "Absolut sekretess."
    if provision.harm_test == "reverse":
        return "applies", "Det står inte klart att uppgifterna kan röjas utan men."
    if provision.code == "OSL-21-7":
        return "does_not_apply", "Inget tyder på otillåten behandling."
    return "does_not_apply", "Det kan inte antas att skada eller men följer."


def strictly(provision: Provision) -> Given:
    """Secrecy applies by every provision, for whoever is going to refuse."""
    if provision.harm_test in ("absolute", "reverse"):
        return as_a_rule(provision)
    if provision.code == "OSL-21-7":
        return "applies", "Det kan antas att uppgifterna behandlas otillåtet."
    return "applies", "Det kan antas att skada eller men följer."


def unless_reserved(provision: Provision) -> Given:
    if provision.harm_test == "absolute" or provision.code == "OSL-21-7":
        return as_a_rule(provision)
    return "applies_unless_reserved", "Utan förbehåll finns en risk för men."
