"""In a refusal that leaves reasons out: which secrecy it is, as far as may be told, and
that nothing breaks it."""

from requests_app.documents.drafting import grounds
from requests_app.documents.drafting.case import Case, TriedProvision
from requests_app.documents.drafting.harm import conclusion, rule
from requests_app.documents.drafting.technical import bare_factors
from requests_app.documents.drafting.words import paragraph
from requests_app.models.assessment import Ground
from requests_app.words.phrases import listed

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
        reasons.append(grounds.NO_RESERVATION)
    return reasons or [NO_GROUND]
