"""What the recipient reads instead, where reasons are left out: enough to appeal, and
never what is secret.

The lawyer's own words stay out. Of the provisions only those are named that may be to
this recipient, and no consent: that somebody consented tells of somebody.
"""

from requests_app.documents.drafting import (
    foreign_demand,
    grounds,
    origins,
    parts,
    personal_data,
)
from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.internal import (
    NOTHING_LEFT,
    WHY,
    WHY_DISMISSED,
    WHY_STRUCK_OFF,
    ended,
    whole_or_not,
)
from requests_app.documents.drafting.refusal import (
    WHY_NOT_HANDED_OUT,
    WHY_REFUSED,
    has_obstacle,
)
from requests_app.documents.drafting.secrecy import secrecy
from requests_app.documents.drafting.statutes import together_cited, written_out
from requests_app.documents.drafting.to_recipient import (
    MENDABLE,
    new_request,
    silence,
)
from requests_app.documents.drafting.words import paragraph, span, text
from requests_app.models import Outcome
from requests_app.models.assessment import Ground

ACCESS = "inte åtkomsten"
DISCLOSURE = "inte att handlingarna lämnas ut"
HINDERS_NOT = f"Sekretess hindrar {ACCESS}"
BESIDES_NOT = f"I övrigt hindrar sekretess {ACCESS}"
GRANTED: dict[str, str] = {
    Ground.NOT_SECRET: f"{HINDERS_NOT}.",
    Ground.TECHNICAL: (
        f"{HINDERS_NOT}, eftersom uppgifterna endast lämnas för teknisk bearbetning"
        " eller lagring för myndighetens räkning och det inte är olämpligt att de"
        " lämnas ut (10 kap. 2 a § OSL)."
    ),
    Ground.NECESSARY: (
        f"{HINDERS_NOT}, eftersom utlämnandet är nödvändigt för myndighetens verksamhet"
        " (10 kap. 2 § OSL)."
    ),
    Ground.CONSENT: f"{HINDERS_NOT}.",
    Ground.FOREIGN: (
        f"{HINDERS_NOT}, eftersom den utländska myndigheten får ta del av uppgifterna"
        " enligt 8 kap. 3 § OSL."
    ),
    Ground.STATISTICS: (
        f"{HINDERS_NOT}, eftersom det står klart att uppgifterna kan röjas utan skada"
        " eller men (24 kap. 8 § tredje stycket OSL)."
    ),
    Ground.RESERVATION: (
        "{secrecy} utan förbehåll. Risken för skada, men eller annan olägenhet"
        " undanröjs genom det förbehåll som anges i beslutet (10 kap. 14 § OSL)."
    ),
}
RESERVED = "Uppgifterna kan lämnas ut med det förbehåll som anges i beslutet."
UNMET = "Förutsättningarna enligt dataskyddsförordningen är inte uppfyllda."
HAS_ENDED = "Avtalet har upphört, och åtkomst kan därför inte medges."
NEVER = "Förutsättningar att medge åtkomst finns inte."
NOT_NOW = "Förutsättningar att medge åtkomst finns inte för närvarande."
ANEW = "Ange diarienummer {number} i en ny begäran, som prövas för sig."
WHY_REST = (
    "[Ange varför begäran inte bifalls i övrigt, utan att röja något som är hemligt.]"
)


def for_recipient(case: Case) -> str:
    reasons = {
        Outcome.DISMISSED: _dismissed,
        Outcome.STRUCK_OFF: _struck_off,
        Outcome.REFUSED: _refused,
        Outcome.PARTIALLY_GRANTED: _partly,
    }.get(Outcome(case.outcome), _granted)
    return written_out(text(reasons(case)) or WHY, goes_on=False)


def _granted(case: Case) -> list[str]:
    sentences = _by_grounds(case)
    if case.is_tf:
        sentences = [line.replace(ACCESS, DISCLOSURE) for line in sentences]
        return [paragraph(sentences)]
    if any(sentences):
        sentences.append(silence(case))
    return [paragraph(sentences) or WHY, _time(case)]


def _by_grounds(case: Case) -> list[str]:
    """Each that may be told; that secrecy does not bar it stands once."""
    reserved = case.outcome == Outcome.GRANTED_WITH_RESERVATION
    by_consent = reserved and Ground.RESERVATION not in case.grounds
    if by_consent and case.ground == Ground.CONSENT:
        return [RESERVED]  # what it rests on would tell of the consent
    sentences = [
        case.in_own_name(GRANTED[ground]).format(secrecy=_bars(case))
        for ground in sorted(case.grounds, key=_is_free)
        if ground in GRANTED
    ]
    reasoned = [line for line in sentences if line != f"{HINDERS_NOT}."]
    first, *rest = reasoned or sentences or [""]
    besides = (line.replace(HINDERS_NOT, BESIDES_NOT) for line in rest)
    return [first, *besides, RESERVED if by_consent else ""]


