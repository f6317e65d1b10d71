"""Why secrecy does not bar the disclosure, or why no ground carries it (OSL 10, 12)."""

from dataclasses import replace

from requests_app.drafting.case import Case, ReasonedAnswer
from requests_app.drafting.words import listed, paragraph, sentence
from requests_app.models import Outcome
from requests_app.models.assessment import Ground

RESERVED = Outcome.GRANTED_WITH_RESERVATION
RULE_TECHNICAL = (
    "Enligt 10 kap. 2 a § OSL hindrar sekretess inte att en uppgift lämnas till den som"
    " för myndighetens räkning har i uppdrag att endast tekniskt bearbeta eller"
    " tekniskt lagra uppgiften, om det med hänsyn till omständigheterna inte är"
    " olämpligt att uppgiften lämnas ut."
)
RULE_NECESSARY = (
    "Enligt 10 kap. 2 § OSL hindrar sekretess inte att en uppgift lämnas ut, om det är"
    " nödvändigt för att myndigheten ska kunna fullgöra sin verksamhet."
)
RULE_CONSENT = (
    "Enligt 12 kap. 2 § OSL kan en enskild helt eller delvis häva sekretess som gäller"
    " till skydd för honom eller henne."
)
RULE_RESERVATION = (
    "Enligt 10 kap. 14 § OSL ska ett förbehåll ställas, om risken för skada, men eller"
    " annan olägenhet kan undanröjas genom att mottagarens rätt att lämna uppgiften"
    " vidare eller utnyttja den begränsas."
)
NO_OTHER: dict[str, str] = {
    Ground.TECHNICAL: (
        "Det har inte kommit fram att utlämnandet är nödvändigt för myndighetens"
        " verksamhet (10 kap. 2 § OSL) eller att samtycke finns (12 kap. 2 § OSL)."
    ),
    Ground.NECESSARY: (
        "Det har inte kommit fram att 10 kap. 2 a § OSL kan tillämpas eller att"
        " samtycke finns (12 kap. 2 § OSL)."
    ),
    Ground.CONSENT: (
        "Det har inte kommit fram att 10 kap. 2 a § OSL kan tillämpas eller att"
        " utlämnandet är nödvändigt för myndighetens verksamhet (10 kap. 2 § OSL)."
    ),
}
NONE = (
    "Förutsättningarna i 10 kap. 2 a § OSL är inte uppfyllda. Utlämnandet är inte"
    " heller nödvändigt för myndighetens verksamhet (10 kap. 2 § OSL), och samtycke"
    " finns inte (12 kap. 2 § OSL)."
)
NO_RESERVATION = "Risken kan inte undanröjas med ett förbehåll (10 kap. 14 § OSL)."
WHICH = "[Ange om uppgifterna kan lämnas ut trots sekretessen.]"
WHY_NONE = "[Ange varför 10 kap. 2 a § OSL inte kan tillämpas.]"
SUB_QUESTIONS: dict[str, tuple[str, ...]] = {
    Ground.TECHNICAL: (
        "N7.10-2a.assignment",
        "N7.10-2a.technical",
        "N7.10-2a.suitable",
    ),
    Ground.NECESSARY: ("N7.10-2.necessary",),
    Ground.CONSENT: (
        "N7.12-2.given",
        "N7.12-2.minor",
        "N7.12-2.detriment",
        "N7.12-2.against_guardian",
    ),
}
# What is said of a factor that speaks for, and of one that speaks against.
FACTORS = {
    "data": (
        "att uppgifterna är begränsade till art och mängd",
        "uppgifternas art och mängd",
    ),
    "strength": ("att sekretessen inte är särskilt stark", "sekretessens styrka"),
    "persons": (
        "att få personer får åtkomst",
        "antalet personer som får åtkomst",
    ),
    "silence": (
        "att den som får åtkomst har straffsanktionerad tystnadsplikt enligt lagen"
        " (2020:914) om tystnadsplikt vid utkontraktering av teknisk bearbetning eller"
        " lagring av uppgifter",
        "att det är osäkert om den som får åtkomst har straffsanktionerad"
        " tystnadsplikt",
    ),
    "foreign_law": (
        "att främmande rätt inte medför någon särskild risk",
        "att ett annat lands myndigheter kan kräva att få uppgifterna",
    ),
    "security": (
        "de säkerhetsåtgärder som gäller för åtkomsten",
        "brister i säkerhetsåtgärderna",
    ),
    "alternatives": (
        "att det inte finns något alternativ som räcker",
        "att det finns alternativ till åtkomst",
    ),
    "expectations": (
        "att den enskilde kan räkna med en sådan behandling",
        "att den enskilde inte kan räkna med en sådan behandling",
    ),
    "encryption": (
        "att uppgifterna är krypterade med en nyckel som bara myndigheten har",
        "att uppgifterna är läsbara för den som får åtkomst",
    ),
    "interest": (
        "att mottagaren inte har något eget intresse av uppgifterna",
        "att mottagaren har ett eget intresse av uppgifterna",
    ),
}


def ground(case: Case) -> str:
    """The ground with its sub-answers; when one fails, what that means."""
    by_ground = {
        Ground.NOT_SECRET: "Sekretess gäller inte.",
        Ground.TECHNICAL: _technical(case),
        Ground.NECESSARY: _necessary(case),
        Ground.CONSENT: _consent(case),
        Ground.RESERVATION: _reservation(case),
        Ground.SEVERAL: _several(case),
        "none": _none(case),
    }
    return by_ground.get(case.ground, WHICH if case.is_secret else "")


