"""Data, of how texts for secrecy review are drafted: foreign demand, personal data and
transfer."""

from requests_app.cases.review.drafting.case import BARS as BARS_OF_CASE
from requests_app.cases.review.drafting.case import Case
from requests_app.core.words.texts import dated, listed, paragraph, sentence
from requests_app.registers.models.standing import same_name

# A demand by a foreign authority or court, made through the provider.

DEMAND = "Bakom begäran ligger ett krav från en utländsk myndighet eller domstol."
RULE = (
    "Enligt 8 kap. 3 § OSL får en uppgift för vilken sekretess gäller inte röjas för en"
    " utländsk myndighet eller en mellanfolklig organisation, om inte utlämnande sker i"
    " enlighet med särskild föreskrift i lag eller förordning, eller uppgiften i"
    " motsvarande fall skulle få lämnas ut till en svensk myndighet och det enligt den"
    " utlämnande myndighetens prövning står klart att det är förenligt med svenska"
    " intressen att uppgiften lämnas till den utländska myndigheten eller den"
    " mellanfolkliga organisationen."
)
PERSONAL_DATA = (
    "Enligt artikel 48 i dataskyddsförordningen får ett sådant krav på överföring eller"
    " utlämnande av personuppgifter erkännas eller genomföras endast om det grundas på"
    " en internationell överenskommelse, såsom ett fördrag om ömsesidig rättslig hjälp,"
    " mellan det begärande tredjelandet och unionen eller en medlemsstat, utan att"
    " detta påverkar andra grunder för överföring enligt kapitel V."
)
OTHER_DATA = (
    "För uppgifter som inte är personuppgifter ska leverantören själv hindra att de"
    " lämnas ut i strid med unionsrätten eller nationell rätt (artikel 32 i"
    " dataförordningen, (EU) 2023/2854)."
)
NONE = "Det har inte kommit fram att det finns en sådan grund för kravet."
# Neither rule is about what is not secret and holds no personal data.
NOT_BARRED = (
    "[Uppgifterna är inte sekretessbelagda och omfattar inte personuppgifter. Då"
    " hindrar varken 8 kap. 3 § OSL eller artikel 48 i dataskyddsförordningen att de"
    " lämnas ut som allmän handling. Ange varför kravet ändå avslås.]"
)
WHENCE = "[Ange om kravet kommer från ett tredjeland.]"
TO_RECIPIENT = "Kravet uppfyller inte förutsättningarna i {}."


def foreign_demand(case: Case) -> str:
    if not case.is_foreign_demand:
        return ""
    rules = [
        DEMAND,
        "" if _is_open_to_all(case) else RULE,
        _of_personal_data(case, PERSONAL_DATA),
    ]
    if not case.lacks_treaty_ground:
        own = f"Kravet stöds på följande: {case.treaty_ground.strip()}"
        return paragraph([*rules, sentence(own)])
    if _is_open_to_all(case) and not case.has_personal_data:
        return paragraph([DEMAND, NOT_BARRED])
    bars = "" if case.grants else BARS_OF_CASE
    own = sentence(case.reasoned_answer("N0.foreign.told").reasons)
    return paragraph([*rules, NONE, bars, OTHER_DATA, own])


def _is_open_to_all(case: Case) -> bool:
    """Has it been tested, and found not to be secret?"""
    return bool(case.tests) and not case.is_secret


def for_recipient(case: Case) -> str:
    if not case.lacks_treaty_ground:
        return ""
    of_data = _of_personal_data(case, "artikel 48 i dataskyddsförordningen")
    is_open = _is_open_to_all(case)
    if is_open and not of_data:
        return NOT_BARRED
    rules = ["" if is_open else "8 kap. 3 § OSL", of_data]
    named = [rule for rule in rules if rule not in ("", WHENCE)]
    unmet = TO_RECIPIENT.format(listed(named, "eller")) if named else ""
    return paragraph([unmet, WHENCE if of_data == WHENCE else ""])


def _of_personal_data(case: Case, text: str) -> str:
    """Article 48 is of third countries. What is known is where the engineer works: a
    demand on whoever works in the EEA may come from elsewhere, and is asked about."""
    if not case.has_personal_data:
        return ""
    return text if case.request.is_in_third_country else WHENCE


# Whether personal data go to a third country, and on what (GDPR chapter V).

