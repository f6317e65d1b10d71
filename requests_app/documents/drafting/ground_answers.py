"""What a ground asks, and its answers as sentences; a gap for what nobody answered."""

from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.words import sentence
from requests_app.models.assessment import Ground

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
        "N7.12-2.together",
        "N7.12-2.against_guardian",
    ),
    Ground.STATISTICS: ("N7.24-8.clear",),
}
# What is left to fill in where a question stands open, and where it lacks reasons.
OPEN = {
    "N7.10-2a.assignment": "[Ange om leverantören har uppdraget.]",
    "N7.10-2a.technical": "[Ange om åtgärden endast är teknisk bearbetning.]",
    "N7.10-2a.suitable": "[Ange om det är olämpligt att uppgifterna lämnas ut.]",
    "N7.10-2.necessary": "[Ange om utlämnandet är nödvändigt.]",
    "N7.12-2.given": "[Ange om den enskilde har samtyckt.]",
    "N7.12-2.minor": "[Ange om den enskilde är underårig.]",
    "N7.12-2.detriment": (
        "[Ange om den underårige lider betydande men om uppgifterna röjs för"
        " vårdnadshavaren.]"
    ),
    "N7.12-2.together": "[Ange om även den underårige ska samtycka.]",
    "N7.12-2.against_guardian": "[Ange om sekretessen gäller mot vårdnadshavaren.]",
    "N7.24-8.clear": "[Ange om det står klart att uppgifterna kan röjas.]",
    "N7.12-2.reserved": "[Ange om samtycket förutsätter ett förbehåll.]",
}
WHY = {
    "N7.24-8.clear": "[Ange varför det står klart eller inte.]",
    "N7.10-2a.technical": "[Ange varför åtgärden bedöms så.]",
    "N7.10-2a.suitable": "[Ange vad som har varit avgörande för lämpligheten.]",
    "N7.10-2.necessary": "[Ange vad som har varit avgörande för om det är nödvändigt.]",
}


def answer_sentences(case: Case, code: str, by_answer: dict[str, str]) -> list[str]:
    """The answer in a sentence and the lawyer's words for it; a gap for what lacks."""
    answer = case.reasoned_answer(code)
    if answer.answer not in by_answer:
        return [OPEN[code], sentence(answer.reasons)]
    return [by_answer[answer.answer], sentence(answer.reasons) or WHY.get(code, "")]
