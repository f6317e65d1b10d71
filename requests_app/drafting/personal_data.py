"""The paragraph on the data protection regulation (legal.md 1.6)."""

from requests_app.drafting.case import Case
from requests_app.drafting.words import dated, paragraph, sentence

CODES = (
    "N9.controller",
    "N9.processor",
    "N9.country",
    "N9.entity",
    "N9.transfer",
    "N9.special",
)
OPEN = {
    "N9.controller": "[Ange om myndigheten är personuppgiftsansvarig.]",
    "N9.processor": "[Ange om åtgärden täcks av ett personuppgiftsbiträdesavtal.]",
    "N9.country": "[Ange från vilket land åtgärden utförs.]",
    "N9.entity": "[Ange vilket bolag som anställer den som utför åtgärden.]",
    "N9.transfer": (
        "[Ange om uppgifter förs över till tredje land och på vilken grund.]"
    ),
    "N9.special": "[Ange om skyddet är tillräckligt för personuppgifterna.]",
}
AGREEMENT = "personuppgiftsbiträdesavtal"


def fails(case: Case) -> bool:
    return case.has_personal_data and case.fails(*CODES)


def personal_data(case: Case) -> str:
    """What is answered; a grant leaves a gap for what is not, and nothing is concluded
    while a question is open."""
    if not case.has_personal_data:
        return (
            "Enligt myndighetens förteckning omfattar uppgifterna inte personuppgifter."
            " Dataskyddsförordningen hindrar därför inte åtkomsten."
        )
    if not case.grants and not any(map(case.answer, CODES)):
        return ""
    by_answer = _sentences(case)
    open_codes = [code for code in CODES if _is_open(case, code)]
    parts = []
    for code in CODES:
        answer = case.reasoned_answer(code)
        said = by_answer.get((code, answer.answer), "")
        if code in open_codes:
            said = OPEN[code] if case.grants else ""
        parts += [said, sentence(answer.reasons)]
    if fails(case):
        parts.append("Dataskyddsförordningen hindrar därför åtkomsten.")
    elif not open_codes and case.reliance == "valid":
        parts.append("Hinder enligt dataskyddsförordningen finns inte.")
    return paragraph(parts)


def _is_open(case: Case, code: str) -> bool:
    """Not answered; or contradicted: no transfer from a third country, or one from
    within the EEA."""
    answer, country = case.answer(code), case.answer("N9.country")
    if code == "N9.transfer" and answer in ("not_needed", "adequacy", "clauses"):
        return (answer == "not_needed") == (country == "third")
    return not answer


def _sentences(case: Case) -> dict[tuple[str, str], str]:
    """By question and answer; what is as it should be and says nothing is left out."""
    return {
        ("N9.controller", "no"): (
            "Myndigheten är inte personuppgiftsansvarig för uppgifterna."
        ),
        ("N9.processor", "yes"): f"Åtgärden täcks av {_agreement(case)}.",
        ("N9.processor", "no"): (
            f"Åtgärden täcks inte av ett {AGREEMENT} (artikel 28 i"
            " dataskyddsförordningen)."
        ),
        ("N9.country", "eea"): f"Åtgärden utförs inom EES{_country(case, True)}.",
        ("N9.country", "third"): (
            f"Åtkomsten sker från tredje land{_country(case, False)}."
        ),
        ("N9.country", "unknown"): (
            "Det framgår inte var den som ska utföra åtgärden befinner sig."
        ),
        ("N9.entity", "subcontractor"): (
            "Den som utför åtgärden är anställd hos en underleverantör."
        ),
        ("N9.entity", "unknown"): (
            "Det framgår inte vilket bolag som anställer den som ska utföra åtgärden."
        ),
        **_transfers(case),
        ("N9.special", "no"): (
            "Skyddet är inte tillräckligt för de kategorier av personuppgifter som"
            " förekommer."
        ),
    }


def _transfers(case: Case) -> dict[tuple[str, str], str]:
    reference = case.references.transfer
    by = f", {dated(reference)}," if reference else ""
    return {
        ("N9.transfer", "not_needed"): "Någon överföring till tredje land sker inte.",
        ("N9.transfer", "adequacy"): (
            "Överföringen till tredje land stöds på ett beslut om adekvat"
            f" skyddsnivå{by} enligt artikel 45 i dataskyddsförordningen."
        ),
        ("N9.transfer", "clauses"): (
            f"Överföringen till tredje land stöds på standardavtalsklausuler{by} enligt"
            " artikel 46.2 c i dataskyddsförordningen."
        ),
        ("N9.transfer", "none"): (
            f"{case.body} har inte underlag för att överföringen uppfyller kapitel V i"
            " dataskyddsförordningen."
        ),
    }


def _country(case: Case, in_eea: bool) -> str:
    """The country that was asked for, where it is what was answered."""
    request = case.request
    same = request.country and request.is_in_eea == in_eea
    return f" ({request.country})" if same else ""


def _agreement(case: Case) -> str:
    """By its own name, where that says what it is."""
    reference = dated(case.references.agreement)
    if reference.startswith(AGREEMENT):
        return reference.replace(AGREEMENT, f"{AGREEMENT}et", 1)
    return f"ett {AGREEMENT}, {reference}" if reference else f"ett {AGREEMENT}"
