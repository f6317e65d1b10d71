"""A demand by a foreign authority or court, made through the provider."""

from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.origins import BARS
from requests_app.documents.drafting.words import paragraph, sentence
from requests_app.words.phrases import listed

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
    bars = "" if case.grants else BARS
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
