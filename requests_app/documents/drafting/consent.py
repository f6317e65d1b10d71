"""OSL 12:2–3: whoever the secrecy protects has consented, or their guardian has."""

from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.ground_answers import (
    SUB_QUESTIONS,
    answer_sentences,
)
from requests_app.documents.drafting.words import paragraph, sentence
from requests_app.models.assessment import Ground

RULE_CONSENT = (
    "Enligt 12 kap. 2 § OSL kan en enskild helt eller delvis häva sekretess som gäller"
    " till skydd för honom eller henne, om inte annat anges i den lagen."
)
# A guardian's consent is not the child's.
OF_MINOR = "Samtycke till utlämnandet har lämnats."
GIVEN = {
    "yes": "Den som sekretessen skyddar har samtyckt till utlämnandet.",
    "no": "Den som sekretessen skyddar har inte samtyckt till utlämnandet.",
}
MINOR = {
    "adult": "",
    "guardians": (
        "Den enskilde är underårig, och vårdnadshavaren har samtyckt (12 kap. 3 § OSL)."
    ),
    "child": (
        "Den enskilde är underårig och har ensam samtyckt till utlämnandet (12 kap. 3 §"
        " OSL)."
    ),
    "missing": (
        "Den enskilde är underårig, och vårdnadshavarens samtycke saknas (12 kap. 3 §"
        " OSL)."
    ),
}
DETRIMENT = (
    "antas att den underårige lider betydande men om uppgifterna röjs för"
    " vårdnadshavaren"
)
BY_AGE = "Med hänsyn till den underåriges ålder och mognad"
TOGETHER = f"{BY_AGE} krävs att även den underårige samtycker"
# A guardian who can't consent: what hangs on that consent is not said.
UNABLE = ("N7.12-2.detriment", "yes")
# What hangs on who has consented: put in some cases only.
FOLLOWING = {
    "N7.12-2.detriment": {
        "no": f"Det kan inte {DETRIMENT}.",
        "yes": f"Det kan {DETRIMENT}, som därför inte kan samtycka.",
    },
    "N7.12-2.together": {
        "given": f"{TOGETHER}, och det har den underårige gjort.",
        "missing": f"{TOGETHER}, men det samtycket saknas.",
        "not_needed": f"{BY_AGE} förfogar vårdnadshavaren ensam över sekretessen.",
    },
    "N7.12-2.against_guardian": {
        "yes": (
            "Sekretessen gäller mot vårdnadshavaren, och den underårige förfogar ensam"
            " över den."
        ),
        "no": (
            "Sekretessen gäller inte mot vårdnadshavaren, och den underåriges eget"
            " samtycke räcker därför inte."
        ),
    },
    "N7.12-2.reserved": {
        "no": "",
        "yes": (
            "Samtycket är lämnat under förutsättning av ett förbehåll (12 kap. 2 §"
            " andra stycket OSL)."
        ),
    },
}


def consent(case: Case) -> str:
    """Without a consent nothing is said of who gave it."""
    given, minor, *_rest = SUB_QUESTIONS[Ground.CONSENT]
    is_minor = case.answer(minor) not in ("", "adult")
    by_answer = {**GIVEN, "yes": OF_MINOR} if is_minor else GIVEN
    parts = [
        sentence(case.reasoned_answer("N7").reasons),
        *answer_sentences(case, given, by_answer),
    ]
    if not case.fails(given):
        parts += _by_whom(case, minor)
    return paragraph([RULE_CONSENT, *parts])


def _by_whom(case: Case, minor: str) -> list[str]:
    parts = []
    if case.grants or case.answer(minor):
        parts += answer_sentences(case, minor, MINOR)
    for code, by_answer in FOLLOWING.items():
        if case.answer(code) or code in case.questions:
            parts += answer_sentences(case, code, by_answer)
        if (code, case.answer(code)) == UNABLE:
            return parts
    return parts