def _time(case: Case) -> str:
    """Why for a shorter time than was asked for; the order says how long."""
    if not case.grants_less_time or case.outcome == Outcome.PARTIALLY_GRANTED:
        return ""
    if case.accounts_for_time:
        return "Åtkomsten begränsas till den tid som behövs för åtgärden."
    return f"[Ange varför åtkomst inte medges i {span(case.request.minutes or 0)}.]"


def _partly(case: Case) -> list[str]:
    if whole := whole_or_not(case):
        return [*_rest(case), f"{whole} {ANEW.format(number=case.diary_number)}"]
    if not parts.is_divided(case):
        return [*_granted(case), WHY_REST]
    given = _granted(parts.of_parts(case, is_open=True))
    return [*_of_parts(case, given, is_open=True), *_rest(case)]


def _rest(case: Case) -> list[str]:
    """Why what is not given is not; the lawyer says it where nothing was divided."""
    if not parts.is_divided(case):
        return [WHY_REST]
    refused = secrecy(parts.of_parts(case, is_open=False))
    return _of_parts(case, refused, is_open=False)


def _of_parts(case: Case, reasons: list[str], *, is_open: bool) -> list[str]:
    """The paragraphs of the parts that may be given, or of those that may not."""
    about = f"I fråga om {parts.names(case, is_open=is_open)} gäller följande."
    first, *rest = filter(None, reasons)
    return [paragraph([about, first]), *rest]


def _dismissed(case: Case) -> list[str]:
    if case.is_tf or case.answer("N0") != "no":
        return [WHY_DISMISSED]
    return [
        "Det kan inte bekräftas att begäran är äkta, och den prövas därför inte i sak."
    ]


def _struck_off(case: Case) -> list[str]:
    why = ended(case)
    if why == WHY_STRUCK_OFF:
        return [why]
    return [paragraph([why, NOTHING_LEFT])]


def _refused(case: Case) -> list[str]:
    if case.is_tf:
        return secrecy(case) if grounds.fails(case) else [WHY_NOT_HANDED_OUT]
    if not has_obstacle(case):
        return [WHY_REFUSED, new_request(case)]
    sentences = [
        _data_protection(case) if personal_data.fails(case) else "",
        _elsewise(case),
        "Syftet kan nås på ett mindre ingripande sätt." if case.fails("N10") else "",
    ]
    return [
        foreign_demand.for_recipient(case),
        *(secrecy(case) if grounds.fails(case) else []),
        paragraph(sentences),
        new_request(case),
    ]


def _is_free(ground: str) -> bool:
    """What is given with a reservation is said first, and then what it is not of."""
    return ground != Ground.RESERVATION


def _bars(case: Case) -> str:
    """The secrecy that a reservation is made for."""
    citations = dict.fromkeys(
        test.citation
        for test in case.tests
        if test.hinders
        and test.may_be_named
        and (case.ground != Ground.SEVERAL or not _is_free(test.ground))
    )
    by = f" enligt {together_cited(citations)}" if citations else ""
    return f"Sekretess{by} hindrar att uppgifterna lämnas ut"


def _data_protection(case: Case) -> str:
    sentences = [
        personal_data.sentence_on(case, code) for code in MENDABLE if case.fails(code)
    ]
    if case.fails("N9.transfer", "N9.transfer.certified", "N9.transfer.scope"):
        sentences.append(
            "Personuppgifter kan inte föras över till tredje land utan en grund enligt"
            " kapitel V i dataskyddsförordningen."
        )
    follows = personal_data.bars(case)
    if sentences:
        return paragraph([*sentences, follows])
    return UNMET if follows == personal_data.BARS else follows.replace("därför ", "")


def _elsewise(case: Case) -> str:
    """An obstacle of our own: not the provider's to know more about."""
    unknown = case.fails("N1") or origins.fails(case)
    own = case.reliance != "valid" or case.is_frozen or unknown
    if case.reliance == "ended":
        return HAS_ENDED
    if not own or grounds.fails(case):
        return ""  # the secrecy is enough
    return NEVER if origins.bars_for_good(case) else NOT_NOW
