"""OSL 10:2 a: the assignment, the technical measure, and what is weighed."""

from dataclasses import replace

from requests_app.documents.drafting.case import Case, ReasonedAnswer
from requests_app.documents.drafting.ground_answers import WHY, answer_sentences
from requests_app.documents.drafting.weighing import SIDES
from requests_app.documents.drafting.words import dated, paragraph, sentence
from requests_app.words.phrases import listed

RULE_TECHNICAL = (
    "Enligt 10 kap. 2 a § OSL hindrar sekretess inte att en uppgift lämnas till en"
    " enskild som för den utlämnande myndighetens räkning har i uppdrag att endast"
    " tekniskt bearbeta eller tekniskt lagra uppgiften, om det med hänsyn till"
    " omständigheterna inte är olämpligt att uppgiften lämnas ut."
)
INAPPLICABLE = "Bestämmelsen i 10 kap. 2 a § OSL kan därför inte tillämpas."
UNSUITABLE_TOO = "I vart fall är det olämpligt att uppgifterna lämnas ut."
RELIANCE = {
    "expired": "har löpt ut",
    "ended": "gäller inte längre, eftersom avtalet har upphört",
    "revoked": "har återkallats",
}
RELIED_ON = {
    "missing": "har inte underlag för bedömningen",
    "expired": "har inte längre underlag för bedömningen",
    "ended": "har inte längre underlag för bedömningen",
    "revoked": "har inte längre underlag för bedömningen",
}
RETURNED = (
    "När tjänsterna har upphört ska personuppgifterna raderas eller återlämnas (artikel"
    " 28.3 g i dataskyddsförordningen)."
)
# What is said of a factor that speaks for, and of one that speaks against: no more than
# that; how and why is for the lawyer's own words. What does neither is left out.
LAW_ABROAD = "vad som gäller enligt främmande rätt"
FACTORS = {
    "data": ("uppgifternas art och mängd",) * 2,
    "strength": ("sekretessens styrka",) * 2,
    "persons": ("antalet personer som får åtkomst",) * 2,
    "silence": (
        "den straffsanktionerade tystnadsplikten",
        "att det är osäkert om en straffsanktionerad tystnadsplikt gäller",
    ),
    "foreign_law": (LAW_ABROAD,) * 2,
    "security": (
        "säkerhetsåtgärderna kring åtkomsten",
        "brister i säkerhetsåtgärderna kring åtkomsten",
    ),
    "alternatives": (
        "bristen på alternativ till åtkomst",
        "alternativen till åtkomst",
    ),
    "expectations": ("vad den enskilde kan räkna med",) * 2,
    "encryption": (
        "krypteringen av uppgifterna",
        "brister i krypteringen av uppgifterna",
    ),
    "interest": (
        "att mottagaren inte har något eget intresse av uppgifterna",
        "mottagarens eget intresse av uppgifterna",
    ),
}


def technical(case: Case) -> str:
    own = sentence(case.reasoned_answer("N7").reasons)
    if case.reliance != "valid":
        return paragraph([RULE_TECHNICAL, own, *_fallen(case)])
    answers = {
        "yes": "Åtgärden är endast teknisk bearbetning eller lagring.",
        "no": "Åtgärden är inte endast teknisk bearbetning eller lagring.",
    }
    measure = answer_sentences(case, "N7.10-2a.technical", answers)
    if case.fails("N7.10-2a.assignment") and not case.fails("N7.10-2a.technical"):
        measure = []  # without the assignment nothing follows of what it is
    return paragraph([RULE_TECHNICAL, own, *_assignment(case), *measure, *_rest(case)])


def _rest(case: Case) -> list[str]:
    """What is weighed, where it comes to that; else that it does not."""
    if not case.fails("N7.10-2a.assignment", "N7.10-2a.technical"):
        return [*factors(case), *_suitable(case)]
    if not case.fails("N7.10-2a.suitable"):
        return [INAPPLICABLE]
    return [INAPPLICABLE, *factors(case), *_own_weighing(case), UNSUITABLE_TOO]


