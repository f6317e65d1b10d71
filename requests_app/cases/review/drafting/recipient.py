"""Recipient, of how texts for secrecy review are drafted: refusal, secrecy and to
recipient."""

from requests_app.cases.review.drafting import case as drafting_case
from requests_app.cases.review.drafting import data
from requests_app.cases.review.drafting import secrecy as drafting_secrecy
from requests_app.cases.review.drafting.case import Case, TriedProvision
from requests_app.cases.review.drafting.secrecy import (
    RELIED_ON,
    bare_factors,
    conclusion,
    rule,
    standing_assessment,
)
from requests_app.cases.review.models.assessment import Ground
from requests_app.core.words.texts import listed, paragraph

# Why a request is refused, where that is not said with the secrecy or the data.

WHY_REFUSED = "[Ange varför begäran avslås.]"
WHY_NOT_HANDED_OUT = (
    "[Ange den sekretess som hindrar att handlingarna lämnas ut; av andra skäl kan"
    " begäran inte avslås.]"
)


def has_obstacle(case: Case) -> bool:
    """Is there a reason to refuse among the answers? Of official documents: is there
    secrecy that bars the disclosure?"""
    if case.is_tf:
        return drafting_secrecy.fails(case)
    obstacles = (
        drafting_secrecy.fails(case),
        data.fails(case),
        drafting_case.fails(case),
        case.fails("N10", "N1"),
        case.lacks_treaty_ground,
    )
    return any(obstacles) or case.is_frozen or case.reliance != "valid"


def refusal(case: Case) -> str:
    if case.is_tf:
        return "" if has_obstacle(case) else WHY_NOT_HANDED_OUT
    sentences = _reliance(case)
    if case.is_frozen:
        sentences += ["Nya medgivanden är för närvarande stoppade.", drafting_case.BARS]
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
    if drafting_secrecy.fails(case):
        return [own]
    if case.has_personal_data:
        return [
            own,
            f"{case.body} {RELIED_ON[case.reliance]} att kraven i artikel 28 i"
            " dataskyddsförordningen är uppfyllda.",
            drafting_case.BARS,
        ]
    its_order = f"{case.body.lower()}s ordning"
    return [own, f"Åtkomst medges enligt {its_order} inte utan en sådan."]


# In a refusal that leaves reasons out: which secrecy it is, as far as may be told, and
# that nothing breaks it.

# The parts of the act that the provisions stand in (OSL IV and V).
INTERESTS = {
    False: "15–20 kap. OSL, till skydd för ett allmänt intresse",
    True: (
        "21–40 kap. OSL, till skydd för enskildas personliga eller ekonomiska"
        " förhållanden"
    ),
}
UNNAMED = "Uppgifterna omfattas{also} av sekretess enligt {where}. {hidden}"
ONE_HIDDEN = (
    "Vilken bestämmelse det är kan inte anges utan att det som den skyddar röjs."
)
SEVERAL_HIDDEN = (
    "Vilka bestämmelser det är kan inte anges utan att det som de skyddar röjs."
)
BARS = "Sekretess hindrar därför att uppgifterna lämnas ut."
INAPPLICABLE = "Förutsättningarna i 10 kap. 2 a § OSL är inte uppfyllda"
# Why OSL 10:2 a does not carry it, by the question that fails.
NOT_TECHNICAL = {
    "N7.10-2a.assignment": (
        "mottagaren inte har i uppdrag att endast tekniskt bearbeta eller tekniskt"
        " lagra uppgifterna"
    ),
    "N7.10-2a.technical": (
        "åtgärden inte endast är teknisk bearbetning eller teknisk lagring"
    ),
    "N7.10-2a.suitable": "det är olämpligt att uppgifterna lämnas ut",
}
NOT_NECESSARY = (
    "Utlämnandet är inte nödvändigt för myndighetens verksamhet (10 kap. 2 § OSL)."
)
NO_GROUND = (
    "Det har inte kommit fram någon grund för att lämna ut uppgifterna trots"
    " sekretessen."
)


