"""What the information is or comes from, beside the provisions that are tested."""

from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.words import paragraph, sentence

SENTENCES = {
    ("N5.transferred", "tested"): (
        "Uppgifterna har kommit från en annan myndighet. Vilken sekretess som gäller"
        " för dem här (7 kap. 2 § OSL) har prövats."
    ),
    ("N5.transferred", "untested"): (
        "Uppgifterna har kommit från en annan myndighet, och det är inte utrett vilken"
        " sekretess som gäller för dem (7 kap. 2 § OSL)."
    ),
    ("N5.patient", "met"): (
        "Åtkomsten rör patientuppgifter, och kraven i patientdatalagen (2008:355) är"
        " uppfyllda."
    ),
    ("N5.patient", "unmet"): (
        "Åtkomsten rör patientuppgifter, och det är inte utrett att kraven i"
        " patientdatalagen (2008:355) är uppfyllda."
    ),
    ("N0.foreign", "unclear"): (
        "Det är inte utrett om ett krav från en utländsk myndighet eller domstol ligger"
        " bakom begäran (8 kap. 3 § OSL)."
    ),
    ("N5.care", "others"): (
        "Uppgifterna har gjorts tillgängliga av en annan vård- eller omsorgsgivare"
        " genom sammanhållen vård- och omsorgsdokumentation. Sekretess gäller för dem"
        " enligt 25 kap. 2 § OSL när myndigheten inte får behandla dem, och det"
        " ankommer på den som har gjort dem tillgängliga att pröva om de kan lämnas ut."
    ),
    ("N5.care", "own"): (
        "Uppgifterna är myndighetens egna i sammanhållen vård- och"
        " omsorgsdokumentation. Andra vård- eller omsorgsgivares uppgifter berörs inte."
    ),
    ("N5.care", "unclear"): (
        "Det är inte utrett om uppgifterna har gjorts tillgängliga av en annan vård-"
        " eller omsorgsgivare (25 kap. 2 § OSL)."
    ),
    ("N5.whistle.circle", "outside"): (
        "Den som får åtkomst hör inte till de behöriga personer som enligt lagen"
        " (2021:890) om skydd för personer som rapporterar om missförhållanden får ta"
        " del av uppgifterna."
    ),
    ("N5.whistle", "unclear"): (
        "Det är inte utrett om sådana uppgifter förekommer som avses i 32 kap. 3 b §"
        " OSL."
    ),
}
# As it mostly is: said where somebody has written of it.
SILENT = {
    ("N0.foreign", "no"): (
        "Det har inte kommit fram att en utländsk myndighet eller domstol har krävt"
        " uppgifterna."
    ),
    ("N5.transferred", "no"): "Uppgifterna har inte kommit från en annan myndighet.",
    ("N5.care", "no"): (
        "Uppgifterna är inte tillgängliga genom sammanhållen vård- och"
        " omsorgsdokumentation."
    ),
    ("N5.whistle.circle", "appointed"): (
        "De som får åtkomst är utsedda som behöriga enligt lagen (2021:890)."
    ),
    ("N5.whistle.circle", "unseen"): (
        "Uppgifterna blir inte synliga för den som får åtkomst."
    ),
    ("N5.patient", "no"): "Åtkomsten rör inte patientuppgifter.",
    ("N5.whistle", "no"): "Uppgifter om ett visselblåsarärende förekommer inte.",
    ("N5.whistle", "tested"): (
        "Uppgifter om ett visselblåsarärende kan förekomma, och bestämmelserna om dem"
        " har prövats."
    ),
}
BARS = "Begäran kan därför inte bifallas."
WHY = {
    ("N5.patient", "met"): "[Ange hur kraven är uppfyllda.]",
    ("N5.transferred", "tested"): (
        "[Ange vilken sekretess som kan ha följt med uppgifterna, och vad prövningen"
        " ledde till.]"
    ),
}
FOR_GOOD = {("N5.care", "others"), ("N5.whistle.circle", "outside")}
SECRECY = ("N5.transferred", "N5.care", "N5.whistle", "N5.whistle.circle")
CODES = ("N0.foreign", *SECRECY, "N5.patient")


def fails(case: Case) -> bool:
    return case.fails(*CODES)


def bars_for_good(case: Case) -> bool:
    """Is it known, and not only not found out?"""
    given = {(code, case.answer(code)) for code in CODES}
    return bool(given & FOR_GOOD)


def leave_open(case: Case) -> bool:
    """Is it unknown whether other secrecy applies than what was tried?"""
    return case.fails(*SECRECY)


def bars(case: Case) -> bool:
    """Does a refusal rest on it? Official documents are refused for secrecy."""
    return fails(case) and not case.grants and not case.is_tf


def origins(case: Case) -> str:
    """Where the answers come from; in a refusal only what bars it."""
    parts = []
    for code in SECRECY if case.is_tf else CODES:
        if case.grants or case.fails(code):
            answer = case.reasoned_answer(code)
            given = (code, answer.answer)
            own = sentence(answer.reasons) or WHY.get(given, "")
            silent = SILENT.get(given, "") if own else ""
            parts += [SENTENCES.get(given, silent), own]
    return paragraph([*parts, BARS if bars(case) else ""])