GROUNDS = ("adequacy", "clauses", "bcr")
WHICH_GROUND = "[Ange vilket beslut eller avtal överföringen stöds på.]"
# What clauses and rules of a company can't bind: the authorities of the country
# (EDPB recommendations 01/2020).
LAWS = (
    "[Ange vad som har bedömts om lagstiftningen i mottagarlandet och om ytterligare"
    " skyddsåtgärder behövs.]"
)
# The provider's own staff abroad is nobody else (EDPB guidelines 05/2021).
OWN_STAFF = (
    "Eftersom den som utför åtgärden är anställd hos leverantören själv lämnas"
    " uppgifterna inte till någon annan i tredje land, och någon överföring dit sker"
    " inte."
)


def unexplained(case: Case) -> str:
    """What a grant leaves unexplained: a ground that nobody names, and laws that nobody
    has weighed."""
    ground = case.answer("N9.transfer")
    if not case.grants or ground not in GROUNDS:
        return ""
    binds_companies = ground in ("clauses", "bcr")
    return paragraph(
        [
            WHICH_GROUND if lacks_reference(case) else "",
            LAWS if binds_companies else "",
        ]
    )


def lacks_reference(case: Case) -> bool:
    """Does a transfer rest on something that nobody has named?"""
    return case.answer("N9.transfer") in GROUNDS and not case.references.transfer


def is_own_staff_abroad(case: Case) -> bool:
    """The provider's own staff in a third country: no other company gets anything."""
    abroad = case.answer("N9.country") == "third"
    own = case.answer("N9.entity") == "provider"
    return abroad and own and case.answer("N9.transfer") == "not_needed"


def is_contradicted(case: Case) -> bool:
    """No transfer to a third country, or to where nobody knows; or one from within
    the EEA. Only the provider's own staff can work abroad without, where it is not
    itself established there."""
    employer, country = case.answer("N9.entity"), case.answer("N9.country")
    is_abroad = country == "third"
    if case.answer("N9.transfer") == "not_needed":
        unknown = "unknown" in (employer, country)
        elsewhere = employer == "provider_third"
        return unknown or elsewhere or (is_abroad and employer != "provider")
    return not is_abroad and employer != "provider_third"


def sentences(case: Case) -> dict[tuple[str, str], str]:
    """By question and answer."""
    reference = case.references.transfer
    by = f", {dated(reference)}," if reference else ""
    adequacy = f"ett beslut om adekvat skyddsnivå{by} enligt artikel 45 i"
    tried = case.fails("N9.transfer.certified", "N9.transfer.scope")
    begins = (
        f"Som grund för överföringen till tredje land har prövats {adequacy}"
        if tried
        else f"Överföringen till tredje land stöds på {adequacy}"
    )
    own_staff = is_own_staff_abroad(case)
    return {
        ("N9.transfer", "none"): (
            f"{case.body} har inte underlag för bedömningen att överföringen uppfyller"
            " kapitel V i dataskyddsförordningen."
        ),
        ("N9.transfer", "not_needed"): (
            OWN_STAFF if own_staff else "Någon överföring till tredje land sker inte."
        ),
        ("N9.transfer", "adequacy"): f"{begins} dataskyddsförordningen.",
        ("N9.transfer", "clauses"): (
            f"Överföringen till tredje land stöds på standardavtalsklausuler{by} enligt"
            " artikel 46.2 c i dataskyddsförordningen."
        ),
        ("N9.transfer", "bcr"): (
            f"Överföringen till tredje land stöds på bindande företagsbestämmelser{by}"
            " enligt artiklarna 46.2 b och 47 i dataskyddsförordningen."
        ),
        ("N9.transfer.certified", "yes"): "Mottagaren är certifierad.",
        ("N9.transfer.certified", "no"): (
            "Det är inte klarlagt att mottagaren är certifierad."
        ),
        ("N9.transfer.scope", "yes"): (
            "Beslutet om adekvat skyddsnivå omfattar uppgifterna."
        ),
        ("N9.transfer.scope", "no"): (
            "Beslutet om adekvat skyddsnivå omfattar inte uppgifterna."
        ),
    }


# The paragraph on the data protection regulation (legal.md 1.6).

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
        return unexplained(case)
    applied_for = _otherwise(case, code)
    return ELSEWHERE.format(applied_for) if applied_for else ""


def _otherwise(case: Case, code: str) -> str:
    """What the application says, where another country or employer is answered."""
    request = case.request
    if code == "N9.entity" and is_own_staff_abroad(case):
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
    if code == "N9.transfer" and answer in ("not_needed", *GROUNDS):
        return is_contradicted(case)
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
        **sentences(case),
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
