"""How a document writes what the database holds: Swedish, whoever reads the pages."""

import re
from typing import Any

from requests_app.models import HarmTest, Outcome
from requests_app.models.assessment import Ground

HEADINGS = {
    Outcome.DISMISSED: "Beslut om avvisning",
    Outcome.STRUCK_OFF: "Beslut om avskrivning",
}
HEADING = "Beslut om åtkomst"

TRIED: dict[str, str] = {
    HarmTest.Outcome.APPLIES: "sekretess gäller",
    HarmTest.Outcome.DOES_NOT_APPLY: "sekretess gäller inte",
    HarmTest.Outcome.UNLESS_RESERVED: "sekretess gäller om inte förbehåll ställs",
}
GROUNDS: dict[str, tuple[str, str]] = {
    Ground.TECHNICAL: (
        "10 kap. 2 a § OSL",
        "sekretessen hindrar inte utlämnandet (teknisk bearbetning eller lagring)",
    ),
    Ground.NECESSARY: (
        "10 kap. 2 § OSL",
        "sekretessen hindrar inte utlämnandet (nödvändigt för verksamheten)",
    ),
    Ground.CONSENT: (
        "12 kap. 2 § OSL",
        "sekretessen hindrar inte utlämnandet (samtycke)",
    ),
    Ground.RESERVATION: (
        "10 kap. 14 § OSL",
        "risken undanröjs genom förbehåll",
    ),
}
NO_GROUND = (
    ("10 kap. 2 och 2 a §§ OSL", "bryter inte sekretessen"),
    ("12 kap. 2 § OSL", "bryter inte sekretessen"),
)
# By question and answer: what else was applied, and what came of it.
BESIDE: dict[tuple[str, str], tuple[str, str]] = {
    ("N9.transfer", "adequacy"): (
        "Artikel 45 i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på ett beslut om adekvat skyddsnivå",
    ),
    ("N9.transfer", "clauses"): (
        "Artikel 46 i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på standardavtalsklausuler",
    ),
    ("N9.transfer", "none"): (
        "Kapitel V i dataskyddsförordningen, (EU) 2016/679",
        "stöd för överföringen saknas",
    ),
    ("N10", "exists"): (
        "5 § förvaltningslagen (2017:900)",
        "ett mindre ingripande sätt finns",
    ),
}
ORDINALS = {"1": "första", "2": "andra", "3": "tredje", "4": "fjärde"}


def citation(told: str) -> str:
    """27 § st 1 p 2 becomes 27 § första stycket 2, as statutes are cited."""
    told = re.sub(r"\bst (\d)", lambda found: f"{ORDINALS[found[1]]} stycket", told)
    return re.sub(r"\bp (\d)", r"\1", told)


def with_title(person: Any) -> str:
    return f"{person}, {person.title}" if person.title else str(person)


# Inside "10 kap. 2 a § OSL" and "(EU) 2023/1795", and before any §.
TOGETHER = re.compile(
    r"(?<=\d) (?=kap\.)|(?<=kap\.) (?=\d)|(?<=\d) (?=\w §)| (?=§)|(?<=§) (?=OSL)"
    r"|(?<=\(EU\)) (?=\d)"
)


def together(text: str) -> str:
    """No line ends inside the name of a paragraph."""
    return TOGETHER.sub("\u00a0", text)


def span(minutes: int) -> str:
    """90 becomes 1 timme och 30 minuter."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append("1 timme" if hours == 1 else f"{hours} timmar")
    if rest or not hours:
        parts.append("1 minut" if rest == 1 else f"{rest} minuter")
    return " och ".join(parts)


def listed(names: tuple[str, ...]) -> str:
    """A, B och C."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} och {names[-1]}"
