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


def with_title(person: Any) -> str:
    return f"{person}, {person.title}" if person.title else str(person)


# Inside "10 kap. 2 a § OSL", and before any §.
TOGETHER = re.compile(
    r"(?<=\d) (?=kap\.)|(?<=kap\.) (?=\d)|(?<=\d) (?=\w §)| (?=§)|(?<=§) (?=OSL)"
)


def together(text: str) -> str:
    """No line ends inside the name of a paragraph."""
    return TOGETHER.sub("\u00a0", text)
