"""Secrecy, of how texts for secrecy review are drafted: consent, ground answers,
grounds, harm, statistics, technical and weighing."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from requests_app.cases.review.drafting import case as drafting_case
from requests_app.cases.review.drafting.case import (
    NOT_SHOWN,
    Case,
    ReasonedAnswer,
    TriedProvision,
    not_shown,
    together_cited,
)
from requests_app.cases.review.law.tree import ProvisionWords, provision_words
from requests_app.cases.review.models.assessment import Ground, HarmTest
from requests_app.core.models import Outcome as DecisionOutcome
from requests_app.core.words.texts import (
    dated,
    listed,
    lowered,
    paragraph,
    placeholders,
    sentence,
    text,
)
from requests_app.registers.models.provisions import Provision

# What a ground asks, and its answers as sentences; a gap for what nobody answered.

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


# OSL 12:2–3: whoever the secrecy protects has consented, or their guardian has.

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
        "Den enskilde är underårig, och samtliga vårdnadshavare har samtyckt (12 kap."
        " 3 § OSL)."
    ),
    "child": (
        "Den enskilde är underårig och har ensam samtyckt till utlämnandet (12 kap. 3 §"
        " OSL)."
    ),
    "missing": (
        "Den enskilde är underårig, och samtycke saknas från någon vårdnadshavare (12"
        " kap. 3 § OSL)."
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


# OSL 24:8 third paragraph: statistics that may be disclosed all the same.

RULE_STATISTICS = (
    "Enligt 24 kap. 8 § tredje stycket OSL får uppgifter som behövs för forsknings-"
    " eller statistikändamål, och uppgifter som inte är direkt hänförliga till den"
    " enskilde, lämnas ut, om det står klart att de kan röjas utan att den som"
    " uppgifterna rör eller någon närstående till denne lider skada eller men."
)


def statistics(case: Case) -> str:
    answers = {
        "yes": "Det står klart att uppgifterna kan röjas utan skada eller men.",
        "no": "Det står inte klart att uppgifterna kan röjas utan skada eller men.",
    }
    own = sentence(case.reasoned_answer("N7").reasons)
    parts = answer_sentences(case, "N7.24-8.clear", answers)
    return paragraph([RULE_STATISTICS, own, *reversed(parts)])


# What speaks for a disclosure and against it (OSL 10:2 a), in words: one text for each
# side, of all the factors that speak that way.

FACTORS = "N7.10-2a."
SIDES = {"for": "För", "against": "Mot"}
OPENINGS = {side: f"{word} ett utlämnande talar" for side, word in SIDES.items()}
# What is said of a factor that speaks for, and of one that speaks against.
CLAUSES = {
    "data": (
        "att uppgifterna är av begränsad art och mängd",
        "att uppgifterna till sin art eller mängd är känsliga",
    ),
    "strength": ("att sekretessen är svag", "att sekretessen är stark"),
    "persons": (
        "att få personer får åtkomst till uppgifterna",
        "att många personer kan få åtkomst till uppgifterna",
    ),
    "silence": (
        "att den som utför åtgärden omfattas av en straffsanktionerad tystnadsplikt",
        "att det är osäkert om en straffsanktionerad tystnadsplikt gäller för den som"
        " utför åtgärden",
    ),
    "foreign_law": (
        "att det inte har kommit fram att främmande rätt ger någon annan stats"
        " myndigheter rätt till uppgifterna",
        "att en annan stats myndigheter enligt främmande rätt kan kräva att få del av"
        " uppgifterna",
    ),
    "security": (
        "att åtkomsten omges av tillräckliga säkerhetsåtgärder",
        "att säkerhetsåtgärderna kring åtkomsten brister",
    ),
    "alternatives": (
        "att syftet inte kan nås utan åtkomst",
        "att syftet kan nås på andra sätt än genom åtkomst",
    ),
    "expectations": (
        "att den enskilde kan räkna med att uppgifterna hanteras så",
        "att den enskilde inte kan räkna med att uppgifterna hanteras så",
    ),
    "encryption": (
        "att uppgifterna är krypterade med en nyckel som endast myndigheten har",
        "att uppgifterna är läsbara för mottagaren",
    ),
    "interest": (
        "att mottagaren inte har något eget intresse av uppgifterna",
        "att mottagaren har ett eget intresse av uppgifterna",
    ),
}


def clause(code: str, side: str) -> str:
    """What is said of the factor, by its code in the tree, that speaks that way."""
    return CLAUSES[code.removeprefix(FACTORS)][list(SIDES).index(side)]


def of_side(side: str, answers: Mapping[str, ReasonedAnswer]) -> str:
    """All that speaks that way in one sentence, and what somebody has written of a
    factor of its own after it; empty where nothing does."""
    rows = {name: answers.get(f"{FACTORS}{name}") for name in CLAUSES}
    chosen = {name: row for name, row in rows.items() if row and row.answer == side}
    if not chosen:
        return ""
    clauses = listed(clause(name, side) for name in chosen)
    own = (sentence(row.reasons) for row in chosen.values())
    return paragraph([f"{OPENINGS[side]} {clauses}.", *own])


# OSL 10:2 a: the assignment, the technical measure, and what is weighed.

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
TECHNICAL_FACTORS = {
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
    rows = (
        case.reasoned_answer(f"N7.10-2a.{name}")
        for name in (*TECHNICAL_FACTORS, *SIDES)
    )
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
        for factor, names in TECHNICAL_FACTORS.items()
        if case.answer(f"N7.10-2a.{factor}") == side
    ]
    return f"{SIDES[side]} ett utlämnande talar {listed(chosen)}." if chosen else ""


def factors(case: Case) -> list[str]:
    """What speaks for and against; of what does neither the lawyer's words alone are
    lines."""
    answers = {
        name: case.reasoned_answer(f"N7.10-2a.{name}") for name in TECHNICAL_FACTORS
    }
    parts = []
    for index, (weight, side) in enumerate(SIDES.items()):
        chosen = [(n, row) for n, row in answers.items() if row.answer == weight]
        if written := case.reasoned_answer(f"N7.10-2a.{weight}").reasons.strip():
            parts += _of_side(written, chosen)
            continue
        # Of a factor that nobody has written of first, then each with its words.
        bare = [
            TECHNICAL_FACTORS[name][index]
            for name, row in chosen
            if not row.reasons.strip()
        ]
        lines = [f"{listed(bare)}."] if bare else []
        lines += [
            f"{TECHNICAL_FACTORS[name][index]}: {sentence(row.reasons)}"
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
    weighed = {f"N7.10-2a.{name}" for name in (*TECHNICAL_FACTORS, *SIDES)}
    answers = {code: row for code, row in case.answers.items() if code not in weighed}
    return replace(case, answers=answers)


# Why secrecy does not bar the disclosure, or why no ground carries it (OSL 10, 12).

RESERVED = DecisionOutcome.GRANTED_WITH_RESERVATION
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
        return "" if drafting_case.leave_open(case) else FREE
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
        outcome = DecisionOutcome.GRANTED
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
    if drafting_case.is_divided(case):
        return text([_of_parts(case, is_open=False), _of_parts(case, is_open=True)])
    reasons = ground(case)
    if not case.is_secret or placeholders(reasons):
        return reasons
    if fails(case):
        conclusion = HINDERS.format(_which(case))
        return text([reasons, paragraph([_no_other(case), conclusion])])
    if drafting_case.leave_open(case):
        return reasons
    if case.lacks_treaty_ground:
        return reasons  # OSL 8:3 bars it all the same
    return paragraph([reasons, HINDERS_NOT.format(_if_reserved(case))])


def _of_parts(case: Case, *, is_open: bool) -> str:
    """Of the parts that may be given, or of those that may not."""
    names = drafting_case.names(case, is_open=is_open)
    reasons = grounds(drafting_case.of_parts(case, is_open=is_open))
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


# Each provision's own test in the statute's words, and how it came out.

Outcome = HarmTest.Outcome
Kind = Provision.HarmTest

# How the paragraph puts its condition, and what is said when it is met or not.
DEGREES = {
    "": (
        "det kan antas att",
        "En sådan följd kan antas",
        "En sådan följd kan inte antas",
    ),
    "måste": (
        "det måste antas att",
        "En sådan följd måste antas",
        "Omständigheterna är inte sådana att en sådan följd måste antas",
    ),
    "särskild": (
        "det av särskild anledning kan antas att",
        "Det finns särskild anledning att anta en sådan följd",
        "Någon särskild anledning att anta en sådan följd finns inte",
    ),
}
NOT_CLEAR = "Det står inte klart att uppgifterna kan röjas utan en sådan följd"
CLEAR = "Det står klart att uppgifterna kan röjas utan en sådan följd"
OF_PART = "I fråga om {} gäller följande{}."
HARM_WHY = "[Ange de omständigheter som gör att {}.]"
SHOW = "[Ange {}.]"
AGAINST = (
    "[Bestämmelsen gäller endast i förhållande till {}. Ange varför den tillämpas mot"
    " leverantören, eller stryk den.]"
)

# A paragraph or a point by its number alone, as the statute writes of its neighbours.
NEIGHBOURS = re.compile(
    r"(som (?:avses|anges) i (?:\d+(?:–\d+)?|§§?|och|första|andra|stycket|[ ,])+§§?)"
)
POINT = re.compile(r"(som avses i) (\d+) (?=för )")


def condition_of(provision: Provision) -> str:
    """When secrecy applies by it, as the paragraph says; not for absolute secrecy."""
    words = provision_words()[provision.code]
    also = f" och {words.also}" if words.also else ""
    return f"{_condition(words, provision.harm_test)}{also}"


def rule(citation: str, code: str, harm_test: str, valid_from: date | None) -> str:
    """What the paragraph says: where, for which information, on which condition."""
    stated = _stated(citation, code, harm_test, valid_from)
    return POINT.sub(r"\1 punkt \2 ", NEIGHBOURS.sub(r"\1 samma kapitel", stated))


def _stated(citation: str, code: str, harm_test: str, valid_from: date | None) -> str:
    words = provision_words()[code]
    if words.rule:
        return f"Enligt {citation} {words.rule}."
    scope = words.scope_in(valid_from)
    where = f" {scope}" if scope else ""
    begins = f"Enligt {citation} gäller sekretess{where} för {words.about}"
    if harm_test == Kind.ABSOLUTE:
        return f"{begins}. Någon skadeprövning ska inte göras."
    also = f" och {words.also}" if words.also else ""
    comma = ", endast" if words.only else ","
    return f"{begins}{comma} om {_condition(words, harm_test)}{also}."


def provision_paragraph(test: TriedProvision, *, states_rule: bool = True) -> str:
    """The paragraph's rule, the lawyer's words, and the conclusion."""
    own = _own_words(test)
    if test.outcome == Outcome.STRUCK:
        return paragraph([_struck([test]), *own])
    stated = rule(test.citation, test.code, test.harm_test, test.valid_from)
    if test.place:
        stated = stated if states_rule else ""
        by = "" if states_rule else f" enligt {test.citation}"
        own = [OF_PART.format(test.place, by), *own]
    if test.outcome == Outcome.DOES_NOT_APPLY:
        return paragraph([stated, *own, *_unmet(test)])
    return paragraph([stated, *own, *_gaps(test), *_met(test)])


def provision_paragraphs(tests: Iterable[TriedProvision]) -> list[str]:
    """A paragraph for each provision: first those that hinder, then those that do not,
    and those struck together."""
    rows = list(tests)
    hindering = [row for row in rows if row.hinders]
    unmet = [row for row in rows if row.outcome == Outcome.DOES_NOT_APPLY]
    struck = [row for row in rows if row.outcome == Outcome.STRUCK]
    with_words = [row for row in struck if row.place or any(_own_words(row))]
    bare = [row for row in struck if row not in with_words]
    paragraphs, stated = [], set()
    for row in (*hindering, *unmet):
        states_rule = row.code not in stated
        paragraphs.append(provision_paragraph(row, states_rule=states_rule))
        stated.add(row.code)
    return [
        *paragraphs,
        paragraph([_struck(bare), *map(provision_paragraph, with_words)]),
    ]


def _struck(tests: list[TriedProvision]) -> str:
    """One in a sentence; several in a list, with the statute named once."""
    if len(tests) == 1:
        (test,) = tests
        where = f" i fråga om {test.place}" if test.place else ""
        named = f"{test.citation} ({_title(test)})"
        return f"Bestämmelsen i {named} är inte tillämplig{where}."
    named = listed(
        f"{row.citation.removesuffix(' OSL')} ({_title(row)})" for row in tests
    )
    return f"Följande bestämmelser i OSL är inte tillämpliga: {named}." if named else ""


def _title(test: TriedProvision) -> str:
    return lowered(test.title).replace(" (", ", ").replace(")", "")


def _condition(words: ProvisionWords, harm_test: str) -> str:
    if words.condition:
        return words.condition
    if harm_test == Kind.REVERSE:
        return f"det inte står klart att uppgiften kan röjas utan att {words.harm}"
    assumed, _met, _unmet = DEGREES[words.degree]
    return f"{assumed} {words.harm} om uppgiften röjs"


def _own_words(test: TriedProvision) -> list[str]:
    sentences = []
    if test.facts_for.strip():
        sentences += ["För sekretess talar följande.", sentence(test.facts_for)]
    if test.facts_against.strip():
        sentences += ["Mot sekretess talar följande.", sentence(test.facts_against)]
    return [*sentences, sentence(test.reasons)]


def _gaps(test: TriedProvision) -> list[str]:
    """What the statute asks for beside the harm, and nobody has accounted for."""
    words = provision_words()[test.code]
    if words.against:
        return [AGAINST.format(words.against)]
    return [SHOW.format(words.show)] if words.show and not test.reasons.strip() else []


def _met(test: TriedProvision) -> list[str]:
    if test.harm_test == Kind.ABSOLUTE:
        return [conclusion(test)]
    words = provision_words()[test.code]
    is_explained = not (test.harm_test == Kind.REVERSE or words.against)
    why = _why(test, "det kan antas") if is_explained else []
    return [*why, conclusion(test)]


def conclusion(test: TriedProvision) -> str:
    """What follows where the provision gives secrecy."""
    if test.harm_test == Kind.ABSOLUTE:
        return "Uppgifterna är därför sekretessbelagda."
    words = provision_words()[test.code]
    is_presumed = test.harm_test == Kind.REVERSE
    met = words.met or (NOT_CLEAR if is_presumed else DEGREES[words.degree][1])
    if test.outcome == Outcome.UNLESS_RESERVED:
        reserved = "om det inte ställs upp ett förbehåll som begränsar mottagarens rätt"
        passed_on = "att lämna uppgifterna vidare eller utnyttja dem"
        return f"{met}, {reserved} {passed_on}."
    return f"{met}. Uppgifterna är därför sekretessbelagda."


def _unmet(test: TriedProvision) -> list[str]:
    is_reverse = test.harm_test == Kind.REVERSE
    words = provision_words()[test.code]
    unmet = words.unmet or (CLEAR if is_reverse else DEGREES[words.degree][2])
    why = _why(test, "det står klart") if is_reverse else []
    return [*why, f"{unmet}. Sekretess gäller därför inte enligt bestämmelsen."]


def _why(test: TriedProvision, conclusion: str) -> list[str]:
    """Whoever departs from the presumption of the test says on what."""
    accounted = test.reasons.strip() or test.facts_for.strip()
    return [] if accounted else [HARM_WHY.format(conclusion)]
