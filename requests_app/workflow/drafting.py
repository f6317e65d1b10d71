"""A decision's texts drafted in Swedish from the answers: to be read and changed."""

from typing import NamedTuple

from requests_app.models import Condition, SecrecyReview
from requests_app.workflow.assessment import ConditionTerm
from requests_app.workflow.facts import Basis

Kind = Condition.Kind


class Draft(NamedTuple):
    """Both motivations; only the first may tell what is secret."""

    internal: str
    for_recipient: str


CONDITIONS = {
    Kind.NAMED_OBJECT: "Åtkomsten gäller endast de objekt som anges i beslutet.",
    Kind.NAMED_ENGINEER: "Åtgärden utförs av en tekniker som namnges i förväg.",
    Kind.INSIDE_EEA: "Åtgärden utförs från en plats inom EES.",
    Kind.SCREEN_SHARE: (
        "Åtgärden utförs endast genom skärmdelning med myndighetens personal."
    ),
    Kind.NO_COPYING: (
        "Innehåll får inte kopieras, exporteras eller läsas utöver vad åtgärden"
        " oundvikligen kräver."
    ),
    Kind.ACCOUNT: (
        "En skriftlig redogörelse för åtgärden lämnas inom fem arbetsdagar."
    ),
}
ACCOUNT_DAYS = 5


def condition(kind: str, minutes: int | None) -> ConditionTerm:
    """A standard condition in words."""
    if kind == Kind.DURATION:
        return ConditionTerm(kind, f"Åtkomsten får vara högst {minutes} minuter.")
    days = ACCOUNT_DAYS if kind == Kind.ACCOUNT else None
    return ConditionTerm(kind, CONDITIONS[Kind(kind)], days)


def draft(
    review: SecrecyReview, basis: Basis, outcome: str, minutes: int | None
) -> Draft:
    """Both motivations for this outcome, on what has been answered."""
    return Draft("", "")
