"""The authority's own reasons (FL 32 §): rules applied, decisive circumstances.

What is decided stands before them in the document, and is not said again. Every
sentence comes from an answer; what was not answered is a gap between brackets.
"""

from requests_app.drafting import foreign_demand, grounds, origins, personal_data
from requests_app.drafting.asked import numbers, objects
from requests_app.drafting.case import Case
from requests_app.drafting.harm import provision_paragraphs
from requests_app.drafting.statutes import written_out
from requests_app.drafting.technical import RELIED_ON, standing_assessment
from requests_app.drafting.words import paragraph, sentence, span, text
from requests_app.models import AccessRequest, HarmTest, Outcome
from requests_app.models.assessment import Ground
from requests_app.models.decision import GRANTS

WHY = "[Ange skälen för beslutet.]"
WHY_REFUSED = "[Ange varför begäran avslås.]"
WHY_DISMISSED = "[Ange varför begäran inte kan prövas i sak.]"
WHY_STRUCK_OFF = "[Ange varför ärendet avskrivs.]"
WHY_REST = "[Ange varför begäran inte bifalls i övrigt.]"
NO_TEST = "[Ange vilka sekretessbestämmelser som har prövats.]"
NARROWER = "[Ange om det finns ett mindre ingripande sätt att nå syftet.]"
WHICH_WAY = "[Ange vilket sätt det är.]"
PREVAILS = (
    "När flera sekretessbestämmelser är tillämpliga på en uppgift har den bestämmelse"
    " företräde enligt vilken uppgiften är sekretessbelagd (7 kap. 3 § OSL)."
)
Status = AccessRequest.Status
# Why there is nothing left to try, by the status of the request.
ENDED: dict[str, str] = {
    Status.WITHDRAWN: "Leverantören har återkallat sin begäran.",
    Status.LAPSED: (
        "Tiden för att svara i leverantörens tjänst har gått ut utan att något svar har"
        " lämnats, och någon åtkomst har inte medgetts."
    ),
    Status.ELSEWHERE: "Begäran har besvarats på annat sätt än genom detta ärende.",
}
ENDED_OTHERWISE = "Begäran väntar inte längre på svar hos leverantören."


def internal(case: Case) -> str:
    return written_out(_reasons(case))


def _reasons(case: Case) -> str:
    if case.outcome == Outcome.DISMISSED:
        return _dismissed(case)
    if case.outcome == Outcome.STRUCK_OFF:
        return _struck_off(case)
    reasons = text(
        [
            _asked(case),
            _keeper(case),
            foreign_demand.foreign_demand(case),
            *(provision_paragraphs(case.tests) or _no_tests(case)),
            _prevails(case),
            origins.origins(case),
            grounds.grounds(case),
            personal_data.personal_data(case),
            _narrower(case),
            _time(case),
            _in_all(case),
            WHY_REST if case.outcome == Outcome.PARTIALLY_GRANTED else "",
            "" if case.grants else _refused(case),
        ]
    )
    return reasons or WHY


def has_obstacle(case: Case) -> bool:
    """Is there a reason to refuse among the answers?"""
    obstacles = (
        grounds.fails(case),
        personal_data.fails(case),
        origins.fails(case),
        case.fails("N10", "N1"),
        case.lacks_treaty_ground,
    )
    return any(obstacles) or case.is_frozen or case.reliance != "valid"


def ended(case: Case) -> str:
    """Why nobody waits for an answer any more; a gap where somebody may."""
    if case.request.status in ("", *AccessRequest.AWAITING):
        return WHY_STRUCK_OFF
    return ENDED.get(case.request.status, ENDED_OTHERWISE)


def _asked(case: Case) -> str:
    request = case.request
    time = f" i {span(request.minutes)}" if request.minutes else ""
    if case.is_tf:
        documents = f"att få ta del av allmänna handlingar i {objects(case)}"
        return f"{request.provider} har begärt {documents} ({numbers(case)})."
    asked = (
        f"{request.provider} har begärt åtkomst till {objects(case)}{time}"
        f" ({numbers(case)})."
    )
    by = f" av {request.employer}" if request.employer != request.provider else ""
    place = f" från {request.country}" if request.country else ""
    if not request.employer:
        by = ""
    if not by and not place:
        return asked
    return paragraph([asked, f"Enligt begäran ska åtgärden utföras{by}{place}."])


def _keeper(case: Case) -> str:
    """Whose the information is comes before what may be done with it."""
    if not case.fails("N1"):
        return ""
    unknown = "Det är inte utrett vilken myndighet som förvarar uppgifterna."
    own = sentence(case.reasoned_answer("N1").reasons)
    return paragraph([unknown, own, "Begäran kan därför inte bifallas."])


def _no_tests(case: Case) -> list[str]:
    return [NO_TEST] if case.grants else []


def _dismissed(case: Case) -> str:
    answer = case.reasoned_answer("N0")
    own = sentence(answer.reasons)
    if answer.answer != "no" or not own:
        return WHY_DISMISSED
    conclusion = (
        "Det kan inte bekräftas att begäran är äkta, och den prövas därför inte i sak."
    )
    return paragraph([own, conclusion])


def _struck_off(case: Case) -> str:
    why = ended(case)
    if why == WHY_STRUCK_OFF:
        return why
    return paragraph([why, "Det finns därför inte längre något att pröva."])


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
    principle = ""
    if case.has_personal_data:
        principle = " (artikel 5.1 c i dataskyddsförordningen)"
    by_answer = {
        "none": "Det finns inte något mindre ingripande sätt att nå syftet.",
        "condition": (
            "Åtkomsten begränsas så att den inte går längre än syftet"
            f" kräver{principle}."
        ),
        "exists": (
            f"Det finns ett mindre ingripande sätt att nå syftet{principle}, och det"
            " ska väljas."
        ),
    }
    answer = case.reasoned_answer("N10")
    if not case.grants and answer.answer != "exists":
        return ""
    why = WHICH_WAY if answer.answer == "exists" else ""
    own = sentence(answer.reasons) or why
    return paragraph([by_answer.get(answer.answer, NARROWER), own])


def _time(case: Case) -> str:
    if not case.grants_less_time or case.outcome == Outcome.PARTIALLY_GRANTED:
        return ""
    granted, asked = span(case.minutes or 0), span(case.request.minutes or 0)
    answer = case.reasoned_answer("N10")
    accounted = answer.answer == "condition" and answer.reasons.strip()
    why = "" if accounted else f"[Ange varför åtkomst inte medges i {asked}.]"
    less = f"Begäran gäller {asked}. Åtkomst medges i {granted}."
    return paragraph([less, why])


def _refused(case: Case) -> str:
    sentences = _reliance(case)
    if case.is_frozen:
        sentences.append("Nya medgivanden är för närvarande stoppade.")
    if not has_obstacle(case):
        sentences.append(WHY_REFUSED)
    return paragraph(sentences)


def _reliance(case: Case) -> list[str]:
    """What it means that the standing assessment does not hold: by law where it
    carried the ground or the processing, else by the authority's own order."""
    if case.reliance == "valid":
        return []
    if Ground.TECHNICAL in case.grounds:
        return []  # said with the ground
    own = standing_assessment(case)
    if grounds.fails(case):
        return [own]
    if case.has_personal_data:
        return [
            own,
            f"{case.body} {RELIED_ON[case.reliance]} för att kraven i artikel 28 i"
            " dataskyddsförordningen är uppfyllda.",
        ]
    return [own, "Åtkomst medges enligt myndighetens ordning inte utan en sådan."]