def secrecy(case: Case) -> list[str]:
    """A paragraph for each provision that may be named, one for the rest, and what
    follows."""
    hindering = [test for test in case.tests if test.hinders]
    named = [test for test in hindering if test.may_be_named]
    unnamed = [test for test in hindering if not test.may_be_named]
    return [
        *map(_provision, named),
        _unnamed(unnamed, also=bool(named)),
        paragraph([*_why_unbroken(case), BARS]),
    ]


def _provision(test: TriedProvision) -> str:
    stated = rule(test.citation, test.code, test.harm_test, test.valid_from)
    return paragraph([stated, conclusion(test)])


def _unnamed(tests: list[TriedProvision], *, also: bool) -> str:
    if not tests:
        return ""
    kinds = sorted({test.protects_somebody for test in tests})
    return UNNAMED.format(
        also=" också" if also else "",
        where=", och enligt ".join(INTERESTS[kind] for kind in kinds),
        hidden=ONE_HIDDEN if len(tests) == 1 else SEVERAL_HIDDEN,
    )


def _why_unbroken(case: Case) -> list[str]:
    """As far as the ground itself tells of nobody: that somebody consented would."""
    reasons = []
    if Ground.TECHNICAL in case.grounds:
        failing = [why for code, why in NOT_TECHNICAL.items() if case.fails(code)]
        if failing:
            reasons += [f"{INAPPLICABLE}, eftersom {listed(failing)}."]
        if case.fails("N7.10-2a.suitable"):
            reasons.append(bare_factors(case, "against"))
    if Ground.NECESSARY in case.grounds and case.fails("N7.10-2.necessary"):
        reasons.append(case.in_own_name(NOT_NECESSARY))
    if case.answer("N8") == "no":
        reasons.append(drafting_secrecy.NO_RESERVATION)
    return reasons or [NO_GROUND]


# What is said to whoever reads the decision beside why: what binds them, and that they
# may apply anew.

NEW_REQUEST = (
    "Ni kan göra en ny, avgränsad begäran. Den bör ange vilket objekt och vilken åtgärd"
    " det gäller, hur lång tid som behövs samt vem som utför åtgärden, för vilket bolag"
    " och från vilket land."
)
# What an applicant can mend, and knows of already.
MENDABLE = ("N9.processor", "N9.country", "N9.entity")
# What another request does not change, and what one for less may.
ASSIGNMENT = "N7.10-2a.assignment"
SUITABLE = "N7.10-2a.suitable"
# Told where the lawyer finds that it reaches whoever gets access.
SILENCE = "N7.10-2a.silence"
BOUND = (
    "Den som deltar eller har deltagit i leverantörens eller en underleverantörs"
    " verksamhet får enligt 4 § lagen (2020:914) om tystnadsplikt vid utkontraktering"
    " av teknisk bearbetning eller lagring av uppgifter inte obehörigen röja eller"
    " utnyttja uppgifterna."
)
CONTRACT = (
    "Leverantören ska se till att alla som får åtkomst{also} har åtagit sig att iaktta"
    " konfidentialitet eller omfattas av lagstadgad tystnadsplikt (artikel 28.3 b i"
    " dataskyddsförordningen)."
)


def silence(case: Case) -> str:
    """The duty of silence of whoever gets access; none of official documents."""
    if case.is_tf or not case.grants:
        return ""
    is_bound = Ground.TECHNICAL in case.grounds and case.answer(SILENCE) == "for"
    also = " också" if is_bound else ""
    contract = CONTRACT.format(also=also) if case.has_personal_data else ""
    return paragraph([BOUND if is_bound else "", contract])


def new_request(case: Case) -> str:
    """In a refusal: could whoever applied get it by asking for less, or by telling
    more?"""
    has_ended = case.fails(ASSIGNMENT) or case.reliance == "ended"
    for_good = has_ended or data.would_breach(case)
    if case.is_tf or case.is_foreign_demand or for_good:
        return ""
    if case.answer("N5.whistle") == "tested":
        return ""
    is_mendable = case.fails(*MENDABLE, "N10", SUITABLE)
    return NEW_REQUEST if is_mendable else ""