def _several(case: Case) -> str:
    """Each in its turn; what is said of all of them once."""
    if case.ground != Ground.SEVERAL:
        return ""
    parts: list[str] = []
    for chosen in case.grounds:
        own = case.reasoned_answer("N7").reasons if not parts else ""
        answers = {**case.answers, "N7": ReasonedAnswer(chosen, own)}
        outcome = case.outcome
        if chosen != Ground.RESERVATION and outcome == RESERVED:
            outcome = Outcome.GRANTED
        parts.append(ground(replace(case, answers=answers, outcome=outcome)))
    return paragraph(parts)


def fails(case: Case) -> bool:
    """Does secrecy bar the disclosure, on what is answered?"""
    if not case.is_secret or case.ground == Ground.RESERVATION:
        return False
    return any(_fails(case, chosen) for chosen in case.grounds)


def _fails(case: Case, chosen: str) -> bool:
    if chosen == Ground.RESERVATION:
        return case.answer("N8") != "yes"
    codes = SUB_QUESTIONS.get(chosen)
    return codes is None or case.fails(*codes)


def no_other(case: Case) -> str:
    """The other grounds, where the one chosen fails; and the reservation."""
    other_grounds = NO_OTHER.get(case.ground, "")
    return paragraph(
        [other_grounds, NO_RESERVATION if case.answer("N8") != "yes" else ""]
    )


def _technical(case: Case) -> str:
    codes = SUB_QUESTIONS[Ground.TECHNICAL]
    return paragraph(
        [
            RULE_TECHNICAL,
            sentence(case.reasoned_answer("N7").reasons),
            _assignment(case),
            *_answer_sentences(
                case,
                codes[1],
                {
                    "yes": "Åtgärden är endast teknisk bearbetning eller lagring.",
                    "no": "Åtgärden är inte endast teknisk bearbetning eller lagring.",
                },
            ),
            *_factors(case),
            *reversed(
                _answer_sentences(
                    case,
                    codes[2],
                    {
                        "not_unsuitable": (
                            "Vid en samlad bedömning är det inte olämpligt att"
                            " uppgifterna lämnas ut."
                        ),
                        "unsuitable": (
                            "Det är mot denna bakgrund olämpligt att lämna ut"
                            " uppgifterna."
                        ),
                    },
                )
            ),
        ]
    )


def _assignment(case: Case) -> str:
    answer = case.reasoned_answer("N7.10-2a.assignment")
    named = case.references.assignment
    by = f" ({named})" if named else ""
    by_answer = {
        "yes": f"{case.request.provider} har uppdraget för myndighetens räkning{by}.",
        "no": f"{case.request.provider} har inte ett sådant uppdrag för myndigheten.",
    }
    return paragraph([by_answer.get(answer.answer, ""), sentence(answer.reasons)])


def _answer_sentences(case: Case, code: str, by_answer: dict[str, str]) -> list[str]:
    answer = case.reasoned_answer(code)
    return [by_answer.get(answer.answer, ""), sentence(answer.reasons)]


def _factors(case: Case) -> list[str]:
    """What speaks for and against, and the lawyer's words for each."""
    answers = {name: case.reasoned_answer(f"N7.10-2a.{name}") for name in FACTORS}
    spoken = [
        listed(
            FACTORS[name][index]
            for name, answer in answers.items()
            if answer.answer == weight
        )
        for index, weight in enumerate(("for", "against"))
    ]
    return [
        f"För ett utlämnande talar {spoken[0]}." if spoken[0] else "",
        f"Mot ett utlämnande talar {spoken[1]}." if spoken[1] else "",
        *(sentence(answer.reasons) for answer in answers.values()),
    ]


def _necessary(case: Case) -> str:
    by_answer = {
        "yes": "Utlämnandet är nödvändigt för verksamheten.",
        "no": "Utlämnandet är inte nödvändigt för verksamheten.",
    }
    code = SUB_QUESTIONS[Ground.NECESSARY][0]
    own = sentence(case.reasoned_answer("N7").reasons)
    return paragraph(
        [RULE_NECESSARY, own, *reversed(_answer_sentences(case, code, by_answer))]
    )


def _consent(case: Case) -> str:
    consent, minor, *_guardian = SUB_QUESTIONS[Ground.CONSENT]
    by_answer = {
        "yes": "Den som sekretessen skyddar har samtyckt till utlämnandet.",
        "no": "Den som sekretessen skyddar har inte samtyckt till utlämnandet.",
    }
    guardians = {
        "guardians": (
            "Den enskilde är underårig, och vårdnadshavarna har samtyckt (12 kap. 3 §"
            " OSL)."
        ),
        "missing": (
            "Den enskilde är underårig, och vårdnadshavarnas samtycke saknas (12 kap."
            " 3 § OSL)."
        ),
    }
    own = sentence(case.reasoned_answer("N7").reasons)
    rest = [
        *_answer_sentences(case, consent, by_answer),
        *_answer_sentences(case, minor, guardians),
    ]
    return paragraph([RULE_CONSENT, own, *rest])


def _reservation(case: Case) -> str:
    conclusion = (
        "Risken undanröjs genom det förbehåll som ställs i beslutet, och uppgifterna"
        " kan därför lämnas ut."
    )
    return paragraph(
        [RULE_RESERVATION, sentence(case.reasoned_answer("N8").reasons), conclusion]
    )


def _none(case: Case) -> str:
    own = sentence(case.reasoned_answer("N7").reasons) or WHY_NONE
    return paragraph([own, *_factors(case), NONE])
