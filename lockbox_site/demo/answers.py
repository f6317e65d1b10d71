"""What the lawyers of Exempelstad answer, and why, where a case says nothing else."""

from typing import Any

from lockbox_site.demo.harm_tests import WHISTLE
from requests_app.law.case import NO_GROUND
from requests_app.law.facts import Basis
from requests_app.law.grounds import grounds_for
from requests_app.law.recipient import is_inside
from requests_app.models import SecrecyReview
from requests_app.models.assessment import Ground
from requests_app.workflow.harm_test import HarmTestInput

TECHNICAL = "Leverantören driver tjänsten för myndighetens räkning, och åtgärden ingår i driften."
USUAL = {
    "N3": "no",
    "N5.transferred": "no",
    "N5.patient": "no",
    "N5.care": "no",
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
    "N7.10-2a.technical": (
        "Den avser att rätta ett tekniskt fel och kräver inte att innehållet läses för"
        " att förstås eller användas."
    ),
    "N7.10-2a.data": "Åtkomsten gäller ett enda objekt.",
    "N7.10-2a.strength": "Styrkan följer av de bestämmelser som gäller.",
    "N7.10-2a.persons": "En tekniker får åtkomst.",
    "N7.10-2a.silence": "Teknikern arbetar utomlands, och avtalet kräver tystnad.",
    "N7.10-2a.foreign_law": "Leverantören har åtagit sig att pröva utländska krav.",
    "N7.10-2a.security": "Åtkomsten är tidsbegränsad och loggad.",
    "N7.10-2a.alternatives": "Andra åtgärder har prövats utan resultat.",
    "N7.10-2a.expectations": "Den enskilde har informerats om molntjänsten.",
    "N7.10-2a.encryption": "Uppgifterna är läsbara under åtgärden.",
    "N7.10-2a.interest": "Leverantören har ingen egen nytta av uppgifterna.",
    "N7.10-2a.suitable": (
        "Åtgärden är avgränsad till ett angivet objekt, och åtkomsten är kortvarig och"
        " loggas."
    ),
    "N8": "Risken består i att uppgifterna förs vidare eller används för något annat.",
    "N10": "Andra åtgärder har prövats utan resultat.",
}


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
    if not set(WHISTLE) <= codes:
        return {}
    return {"N5.whistle": "tested", "N5.whistle.circle": "unseen"}


def known(basis: Basis) -> dict[str, str]:
    rows = basis.proposed_answers.items()
    return {code: row.answer for code, row in rows if row.answer}


def grounded(row: HarmTestInput, ground: str, review: SecrecyReview) -> HarmTestInput:
    """The ground wanted, where it breaks this secrecy; a reservation where that helps."""
    if not row.hinders:
        return row
    if ground == NO_GROUND and row.outcome == "applies_unless_reserved":
        return row._replace(ground=Ground.RESERVATION)
    lawful: Any = grounds_for(row.provision, review)
    return row._replace(ground=ground if ground in lawful else NO_GROUND)
