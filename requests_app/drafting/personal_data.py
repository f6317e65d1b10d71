"""The paragraph on the data protection regulation (legal.md 1.6)."""

from requests_app.drafting.case import Case
from requests_app.drafting.words import lowered, paragraph, sentence

CODES = (
    "N9.controller",
    "N9.processor",
    "N9.country",
    "N9.entity",
    "N9.transfer",
    "N9.special",
)


def fails(case: Case) -> bool:
    return case.has_personal_data and case.fails(*CODES)


def personal_data(case: Case) -> str:
    if not case.has_personal_data:
        return (
            "Uppgifterna omfattar inte personuppgifter. Hinder enligt"
            " dataskyddsförordningen finns inte."
        )
    by_answer = _sentences(case)
    parts = []
    for code in CODES:
        answer = case.reasoned_answer(code)
        parts += [by_answer.get((code, answer.answer), ""), sentence(answer.reasons)]
    end = "finns" if fails(case) else "finns inte"
    if not any(parts):
        return ""
    return paragraph([*parts, f"Hinder enligt dataskyddsförordningen {end}."])


def _sentences(case: Case) -> dict[tuple[str, str], str]:
    """By question and answer; what is as it should be and says nothing is left out."""
    country = f" ({case.request.country})" if case.request.country else ""
    agreement = _agreement(case.references.agreement)
    transfer = _named(case.references.transfer)
    chapter = "kapitel V i dataskyddsförordningen"
    return {
        ("N9.controller", "no"): (
            "Myndigheten är inte personuppgiftsansvarig för uppgifterna."
        ),
        ("N9.processor", "yes"): (f"Åtgärden täcks av {agreement}."),
        ("N9.processor", "no"): (
            "Åtgärden täcks inte av ett personuppgiftsbiträdesavtal."
        ),
        ("N9.country", "eea"): f"Åtgärden utförs inom EES{country}.",
        ("N9.country", "third"): f"Åtkomsten sker från tredje land{country}.",
        ("N9.country", "unknown"): (
            "Det framgår inte var den som ska utföra åtgärden befinner sig."
        ),
        ("N9.entity", "subcontractor"): (
            "Den som utför åtgärden är anställd hos en underleverantör."
        ),
        ("N9.entity", "unknown"): (
            "Det framgår inte vilket bolag som anställer den som ska utföra åtgärden."
        ),
        ("N9.transfer", "not_needed"): "Någon överföring till tredje land sker inte.",
        ("N9.transfer", "adequacy"): (
            "Överföringen till tredje land stöds på ett beslut om adekvat skyddsnivå"
            f" enligt artikel 45 i dataskyddsförordningen{transfer}."
        ),
        ("N9.transfer", "clauses"): (
            "Överföringen till tredje land stöds på standardavtalsklausuler enligt"
            f" artikel 46 i dataskyddsförordningen{transfer}."
        ),
        ("N9.transfer", "none"): (
            f"Myndigheten har inte underlag för att överföringen uppfyller {chapter}."
        ),
        ("N9.special", "no"): (
            "Skyddet är inte tillräckligt för de kategorier av personuppgifter som"
            " förekommer."
        ),
    }


def _agreement(reference: str) -> str:
    """By its own name, where that says what it is."""
    kind = "personuppgiftsbiträdesavtal"
    if reference.lower().startswith(kind):
        return lowered(reference)
    return f"ett {kind}{_named(reference)}"


def _named(reference: str) -> str:
    return f", {reference}" if reference else ""
