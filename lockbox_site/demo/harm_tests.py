"""How the people of Exempelstad answer a harm test, where a case says nothing else."""

from requests_app.models import Provision

# What the paragraph asks for beside the harm.
ACCOUNTS = {
    "OSL-18-8": "Uppgifterna visar hur systemen skyddas (punkterna 3 och 4).",
    "OSL-21-3a": "Ärenden där en part har skyddad folkbokföring förekommer.",
    "OSL-39-3-st2": "Myndigheten omfattas av regeringens föreskrifter.",
    "OSL-39-3-st4": "Myndigheten omfattas av regeringens föreskrifter.",
    "OSL-40-7g": "Uppgifterna hänför sig till skolans anmälningar om oro för barn.",
}
# Secrecy towards one person only, who is not the provider.
TOWARDS_ANOTHER = ("OSL-17-2", "OSL-25-7", "OSL-26-5")
NOT_TOWARDS_US = "Sekretessen gäller bara mot den som uppgifterna avser."


def as_a_rule(provision: Provision) -> tuple[str, str]:
    if provision.code in TOWARDS_ANOTHER:
        return "struck", NOT_TOWARDS_US
    if provision.harm_test in ("absolute", "reverse"):
        return "applies", ACCOUNTS.get(provision.code, "")
    return "does_not_apply", "Varken begäran eller objektet tyder på det."


def strictly(provision: Provision) -> tuple[str, str]:
    """Secrecy applies by every provision, for whoever is going to refuse."""
    if provision.code in TOWARDS_ANOTHER or provision.code == "OSL-21-7":
        return as_a_rule(provision)
    account = ACCOUNTS.get(
        provision.code, "Objektet innehåller många sådana uppgifter."
    )
    return "applies", account


def unless_reserved(provision: Provision) -> tuple[str, str]:
    if provision.harm_test == "absolute" or provision.code == "OSL-21-7":
        return as_a_rule(provision)
    if provision.code in TOWARDS_ANOTHER:
        return "struck", NOT_TOWARDS_US
    account = "Uppgifterna kan annars komma att användas för något annat än åtgärden."
    return "applies_unless_reserved", account
