"""Whether personal data go to a third country, and on what (GDPR chapter V)."""

from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.words import dated, paragraph

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
