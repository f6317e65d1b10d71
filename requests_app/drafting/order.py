"""What is decided, in a sentence: which part, where only a part is granted."""

from requests_app.drafting.case import Case
from requests_app.drafting.words import listed, paragraph, span
from requests_app.models import Outcome
from requests_app.models.decision import GRANTS

WHICH_PART = "[Ange vilken del som medges.]"
ENDS = {
    Outcome.REFUSED: "Begäran om åtkomst till {what} avslås.",
    Outcome.DISMISSED: "Begäran om åtkomst till {what} avvisas.",
    Outcome.STRUCK_OFF: "Ärendet om åtkomst till {what} avskrivs.",
}


def order(case: Case) -> str:
    what = f"{objects(case)} ({numbers(case)})"
    if case.outcome not in GRANTS:
        return ENDS[Outcome(case.outcome)].format(what=what)
    time = f" under högst {span(case.minutes)}" if case.minutes else ""
    by = " med förbehåll" if case.outcome == Outcome.GRANTED_WITH_RESERVATION else ""
    whom = case.request.employer or case.request.provider
    granted = f"{case.authority} medger {whom} åtkomst till {what}{time}{by}."
    return paragraph([granted, *_partly(case)])


def _partly(case: Case) -> list[str]:
    if case.outcome != Outcome.PARTIALLY_GRANTED:
        return []
    scope = " ".join(case.scope.split()).rstrip(".")
    part = f"Åtkomsten medges endast i följande del: {scope}." if scope else WHICH_PART
    return [part, "I övrigt avslås begäran."]


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
