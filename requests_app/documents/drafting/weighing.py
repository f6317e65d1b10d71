"""What speaks for a disclosure and against it (OSL 10:2 a), in words: one text for each
side, of all the factors that speak that way."""

from collections.abc import Mapping

from requests_app.documents.drafting.case import ReasonedAnswer
from requests_app.documents.drafting.words import paragraph, sentence
from requests_app.words.phrases import listed

FACTORS = "N7.10-2a."
SIDES = {"for": "För", "against": "Mot"}
OPENINGS = {side: f"{word} ett utlämnande talar" for side, word in SIDES.items()}
# What is said of a factor that speaks for, and of one that speaks against.
CLAUSES = {
    "data": (
        "att uppgifterna är av begränsad art och mängd",
        "att uppgifterna till sin art eller mängd är känsliga",
    ),
    "strength": ("att sekretessen är svag", "att sekretessen är stark"),
    "persons": (
        "att få personer får åtkomst till uppgifterna",
        "att många personer kan få åtkomst till uppgifterna",
    ),
    "silence": (
        "att den som utför åtgärden omfattas av en straffsanktionerad tystnadsplikt",
        "att det är osäkert om en straffsanktionerad tystnadsplikt gäller för den som"
        " utför åtgärden",
    ),
    "foreign_law": (
        "att det inte har kommit fram att främmande rätt ger någon annan stats"
        " myndigheter rätt till uppgifterna",
        "att en annan stats myndigheter enligt främmande rätt kan kräva att få del av"
        " uppgifterna",
    ),
    "security": (
        "att åtkomsten omges av tillräckliga säkerhetsåtgärder",
        "att säkerhetsåtgärderna kring åtkomsten brister",
    ),
    "alternatives": (
        "att syftet inte kan nås utan åtkomst",
        "att syftet kan nås på andra sätt än genom åtkomst",
    ),
    "expectations": (
        "att den enskilde kan räkna med att uppgifterna hanteras så",
        "att den enskilde inte kan räkna med att uppgifterna hanteras så",
    ),
    "encryption": (
        "att uppgifterna är krypterade med en nyckel som endast myndigheten har",
        "att uppgifterna är läsbara för mottagaren",
    ),
    "interest": (
        "att mottagaren inte har något eget intresse av uppgifterna",
        "att mottagaren har ett eget intresse av uppgifterna",
    ),
}


def clause(code: str, side: str) -> str:
    """What is said of the factor, by its code in the tree, that speaks that way."""
    return CLAUSES[code.removeprefix(FACTORS)][list(SIDES).index(side)]


def of_side(side: str, answers: Mapping[str, ReasonedAnswer]) -> str:
    """All that speaks that way in one sentence, and what somebody has written of a
    factor of its own after it; empty where nothing does."""
    rows = {name: answers.get(f"{FACTORS}{name}") for name in CLAUSES}
    chosen = {name: row for name, row in rows.items() if row and row.answer == side}
    if not chosen:
        return ""
    clauses = listed(clause(name, side) for name in chosen)
    own = (sentence(row.reasons) for row in chosen.values())
    return paragraph([f"{OPENINGS[side]} {clauses}.", *own])
