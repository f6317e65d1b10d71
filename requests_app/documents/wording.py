"""How a document writes what the database holds: Swedish, whoever reads the pages."""

import re
from typing import Any

from requests_app.documents.drafting.forbidding import FORBIDS
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
    Ground.FOREIGN: (
        "8 kap. 3 § OSL",
        "sekretessen hindrar inte utlämnandet (krav från en utländsk myndighet)",
    ),
    Ground.STATISTICS: (
        "24 kap. 8 § tredje stycket OSL",
        "sekretessen hindrar inte utlämnandet (det står klart att ingen skada följer)",
    ),
    Ground.RESERVATION: (
        "10 kap. 14 § OSL",
        "risken undanröjs genom förbehåll",
    ),
}
# Of a refusal: the ground may fail, or break some of the secrecy, or something else
# bar what it breaks.
NOT_ENOUGH = "leder inte till att begäran bifalls"
RIGHT = (
    "2 kap. 2 § tryckfrihetsförordningen",
    "rätten att ta del av allmänna handlingar begränsas endast av sekretess",
)
# By question and answer: what else was applied, and what came of it.
BESIDE: dict[tuple[str, str], tuple[str, str]] = {
    ("N5.transferred", "untested"): (
        "7 kap. 2 § OSL",
        "det är inte utrett vilken sekretess som följer med uppgifterna",
    ),
    ("N5.transferred", "tested"): (
        "7 kap. 2 § OSL",
        "sekretess som kan följa med uppgifterna har prövats",
    ),
    ("N5.patient", "unmet"): (
        "Patientdatalagen (2008:355)",
        "det är inte utrett att kraven är uppfyllda",
    ),
    ("N5.patient", "met"): ("Patientdatalagen (2008:355)", "kraven är uppfyllda"),
    ("N5.care", "others"): (
        "25 kap. 2 § OSL",
        "uppgifterna har gjorts tillgängliga av en annan vård- eller omsorgsgivare",
    ),
    ("N9.processor", "no"): (
        "Artikel 28 i dataskyddsförordningen, (EU) 2016/679",
        "åtgärden täcks inte av ett personuppgiftsbiträdesavtal",
    ),
    ("N9.dpia", "missing"): (
        "Artikel 35 i dataskyddsförordningen, (EU) 2016/679",
        "det är inte utrett att kravet på konsekvensbedömning är uppfyllt",
    ),
    ("N9.dpia", "exists"): (
        "Artikel 35 i dataskyddsförordningen, (EU) 2016/679",
        "en konsekvensbedömning har gjorts",
    ),
}
TRANSFERS: dict[str, tuple[str, str]] = {
    "adequacy": (
        "Artikel 45 i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på ett beslut om adekvat skyddsnivå",
    ),
    "clauses": (
        "Artikel 46.2 c i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på standardavtalsklausuler",
    ),
    "bcr": (
        "Artiklarna 46.2 b och 47 i dataskyddsförordningen, (EU) 2016/679",
        "överföringen stöds på bindande företagsbestämmelser",
    ),
    "none": (
        "Kapitel V i dataskyddsförordningen, (EU) 2016/679",
        "stöd för överföringen saknas",
    ),
}
# By which a foreign authority's demand is tried, as far as each reaches.
OF_SECRETS = ("8 kap. 3 § OSL", "krav från en utländsk myndighet")
OF_PERSONAL_DATA = (
    "Artikel 48 i dataskyddsförordningen, (EU) 2016/679",
    "krav från en utländsk myndighet",
)
UNCOVERED = (
    TRANSFERS["adequacy"][0],
    "överföringen kan inte stödjas på ett beslut om adekvat skyddsnivå",
)

# Of those that stand beside the secrecy: what a refusal rests on.
BARRED_BY = {
    *(rule for (code, answer), rule in BESIDE.items() if answer in FORBIDS[code]),
    TRANSFERS["none"],
    UNCOVERED,
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
