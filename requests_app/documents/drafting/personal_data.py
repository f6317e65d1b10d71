"""The paragraph on the data protection regulation (legal.md 1.6)."""

from requests_app.documents.drafting import transfer
from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.words import dated, paragraph, sentence
from requests_app.models.standing_recipient import same_name

CODES = (
    "N9.controller",
    "N9.processor",
    "N9.country",
    "N9.entity",
    "N9.transfer",
    "N9.transfer.certified",
    "N9.transfer.scope",
    "N9.special",
    "N9.dpia",
)
OF_PLACE = ("N9.country", "N9.entity", "N9.transfer")
# Put by some trees, and in some cases only.
SOMETIMES = ("N9.transfer.certified", "N9.transfer.scope", "N9.dpia")
OPEN = {
    "N9.controller": "[Ange om myndigheten är personuppgiftsansvarig.]",
    "N9.processor": "[Ange om åtgärden täcks av ett personuppgiftsbiträdesavtal.]",
    "N9.country": "[Ange från vilket land åtgärden utförs.]",
    "N9.entity": "[Ange vilket bolag som anställer den som utför åtgärden.]",
    "N9.transfer": (
        "[Ange om uppgifter förs över till tredje land och på vilken grund.]"
    ),
    "N9.transfer.certified": "[Ange om mottagaren är certifierad.]",
    "N9.transfer.scope": "[Ange om beslutet om adekvat skyddsnivå gäller uppgifterna.]",
    "N9.special": "[Ange om skyddet är tillräckligt för personuppgifterna.]",
    "N9.dpia": "[Ange om en konsekvensbedömning krävs, och om den finns.]",
}
BARS = "Dataskyddsförordningen hindrar därför åtkomsten."
UNSETTLED = (
    "Det är därför inte klarlagt att åtkomsten är förenlig med dataskyddsförordningen."
)
# Each bars as long as something is unknown, and says no more than that it is.
UNKNOWN = ("N9.country", "N9.entity", "N9.dpia")
NO_DATA = (
    "Enligt myndighetens förteckning omfattar uppgifterna inte personuppgifter."
    " Dataskyddsförordningen hindrar därför inte åtkomsten."
)
NOT_SO = (
    "[Enligt myndighetens förteckning omfattar uppgifterna inte personuppgifter, men"
    " bedömningen rör enskildas personliga förhållanden. Rätta det som är fel.]"
)
ELSEWHERE = "[Begäran anger {}. Ange varför bedömningen är en annan.]"
# As it mostly is: said where somebody has written of it.
SILENT = {
    ("N9.controller", "yes"): "Myndigheten är personuppgiftsansvarig för uppgifterna.",
    ("N9.entity", "provider"): "Den som utför åtgärden är anställd hos leverantören.",
    ("N9.transfer.certified", "not_needed"): "Någon certifiering behövs inte.",
    ("N9.special", "yes"): (
        "Skyddet är tillräckligt för de kategorier av personuppgifter som förekommer."
    ),
    ("N9.dpia", "not_needed"): "Någon konsekvensbedömning krävs inte.",
}
BREACH = "OSL-21-7"
AGREEMENT = "personuppgiftsbiträdesavtal"


def fails(case: Case) -> bool:
    return case.has_personal_data and case.fails(*CODES)


def personal_data(case: Case) -> str:
    """What is answered; a grant leaves a gap for what is not. A refusal says it only
    where it bars."""
    if not case.has_personal_data:
        is_wrong = _is_of_persons(case)
        text = NOT_SO if is_wrong else NO_DATA
        return case.in_own_name(text) if case.grants or is_wrong else ""
    if not (case.grants or fails(case)):
        return ""
    open_codes = {code for code in CODES if _is_open(case, code)}
    unsaid = _unsaid(case)
    stands = case.reliance == "valid" and not case.lacks_treaty_ground
    parts = [_with_reasons(case, code, code in open_codes) for code in CODES]
    lines = [
        part for code, part in zip(CODES, parts, strict=True) if code not in unsaid
    ]
    if fails(case):
        lines.append(bars(case))
    elif stands and not (open_codes or would_breach(case)):
        lines.append("Hinder enligt dataskyddsförordningen finns inte.")
    return paragraph(lines)


