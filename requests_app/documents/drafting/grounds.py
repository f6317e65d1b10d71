"""Why secrecy does not bar the disclosure, or why no ground carries it (OSL 10, 12)."""

from collections.abc import Callable
from dataclasses import replace

from requests_app.documents.drafting import origins, parts
from requests_app.documents.drafting.case import Case, ReasonedAnswer, TriedProvision
from requests_app.documents.drafting.consent import consent
from requests_app.documents.drafting.ground_answers import (
    SUB_QUESTIONS,
    answer_sentences,
)
from requests_app.documents.drafting.not_shown import NOT_SHOWN, not_shown
from requests_app.documents.drafting.statistics import statistics
from requests_app.documents.drafting.statutes import together_cited
from requests_app.documents.drafting.technical import (
    factors,
    technical,
    without_factors,
)
from requests_app.documents.drafting.words import (
    paragraph,
    placeholders,
    sentence,
    text,
)
from requests_app.models import HarmTest, Outcome
from requests_app.models.assessment import Ground

RESERVED = Outcome.GRANTED_WITH_RESERVATION
RULE_NECESSARY = (
    "Enligt 10 kap. 2 § OSL hindrar sekretess inte att en uppgift lämnas till en"
    " enskild, om det är nödvändigt för att den utlämnande myndigheten ska kunna"
    " fullgöra sin verksamhet."
)
RULE_RESERVATION = (
    "Enligt 10 kap. 14 § OSL ska ett förbehåll som inskränker mottagarens rätt att"
    " lämna uppgiften vidare eller utnyttja den göras, om en sådan risk för skada, men"
    " eller annan olägenhet som enligt en bestämmelse om sekretess hindrar att"
    " uppgiften lämnas ut kan undanröjas genom förbehållet."
)
NONE_OTHER = "Det har inte kommit fram att någon annan bestämmelse bryter sekretessen."
NO_RESERVATION = "Risken kan inte undanröjas med ett förbehåll (10 kap. 14 § OSL)."
FREE = "Sekretess gäller inte för uppgifterna."
HINDERS = "Sekretessen{} hindrar därför att uppgifterna lämnas ut."
HINDERS_NOT = "Sekretessen hindrar därför inte att uppgifterna lämnas ut{}."
WHICH = "[Ange om uppgifterna kan lämnas ut trots sekretessen.]"
WHY_FOREIGN = "[Ange varför 8 kap. 3 § OSL tillåter att uppgifterna lämnas ut.]"
WHY_NONE = "[Ange varför ingen bestämmelse bryter sekretessen.]"
REMOVED = "Risken undanröjs genom det förbehåll som ställs upp i beslutet."
REMOVABLE = "Risken kan undanröjas genom ett sådant förbehåll."
WHY_RESERVED = "[Ange varför ett förbehåll undanröjer risken.]"
WHATEVER = (
    "[Sekretessen enligt {} gäller oavsett förbehåll. Ange vilken grund som bryter"
    " den, eller pröva bestämmelsen på nytt.]"
)
NO_CHOICE = "[Ange om risken kan undanröjas med ett förbehåll.]"


def ground(case: Case) -> str:
    """The ground with its sub-answers; when one fails, what that means."""
    if case.ground == Ground.NOT_SECRET:
        return "" if origins.leave_open(case) else FREE
    write = BY_GROUND.get(case.ground)
    if write is not None:
        return write(case)
    return WHICH if case.is_secret else ""


def _several(case: Case) -> str:
    """Each with the provisions that it is chosen for."""
    own = case.reasoned_answer("N7").reasons
    explained = "none" if "none" in case.grounds else case.grounds[0]
    weighed = Ground.TECHNICAL in case.grounds
    return text(
        _of_one(
            without_factors(case) if weighed and chosen == "none" else case,
            ReasonedAnswer(chosen, own if chosen == explained else ""),
        )
        for chosen in case.grounds
    )


def _of_one(case: Case, answer: ReasonedAnswer) -> str:
    chosen = answer.answer
    by_it = tuple(row for row in case.tests if row.hinders and row.ground == chosen)
    answers = {**case.answers, "N7": answer}
    outcome = case.outcome
    if outcome == RESERVED and chosen != Ground.RESERVATION:
        outcome = Outcome.GRANTED
    alone = replace(case, answers=answers, outcome=outcome, tests=by_it)
    return paragraph([_about(case, by_it), ground(alone)])


def _about(case: Case, tests: tuple[TriedProvision, ...]) -> str:
    """Names the secrecy that a ground is said to break; empty where it breaks all."""
    if len(tests) == sum(row.hinders for row in case.tests):
        return ""
    cited = together_cited(row.citation for row in tests)
    return f"I fråga om sekretessen enligt {cited} gäller följande."


def fails(case: Case) -> bool:
    """Does secrecy bar the disclosure, on what is answered?"""
    return case.is_secret and any(_fails(case, chosen) for chosen in case.grounds)


