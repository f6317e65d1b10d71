"""How the people of Exempelstad answer a harm test, where a case says nothing else."""

from requests_app.models import Provision

Result = tuple[str, str]
# What the paragraph asks for beside the harm.
ACCOUNTS = {
    "OSL-18-8": "Uppgifterna visar hur systemen skyddas (punkterna 3 och 4).",
    "OSL-21-3a": "Ärenden där en part har skyddad folkbokföring förekommer.",
    "OSL-39-3-st2": "Myndigheten omfattas av regeringens föreskrifter.",
    "OSL-39-3-st4": "Myndigheten omfattas av regeringens föreskrifter.",
    "OSL-40-7g": "Uppgifterna hänför sig till skolans anmälningar om oro för barn.",
}
WHISTLE = ("OSL-32-3b-st2p1", "OSL-32-3b-st2p2")
STRUCK = {
    "OSL-19-3-st2": "Upphandlingen är avslutad och anbuden offentliga.",
    **dict.fromkeys(WHISTLE, "Åtgärden rör inte sådana uppgifter."),
}


def as_a_rule(provision: Provision) -> Result:
    if provision.code in STRUCK:
        return "struck", STRUCK[provision.code]
    if provision.harm_test in ("absolute", "reverse"):
        return "applies", ACCOUNTS.get(provision.code, "")
    return "does_not_apply", "Varken begäran eller objektet tyder på det."


def strictly(provision: Provision) -> Result:
    """Secrecy applies by every provision, for whoever is going to refuse."""
    if provision.code in STRUCK or provision.code == "OSL-21-7":
        return as_a_rule(provision)
    account = ACCOUNTS.get(
        provision.code, "Objektet innehåller många sådana uppgifter."
    )
    return "applies", account


def unless_reserved(provision: Provision) -> Result:
    if provision.harm_test == "absolute" or provision.code == "OSL-21-7":
        return as_a_rule(provision)
    if provision.code in STRUCK:
        return as_a_rule(provision)
    account = "Uppgifterna kan annars komma att användas för något annat än åtgärden."
    return "applies_unless_reserved", account