def would_breach(case: Case) -> bool:
    """Is it found that the information would be processed in breach of the regulation
    (OSL 21:7)?"""
    return any(row.hinders and row.code == BREACH for row in case.tests)


def _with_reasons(case: Case, code: str, is_open: bool) -> str:
    answer = case.reasoned_answer(code)
    text = _sentences(case).get((code, answer.answer), "")
    own = sentence(answer.reasons) or _unexplained(case, code)
    if own and not text:
        text = case.in_own_name(SILENT.get((code, answer.answer), ""))
    if is_open:
        text = OPEN[code] if case.grants else ""
    return paragraph([text, own])


def bars(case: Case) -> str:
    """What follows of what fails: that it bars, or only that it is not known."""
    known = [code for code in CODES if code not in UNKNOWN]
    return BARS if case.fails(*known) else UNSETTLED


def sentence_on(case: Case, code: str) -> str:
    return _sentences(case).get((code, case.answer(code)), "")


def _is_of_persons(case: Case) -> bool:
    """Is anything found that is about somebody, whatever the register says?"""
    patients = case.answer("N5.patient") in ("met", "unmet")
    return patients or any(row.is_of_persons for row in case.tests if row.hinders)


def _unexplained(case: Case, code: str) -> str:
    """Somewhere else than the application says, or on a ground that nobody names."""
    if code == "N9.transfer":
        return transfer.unexplained(case)
    applied_for = _otherwise(case, code)
    return ELSEWHERE.format(applied_for) if applied_for else ""


def _otherwise(case: Case, code: str) -> str:
    """What the application says, where another country or employer is answered."""
    request = case.request
    if code == "N9.entity" and transfer.is_own_staff_abroad(case):
        is_other = same_name(request.employer) != same_name(request.provider)
        return request.employer.strip() if is_other else ""
    if code == "N9.country" and request.country:
        is_other = case.answer(code) == ("third" if request.is_in_eea else "eea")
        return request.country if is_other else ""
    return ""


def _unsaid(case: Case) -> tuple[str, ...]:
    """Where somebody works, in a refusal, if nobody has said why it is another place:
    nothing hangs on it, and it is not asked."""
    unexplained = any(
        _otherwise(case, code) and not case.reasoned_answer(code).reasons.strip()
        for code in ("N9.country", "N9.entity")
    )
    of_place = ("N9.country", "N9.entity", "N9.transfer")
    return (
        of_place if unexplained and not (case.grants or case.fails(*of_place)) else ()
    )


def _is_open(case: Case, code: str) -> bool:
    """Not answered; or contradicted: no transfer to a third country, or to where
    nobody knows, or one from within the EEA."""
    answer = case.answer(code)
    if code in SOMETIMES:
        return not answer and code in case.questions
    if code == "N9.transfer" and answer in ("not_needed", *transfer.GROUNDS):
        return transfer.is_contradicted(case)
    return not answer


def _sentences(case: Case) -> dict[tuple[str, str], str]:
    """By question and answer; what is as it should be and says nothing is left out."""
    return {
        ("N9.controller", "no"): case.in_own_name(
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
        ("N9.entity", "provider_third"): (
            "Leverantörens avtalsbolag är etablerat i tredje land."
        ),
        ("N9.entity", "group"): (
            "Den som utför åtgärden är anställd hos ett annat bolag i leverantörens"
            " koncern."
        ),
        ("N9.entity", "unknown"): (
            "Det framgår inte vilket bolag som anställer den som ska utföra åtgärden."
        ),
        **transfer.sentences(case),
        ("N9.special", "no"): (
            "Skyddet är inte tillräckligt för de kategorier av personuppgifter som"
            " förekommer."
        ),
        ("N9.dpia", "exists"): (
            "En konsekvensbedömning har gjorts (artikel 35 i dataskyddsförordningen)."
        ),
        ("N9.dpia", "missing"): (
            "Det är inte utrett att kravet på konsekvensbedömning i artikel 35 i"
            " dataskyddsförordningen är uppfyllt."
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
