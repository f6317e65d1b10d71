"""What the provider reads: never what is secret, nor that it has been asked about.

The lawyer's own words stay out, and so do provisions whose mere mention tells
something: on threatened persons, on informers, on the country's security.
"""

from requests_app.drafting import grounds, personal_data
from requests_app.drafting.case import Case
from requests_app.drafting.internal import (
    NEW_REQUEST,
    WHY,
    WHY_DISMISSED,
    WHY_REFUSED,
    WHY_STRUCK_OFF,
    has_obstacle,
)
from requests_app.drafting.order import order
from requests_app.drafting.words import listed, paragraph, span, text
from requests_app.models import Outcome
from requests_app.models.assessment import Ground

HINDERS_NOT = "Sekretess hindrar inte åtkomsten"
GRANTED: dict[str, str] = {
    Ground.NOT_SECRET: f"{HINDERS_NOT}.",
    Ground.TECHNICAL: (
        f"{HINDERS_NOT}, eftersom uppgifterna lämnas endast för teknisk bearbetning"
        " eller lagring för myndighetens räkning (10 kap. 2 a § OSL)."
    ),
    Ground.NECESSARY: f"{HINDERS_NOT} (10 kap. 2 § OSL).",
    Ground.CONSENT: f"{HINDERS_NOT} (12 kap. 2 § OSL).",
    Ground.RESERVATION: (
        "Åtkomsten medges med förbehåll enligt 10 kap. 14 § OSL. Förbehållet begränsar"
        " rätten att lämna uppgifterna vidare eller utnyttja dem. Den som bryter mot"
        " det kan dömas för brott mot tystnadsplikt (20 kap. 3 § brottsbalken)."
    ),
}
# Not told where the lawyer doubts that it reaches whoever gets access.
SILENCE = "N7.10-2a.silence"
BOUND = (
    "Den som får åtkomst har tystnadsplikt enligt lagen (2020:914) om tystnadsplikt vid"
    " utkontraktering av teknisk bearbetning eller lagring av uppgifter."
)
SHOULD_SAY = (
    "Den bör ange vilket objekt och vilken åtgärd det gäller, hur lång tid som behövs"
    " samt vem som utför åtgärden, för vilket bolag och från vilket land."
)
WHOLE_OR_NOT = (
    "Begäran kan bara godkännas eller nekas i sin helhet i tjänsten, och den nekas"
    " därför där. Gör gärna en ny begäran som omfattar högst den del som medges{time}."
    " Ange diarienummer {number} i den nya begäran."
)


def for_recipient(case: Case) -> str:
    reasons = {
        Outcome.DISMISSED: _dismissed,
        Outcome.STRUCK_OFF: _struck_off,
        Outcome.REFUSED: _refused,
        Outcome.PARTIALLY_GRANTED: _partly,
    }.get(Outcome(case.outcome), _granted)
    return text(reasons(case)) or WHY


def _granted(case: Case) -> list[str]:
    sentences = [GRANTED.get(ground, "") for ground in case.grounds]
    if Ground.TECHNICAL in case.grounds and case.answer(SILENCE) != "against":
        sentences.append(BOUND)
    return [paragraph(sentences)]


def _partly(case: Case) -> list[str]:
    paragraphs = [order(case), *_granted(case)]
    if not case.request.can_answer_partly:
        time = f" och varar högst {span(case.minutes)}" if case.minutes else ""
        paragraphs.append(WHOLE_OR_NOT.format(time=time, number=case.diary_number))
    return [*paragraphs, "Varje ny begäran prövas för sig."]


def _dismissed(case: Case) -> list[str]:
    if case.answer("N0") != "no":
        return [WHY_DISMISSED]
    conclusion = (
        "Det kan inte bekräftas att begäran är äkta, och den prövas därför inte i sak."
    )
    return [conclusion]


def _struck_off(case: Case) -> list[str]:
    if not case.request.is_gone:
        return [WHY_STRUCK_OFF]
    return ["Begäran väntar inte längre på svar, och det finns inget att pröva."]


def _refused(case: Case) -> list[str]:
    if not has_obstacle(case):
        return [WHY_REFUSED, f"{NEW_REQUEST} {SHOULD_SAY}"]
    sentences = [
        _secrecy(case) if grounds.fails(case) else "",
        _data_protection(case) if personal_data.fails(case) else "",
        _elsewise(case),
        "Syftet kan nås på ett mindre ingripande sätt." if case.fails("N10") else "",
    ]
    return [paragraph(sentences), f"{NEW_REQUEST} {SHOULD_SAY}"]


def _secrecy(case: Case) -> str:
    named = listed(
        dict.fromkeys(
            test.citation
            for test in case.tests
            if test.hinders and not test.is_delicate
        )
    )
    by = f" enligt {named}" if named else ""
    return f"Sekretess{by} hindrar att uppgifterna lämnas ut."


def _data_protection(case: Case) -> str:
    if case.fails("N9.transfer"):
        return (
            "Åtkomst från tredje land kan inte medges utan en grund enligt kapitel V i"
            " dataskyddsförordningen. Ange en region inom EES."
        )
    return "Förutsättningarna enligt dataskyddsförordningen är inte uppfyllda."


def _elsewise(case: Case) -> str:
    """An obstacle of our own: not the provider's to know more about."""
    own = case.reliance != "valid" or case.is_frozen or case.fails("N1")
    return "Förutsättningar att medge åtkomst finns inte för närvarande." if own else ""
