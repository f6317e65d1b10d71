"""Why secrecy does not bar the disclosure, or why no ground carries it (OSL 10, 12)."""

from collections.abc import Callable

from requests_app.drafting.answered import SUB_QUESTIONS, answered
from requests_app.drafting.case import Case
from requests_app.drafting.technical import factors, technical
from requests_app.drafting.words import paragraph, sentence
from requests_app.models.assessment import Ground

RULE_NECESSARY = (
    "Enligt 10 kap. 2 § OSL hindrar sekretess inte att en uppgift lämnas till en"
    " enskild, om det är nödvändigt för att den utlämnande myndigheten ska kunna"
    " fullgöra sin verksamhet."
)
RULE_CONSENT = (
    "Enligt 12 kap. 2 § OSL kan en enskild helt eller delvis häva sekretess som gäller"
    " till skydd för honom eller henne."
)
RULE_RESERVATION = (
    "Enligt 10 kap. 14 § OSL ska ett förbehåll som inskränker mottagarens rätt att"
    " lämna uppgiften vidare eller utnyttja den göras, om en sådan risk för skada, men"
    " eller annan olägenhet som enligt en bestämmelse om sekretess hindrar att"
    " uppgiften lämnas ut kan undanröjas genom förbehållet."
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
    "Det har inte kommit fram att förutsättningarna i 10 kap. 2 a § OSL är uppfyllda,"
    " att utlämnandet är nödvändigt för myndighetens verksamhet (10 kap. 2 § OSL) eller"
    " att samtycke finns (12 kap. 2 § OSL)."
)
NO_RESERVATION = "Risken kan inte undanröjas med ett förbehåll (10 kap. 14 § OSL)."
WHICH = "[Ange om uppgifterna kan lämnas ut trots sekretessen.]"
WHY_NONE = "[Ange varför ingen bestämmelse bryter sekretessen.]"
NO_CHOICE = "[Ange om risken kan undanröjas med ett förbehåll.]"


def ground(case: Case) -> str:
    """The ground with its sub-answers; when one fails, what that means."""
    if case.ground == Ground.NOT_SECRET:
        return "Sekretess gäller inte för uppgifterna."
    write = BY_GROUND.get(case.ground)
    if write is not None:
        return write(case)
    return WHICH if case.is_secret else ""


def fails(case: Case) -> bool:
    """Does secrecy bar the disclosure, on what is answered?"""
    if not case.is_secret or case.ground == Ground.RESERVATION:
        return False
    codes = SUB_QUESTIONS.get(case.ground)
    if codes is None or case.fails(*codes):
        return True
    return case.ground == Ground.TECHNICAL and case.reliance != "valid"


def no_other(case: Case) -> str:
    """The other grounds, where the one chosen fails; the reservation, if asked of."""
    other_grounds = NO_OTHER.get(case.ground, "")
    no_reservation = NO_RESERVATION if case.answer("N8") == "no" else ""
    return paragraph([other_grounds, no_reservation])


def _necessary(case: Case) -> str:
    answers = {
        "yes": "Utlämnandet är nödvändigt för verksamheten.",
        "no": "Utlämnandet är inte nödvändigt för verksamheten.",
    }
    own = sentence(case.reasoned_answer("N7").reasons)
    said = answered(case, "N7.10-2.necessary", answers)
    return paragraph([RULE_NECESSARY, own, *reversed(said)])


def _consent(case: Case) -> str:
    consent, minor = SUB_QUESTIONS[Ground.CONSENT]
    answers = {
        "yes": "Den som sekretessen skyddar har samtyckt till utlämnandet.",
        "no": "Den som sekretessen skyddar har inte samtyckt till utlämnandet.",
    }
    guardians = {
        "adult": "",
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
    of_minor = answered(case, minor, guardians) if case.grants else []
    if not case.grants and case.answer(minor):
        of_minor = answered(case, minor, guardians)
    return paragraph([RULE_CONSENT, own, *answered(case, consent, answers), *of_minor])


def _reservation(case: Case) -> str:
    if case.answer("N8") != "yes":
        return paragraph([RULE_RESERVATION, NO_CHOICE])
    conclusion = (
        "Risken undanröjs genom det förbehåll som ställs upp i beslutet, och"
        " uppgifterna kan därför lämnas ut."
    )
    return paragraph(
        [RULE_RESERVATION, sentence(case.reasoned_answer("N8").reasons), conclusion]
    )


def _none(case: Case) -> str:
    own = sentence(case.reasoned_answer("N7").reasons) or WHY_NONE
    return paragraph([own, *factors(case), NONE])


BY_GROUND: dict[str, Callable[[Case], str]] = {
    Ground.TECHNICAL: technical,
    Ground.NECESSARY: _necessary,
    Ground.CONSENT: _consent,
    Ground.RESERVATION: _reservation,
    "none": _none,
}