def _fallen(case: Case) -> list[str]:
    """What the answers rested on is gone: nothing is concluded from them."""
    basis = RELIED_ON[case.reliance]
    conditions = "att förutsättningarna i 10 kap. 2 a § OSL är uppfyllda"
    return [standing_assessment(case), f"{case.body} {basis} {conditions}."]


def standing_assessment(case: Case) -> str:
    assessment = "stående bedömning av leverantören"
    own = f"{case.body} har ingen {assessment}."
    if case.reliance in RELIANCE:
        own = f"{case.body}s {assessment} {RELIANCE[case.reliance]}."
    is_over = case.reliance == "ended" and case.has_personal_data
    return paragraph([own, RETURNED if is_over else ""])


def _assignment(case: Case) -> list[str]:
    reference = case.references.assignment
    by = f" enligt {dated(reference)}" if reference else ""
    answers = {
        "yes": f"{case.request.provider} har ett sådant uppdrag{by}.",
        "no": f"{case.request.provider} har inte ett sådant uppdrag.",
    }
    return answer_sentences(case, "N7.10-2a.assignment", answers)


def _suitable(case: Case) -> list[str]:
    """The conclusion last, on the words before it."""
    answers = {
        "not_unsuitable": (
            "Vid en samlad bedömning är det inte olämpligt att uppgifterna lämnas ut."
        ),
        "unsuitable": (
            "Vid en samlad bedömning är det olämpligt att uppgifterna lämnas ut."
        ),
    }
    conclusion, own = answer_sentences(case, "N7.10-2a.suitable", answers)
    rows = (case.reasoned_answer(f"N7.10-2a.{name}") for name in (*FACTORS, *SIDES))
    weighed = any(row.reasons for row in rows)
    is_gap = own == WHY["N7.10-2a.suitable"]
    return [conclusion] if is_gap and weighed else [own, conclusion]


def _own_weighing(case: Case) -> list[str]:
    return [sentence(case.reasoned_answer("N7.10-2a.suitable").reasons)]


def bare_factors(case: Case, side: str) -> str:
    """What speaks for or against, without the lawyer's own words for it."""
    place = list(SIDES).index(side)
    chosen = [
        names[place]
        for factor, names in FACTORS.items()
        if case.answer(f"N7.10-2a.{factor}") == side
    ]
    return f"{SIDES[side]} ett utlämnande talar {listed(chosen)}." if chosen else ""


def factors(case: Case) -> list[str]:
    """What speaks for and against; of what does neither the lawyer's words alone are
    lines."""
    answers = {name: case.reasoned_answer(f"N7.10-2a.{name}") for name in FACTORS}
    parts = []
    for index, (weight, side) in enumerate(SIDES.items()):
        chosen = [(n, row) for n, row in answers.items() if row.answer == weight]
        if written := case.reasoned_answer(f"N7.10-2a.{weight}").reasons.strip():
            parts += _of_side(written, chosen)
            continue
        # Of a factor that nobody has written of first, then each with its words.
        bare = [FACTORS[name][index] for name, row in chosen if not row.reasons.strip()]
        lines = [f"{listed(bare)}."] if bare else []
        lines += [
            f"{FACTORS[name][index]}: {sentence(row.reasons)}"
            for name, row in chosen
            if row.reasons.strip()
        ]
        parts += [
            f"{side} ett utlämnande talar {'också ' if number else ''}{text}"
            for number, text in enumerate(lines)
        ]
    neutral = (row for row in answers.values() if row.answer not in SIDES)
    return [*parts, *(sentence(row.reasons) for row in neutral)]


def _of_side(written: str, chosen: list[tuple[str, ReasonedAnswer]]) -> list[str]:
    """The words for a side, and those for a factor alone that are not among them."""
    own = [sentence(row.reasons) for _name, row in chosen]
    return [sentence(written), *(row for row in own if row not in written)]


def without_factors(case: Case) -> Case:
    """With nothing to weigh: it stands where it is weighed."""
    weighed = {f"N7.10-2a.{name}" for name in (*FACTORS, *SIDES)}
    answers = {code: row for code, row in case.answers.items() if code not in weighed}
    return replace(case, answers=answers)
