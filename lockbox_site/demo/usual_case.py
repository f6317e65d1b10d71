"""A request of the city's for an invented purpose, and the usual ways it goes."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from lockbox_site.demo.acts import Case
from lockbox_site.demo.harm_tests import strictly
from lockbox_site.demo.objects import OBJECTS
from requests_app.documents.drafting.words import span

# By the kind of object: what is asked for is what can be done to it.
PURPOSES = {
    "mailbox": [
        "Reparera ett skadat objekt som stoppar flytt av e-postlådan",
        "Felsöka regel som tappar inkommande e-post",
        "Kontrollera indexet för sökning i e-postlådan",
    ],
    "site": [
        "Återställa bibliotek som visar fel version av dokument",
        "Undersöka varför webbplatsens sökindex är tomt",
        "Rätta trasiga behörigheter efter flytt av webbplatsen",
    ],
    "team": ["Undersöka kanal där meddelanden inte visas"],
    "drive": ["Återställa mapp som inte synkroniseras"],
    "log": ["Undersöka luckor i loggen för meddelandespårning"],
    "virtual_machine": [
        "Felsöka virtuell maskin som startar om",
        "Läsa minnesdump efter systemfel",
    ],
    "subscription": ["Undersöka varför resurser inte kan skapas i prenumerationen"],
}
# No company here is real: no fact about one may be made up.
INSIDE = [
    ("IE", "Exempeldrift Irland Ltd (påhittat)"),
    ("NL", "Exempeldrift Nederland B.V. (påhittat)"),
]
OUTSIDE = [
    ("US", "Exempeldrift Amerika Inc. (påhittat)"),
]
# Why what is not secret is not shown either.
NOT_SECRET = {
    "[Ange varför begäran avslås.]": (
        "Begäran är inte avgränsad. Uppgifterna görs inte tillgängliga i större"
        " omfattning än vad åtgärden kräver."
    )
}
REST = (
    "Felet gäller en del av objektet, och åtgärden kräver inte åtkomst till resten"
    " (artikel 5.1 c i dataskyddsförordningen)."
)
TOO_WIDE = (
    "Begäran är inte avgränsad, mängden uppgifter är stor och det har inte visats att"
    " åtgärden kräver åtkomst."
)


def case_of(dice: random.Random, began: datetime, number: str, **terms: Any) -> Case:
    kind, letter, count, _code, _set_name, system = dice.choice(OBJECTS)
    first = {"O": 13, "S": 18, "L": 7}.get(letter, 1)
    designation = f"{letter}-{dice.randrange(first, first + count):02d}"
    country, entity = dice.choice(INSIDE + OUTSIDE)
    fields: dict[str, Any] = {
        "service": system,
        "justification": dice.choice(PURPOSES[kind]),
        "duration_minutes": dice.choice([60, 120, 240]),
        "engineer_country": country,
        "employer_entity": entity,
        "support_case": f"SR {dice.randint(100000, 999999)}",
        **terms,
    }
    return Case(began, number, [designation], **fields)


def assessed(case: Case, **assess: Any) -> Case:
    case.later(12).register("Påhittat ärende").later(9).assign()
    return case.later(25).assess(**assess)


def granted(case: Case, minutes: int = 60, **more: Any) -> Case:
    return case.later(15).propose(
        "granted",
        shorter(case),
        granted_minutes=minutes,
        granted_scope="Endast den åtgärd som anges i begäran",
        **more,
    )


def shorter(case: Case) -> dict[str, str]:
    """Why for less time than was asked for."""
    duration = span(case.request.duration_minutes or 0)
    why = "Den tid som anges i beslutet räcker för åtgärden."
    return {f"[Ange varför åtkomst inte medges i {duration}.]": why}


def refused(case: Case) -> Case:
    return too_wide(assessed, case).later(15).propose("refused", NOT_SECRET)


def too_wide(assess: Callable[..., Case], *case: Case) -> Case:
    return assess(
        *case,
        usual=strictly,
        suitable="unsuitable",
        because={"N7.10-2a.suitable": TOO_WIDE},
    )
