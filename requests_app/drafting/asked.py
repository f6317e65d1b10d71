"""What is asked for, as sentences name it."""

from requests_app.drafting.case import Case
from requests_app.drafting.words import listed


def objects(case: Case) -> str:
    """Designations, never the provider's names: those can be secret themselves."""
    designations = [*case.request.objects]
    if case.request.unmapped == 1:
        designations.append("ett objekt utan beteckning hos oss")
    elif case.request.unmapped:
        designations.append(f"{case.request.unmapped} objekt utan beteckning hos oss")
    return listed(designations) or "de begärda objekten"


def numbers(case: Case) -> str:
    support = case.request.support_case
    named = f"begäran {case.request.number}"
    return f"{named}, supportärende {support}" if support else named
