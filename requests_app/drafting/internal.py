"""The authority's own reasons (FL 32 §): rules applied, decisive circumstances.

What is decided stands before them on paper, and is not said again.
"""

from requests_app.drafting import grounds, personal_data
from requests_app.drafting.case import Case
from requests_app.drafting.harm import provision_paragraphs
from requests_app.drafting.words import paragraph, sentence, span, text
from requests_app.models import HarmTest, Outcome
from requests_app.models.decision import GRANTS

WHY = "[Ange skälen för beslutet.]"
WHY_REFUSED = "[Ange varför begäran avslås.]"
WHY_DISMISSED = "[Ange varför begäran inte kan prövas i sak.]"
WHY_STRUCK_OFF = "[Ange varför ärendet avskrivs.]"
NEW_REQUEST = "Ny, avgränsad begäran kan prövas."
PREVAILS = (
    "När flera sekretessbestämmelser är tillämpliga har den företräde som ger sekretess"
    " (7 kap. 3 § OSL)."
)
RELIANCE = {
    "missing": "saknas",
    "expired": "har löpt ut",
    "revoked": "har återkallats",
}


def internal(case: Case) -> str:
    if case.outcome == Outcome.DISMISSED:
        return _dismissed(case)
    if case.outcome == Outcome.STRUCK_OFF:
        return _struck_off(case)
    end = _refused(case) if case.outcome not in GRANTS else ""
    reasons = text(
        [
            *provision_paragraphs(case.tests),
            _prevails(case),
            grounds.ground(case),
            grounds.no_other(case) if grounds.fails(case) else "",
            personal_data.personal_data(case),
            _narrower(case),
            _in_all(case),
            end,
        ]
    )
    return reasons or WHY


def has_obstacle(case: Case) -> bool:
    """Is there a reason to refuse among the answers?"""
    obstacles = (
        grounds.fails(case),
        personal_data.fails(case),
        case.fails("N10", "N1"),
    )
    return any(obstacles) or case.is_frozen or case.reliance != "valid"


def _dismissed(case: Case) -> str:
    answer = case.reasoned_answer("N0")
    if answer.answer != "no":
        return WHY_DISMISSED
    conclusion = (
        "Det kan inte bekräftas att begäran är äkta, och den prövas därför inte i sak."
    )
    return paragraph([sentence(answer.reasons), conclusion])


def _struck_off(case: Case) -> str:
    if not case.request.is_gone:
        return WHY_STRUCK_OFF
    return (
        "Begäran väntar inte längre på svar hos leverantören. Det finns därför inte"
        " längre något att pröva."
    )


def _in_all(case: Case) -> str:
    """Of an extension: it is weighed, and delegated, as all of the access is."""
    beside = case.request.minutes_beside
    if not (beside and case.minutes and case.outcome in GRANTS):
        return ""
    whole = span(beside + case.minutes)
    return f"Med det som redan har medgetts är åtkomsten högst {whole} sammanlagt."


def _prevails(case: Case) -> str:
    outcomes = {test.outcome for test in case.tests}
    mixed = HarmTest.Outcome.DOES_NOT_APPLY in outcomes and case.is_secret
    return PREVAILS if mixed else ""


def _narrower(case: Case) -> str:
    by_answer = {
        "none": "Det finns inte något mindre ingripande sätt att nå syftet.",
        "condition": (
            "Åtkomsten begränsas så att den inte går längre än syftet kräver, enligt"
            " 5 § förvaltningslagen (2017:900)."
        ),
        "exists": (
            "Det finns ett mindre ingripande sätt att nå syftet, och enligt 5 §"
            " förvaltningslagen (2017:900) ska det väljas."
        ),
    }
    answer = case.reasoned_answer("N10")
    return paragraph([by_answer.get(answer.answer, ""), sentence(answer.reasons)])


def _refused(case: Case) -> str:
    sentences = []
    if case.fails("N1"):
        sentences.append("Begäran omfattar ett objekt som inte är fördelat.")
    if case.reliance != "valid":
        state = RELIANCE[case.reliance]
        sentences.append(
            f"En stående bedömning av leverantören {state}, och utan den kan åtkomst"
            " inte medges."
        )
    if case.is_frozen:
        sentences.append("Nya medgivanden är för närvarande stoppade.")
    if not has_obstacle(case):
        sentences.append(WHY_REFUSED)
    return paragraph([*sentences, NEW_REQUEST])
