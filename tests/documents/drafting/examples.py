"""Worked examples to draft from, and what every draft must be: good Swedish."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import requests_app
from requests_app.cases.review.drafting.case import (
    Case,
    ReasonedAnswer,
    References,
    RequestFacts,
    TriedProvision,
)
from requests_app.core.models import Outcome
from requests_app.core.words.texts import citation

PROVISIONS = list(
    csv.DictReader(
        (
            Path(requests_app.__file__).parent / "registers/reference/provisions.csv"
        ).open()
    )
)
BY_CODE = {row["code"]: row for row in PROVISIONS}


def tried(code: str, outcome: str, reasons: str = "", **facts: str) -> TriedProvision:
    row = BY_CODE[code]
    return TriedProvision(
        code,
        citation(f"{row['chapter']} kap. {row['paragraph']} OSL"),
        row["title_sv"],
        row["harm_test"],
        outcome,
        reasons,
        may_be_named=row["may_be_named"] == "yes",
        **facts,
    )


def answered(case, **changes):
    """With other answers; None for one that nobody gave."""
    answers = dict(case.answers)
    for code, answer in changes.items():
        answers.pop(code, None)
        if answer is not None:
            answers[code] = ReasonedAnswer(*answer)
    return replace(case, answers=answers)


def grammatical(text: str) -> None:
    assert text.strip() == text
    assert text
    for wrong in ("None", "  ", "..", " .", " ,", ",,", "()", ". ,", "{", "}", "!."):
        assert wrong not in text, (wrong, text)
    for part in text.split("\n\n"):
        assert part[0].isupper() or part[0] == "[", part
        assert part[-1] in ".!?]", part
        assert not re.search(r"[.!?] [a-zåäö](?!\s?kap)", _without_abbreviations(part))


def _without_abbreviations(text: str) -> str:
    return re.sub(r"\b(kap|art|p|st)\. ", r"\1 ", text)


MAILBOX = Case(
    authority="Grundskolenämnden",
    diary_number="GSN 2026-0001",
    request=RequestFacts(
        "EXSR418822",
        "Microsoft",
        ("e-postlådan O-17",),
        support_case="SR 2026-1123-0417",
        employer="Microsoft Ireland Operations Ltd",
        country="Irland",
        is_in_eea=True,
        minutes=240,
        status="in_review",
        product="Microsoft 365",
    ),
    outcome=Outcome.GRANTED,
    answers={
        "N7": ReasonedAnswer("osl-10-2a"),
        "N7.10-2a.assignment": ReasonedAnswer("yes"),
        "N7.10-2a.technical": ReasonedAnswer(
            "yes", "Att reparera ett skadat objekt är teknisk bearbetning"
        ),
        "N7.10-2a.data": ReasonedAnswer("against", "uppgifterna är känsliga"),
        "N7.10-2a.persons": ReasonedAnswer("for"),
        "N7.10-2a.silence": ReasonedAnswer("for"),
        "N7.10-2a.alternatives": ReasonedAnswer("for"),
        "N7.10-2a.suitable": ReasonedAnswer("not_unsuitable"),
        "N9.controller": ReasonedAnswer("yes"),
        "N9.processor": ReasonedAnswer("yes"),
        "N9.country": ReasonedAnswer("eea"),
        "N9.entity": ReasonedAnswer("provider"),
        "N9.transfer": ReasonedAnswer("not_needed"),
        "N9.special": ReasonedAnswer("yes"),
        "N10": ReasonedAnswer("condition", "Två timmar räcker."),
    },
    tests=(
        tried(
            "OSL-23-2-st1",
            "applies",
            "E-postlådan innehåller uppgifter om elevers personliga förhållanden.",
        ),
        tried("OSL-21-1", "does_not_apply"),
        tried("OSL-21-7", "does_not_apply"),
        tried("OSL-25-1", "struck", "Skolsköterskan skriver inte där."),
    ),
    minutes=120,
)
REFUSED = replace(MAILBOX, outcome=Outcome.REFUSED, minutes=None)

SITE_CASE = Case(
    authority="Socialnämnden Centrum",
    diary_number="SNC 2026-0001",
    request=RequestFacts(
        "EXSR418931", "Microsoft", ("webbplatsen S-22",), employer="Under Ltd",
        country="Indien", minutes=240, status="in_review", product="Microsoft 365",
    ),
    outcome=Outcome.REFUSED,
    answers={
        "N7": ReasonedAnswer("osl-10-2a", "Begäran gäller en hel webbplats utan avgränsning."),
        "N7.10-2a.assignment": ReasonedAnswer("yes"),
        "N7.10-2a.technical": ReasonedAnswer("no", "Ingen åtgärd anges."),
        "N7.10-2a.data": ReasonedAnswer("against"),
        "N7.10-2a.suitable": ReasonedAnswer("unsuitable"),
        "N9.country": ReasonedAnswer("third"),
        "N9.entity": ReasonedAnswer("subcontractor"),
        "N9.transfer": ReasonedAnswer("none"),
        "N10": ReasonedAnswer("exists", "Omindexering med egna behörigheter."),
    },
    tests=(
        tried("OSL-21-3-st1", "applies", "Skyddade personuppgifter kan förekomma."),
        tried("OSL-21-3a", "applies", "Skyddad folkbokföring kan förekomma."),
        tried("OSL-26-1", "applies", "Uppgifter om barn i samhällsvård."),
        tried("OSL-26-5", "struck", "Leverantören är inte den som en anmälan avser."),
    ),
)  # fmt: skip
LOG = Case(
    authority="Nämnden för intraservice",
    diary_number="NIS 2026-0001",
    request=RequestFacts(
        "EXSR419002", "Microsoft", ("loggen L-09",), country="USA", minutes=60
    ),
    outcome=Outcome.GRANTED,
    answers={
        "N9.controller": ReasonedAnswer("yes"),
        "N9.processor": ReasonedAnswer("yes"),
        "N9.country": ReasonedAnswer("third"),
        "N9.entity": ReasonedAnswer("subcontractor"),
        "N9.transfer": ReasonedAnswer("adequacy"),
        "N9.special": ReasonedAnswer("yes"),
        "N10": ReasonedAnswer("none"),
    },
    tests=tuple(
        tried(code, "does_not_apply")
        for code in ("OSL-18-8", "OSL-21-3-st1", "OSL-21-7", "OSL-39-3-st3")
    ),
    references=References(transfer="(EU) 2023/1795"),
    minutes=60,
)
