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
HEADING_OF_DOCUMENTS = "Beslut om utlämnande av allmänna handlingar"

TRIED: dict[str, str] = {
    HarmTest.Outcome.APPLIES: "sekretess gäller",
    HarmTest.Outcome.DOES_NOT_APPLY: "sekretess gäller inte",
    HarmTest.Outcome.UNLESS_RESERVED: (
        "sekretess gäller om inte ett förbehåll ställs upp"
    ),
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
RIGHT = (
    "2 kap. 2 § tryckfrihetsförordningen",
    "rätten att ta del av allmänna handlingar begränsas endast av sekretess",
)
# By question and answer: what else was applied, and what came of it.
BESIDE: dict[tuple[str, str], tuple[str, str]] = {
    ("N9.transfer", "adequacy"): (
        "Artikel 45 i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på ett beslut om adekvat skyddsnivå",
    ),
    ("N9.transfer", "clauses"): (
        "Artikel 46.2 c i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på standardavtalsklausuler",
    ),
    ("N9.transfer", "bcr"): (
        "Artiklarna 46.2 b och 47 i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på bindande företagsbestämmelser",
    ),
    ("N9.transfer", "none"): (
        "Kapitel V i dataskyddsförordningen, (EU) 2016/679",
        "stöd för överföringen saknas",
    ),
}


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