def _fails(case: Case, chosen: str) -> bool:
    if chosen == Ground.RESERVATION:
        return case.fails("N8")
    if chosen == Ground.FOREIGN:
        return case.lacks_treaty_ground
    codes = SUB_QUESTIONS.get(chosen)
    if codes is None or case.fails(*codes):
        return True
    return chosen == Ground.TECHNICAL and case.reliance != "valid"


def grounds(case: Case) -> str:
    """The ground, the others where it fails, and what follows for the disclosure."""
    if parts.is_divided(case):
        return text([_of_parts(case, is_open=False), _of_parts(case, is_open=True)])
    reasons = ground(case)
    if not case.is_secret or placeholders(reasons):
        return reasons
    if fails(case):
        conclusion = HINDERS.format(_which(case))
        return text([reasons, paragraph([_no_other(case), conclusion])])
    if origins.leave_open(case):
        return reasons
    if case.lacks_treaty_ground:
        return reasons  # OSL 8:3 bars it all the same
    return paragraph([reasons, HINDERS_NOT.format(_if_reserved(case))])


def _of_parts(case: Case, *, is_open: bool) -> str:
    """Of the parts that may be given, or of those that may not."""
    names = parts.names(case, is_open=is_open)
    reasons = grounds(parts.of_parts(case, is_open=is_open))
    return paragraph([f"I fråga om {names} gäller följande.", reasons])


def _if_reserved(case: Case) -> str:
    """The sentence of a refusal that a reservation could have helped: none is made by
    it, and without one the secrecy bars."""
    consent_is = case.answer("N7.12-2.reserved") == "yes"
    asked_for = Ground.CONSENT in case.grounds and consent_is
    needed = Ground.RESERVATION in case.grounds or asked_for
    return " med ett sådant förbehåll" if needed and not case.grants else ""


def _which(case: Case) -> str:
    """The secrecy that bars, where it is not all of it."""
    rows = [row for row in case.tests if row.hinders]
    barring = [row for row in rows if _fails(case, row.ground)]
    if case.ground != Ground.SEVERAL or len(barring) == len(rows):
        return ""
    return f" enligt {together_cited(row.citation for row in barring)}"


def _no_other(case: Case) -> str:
    """The other grounds, where the one chosen fails; the reservation, if asked of."""
    no_reservation = NO_RESERVATION if case.answer("N8") == "no" else ""
    if case.ground == Ground.SEVERAL:
        return paragraph([NONE_OTHER, no_reservation])
    has_others = case.ground in (*NOT_SHOWN, Ground.RESERVATION)
    return paragraph([not_shown(case) if has_others else "", no_reservation])


def _necessary(case: Case) -> str:
    answers = {
        "yes": "Utlämnandet är nödvändigt för verksamheten.",
        "no": "Utlämnandet är inte nödvändigt för verksamheten.",
    }
    own = sentence(case.reasoned_answer("N7").reasons)
    parts = answer_sentences(case, "N7.10-2.necessary", answers)
    return paragraph([RULE_NECESSARY, own, *reversed(parts)])


def _reservation(case: Case) -> str:
    chosen, weighed = case.reasoned_answer("N7"), case.reasoned_answer("N8")
    why = chosen.reasons if chosen.answer == Ground.RESERVATION else ""
    own = paragraph([sentence(why), sentence(weighed.reasons)])
    if not case.answer("N8"):
        return paragraph([RULE_RESERVATION, NO_CHOICE])
    if case.answer("N8") != "yes":
        return paragraph([RULE_RESERVATION, own])
    concluded = REMOVED if case.grants else REMOVABLE
    conclusion = _unreserved(case) or concluded
    return paragraph([RULE_RESERVATION, own or WHY_RESERVED, conclusion])


def _unreserved(case: Case) -> str:
    """A gap where secrecy applies whatever the recipient may do with it."""
    by_it = [row for row in case.tests if row.hinders and _rests_on_reservation(row)]
    whole = [row for row in by_it if row.outcome == HarmTest.Outcome.APPLIES]
    cited = together_cited(row.citation for row in whole)
    return WHATEVER.format(cited) if whole else ""


def _rests_on_reservation(row: TriedProvision) -> bool:
    return row.ground in ("", Ground.RESERVATION)


def _foreign(case: Case) -> str:
    """The rule and what the demand rests on stand with the demand."""
    return sentence(case.reasoned_answer("N7").reasons) or WHY_FOREIGN


def _none(case: Case) -> str:
    own = sentence(case.reasoned_answer("N7").reasons) or WHY_NONE
    return paragraph([own, *factors(case), not_shown(case)])


BY_GROUND: dict[str, Callable[[Case], str]] = {
    Ground.TECHNICAL: technical,
    Ground.NECESSARY: _necessary,
    Ground.CONSENT: consent,
    Ground.FOREIGN: _foreign,
    Ground.STATISTICS: statistics,
    Ground.RESERVATION: _reservation,
    Ground.SEVERAL: _several,
    "none": _none,
}
