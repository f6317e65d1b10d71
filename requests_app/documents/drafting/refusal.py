"""Why a request is refused, where that is not said with the secrecy or the data."""

from requests_app.documents.drafting import grounds, origins, personal_data
from requests_app.documents.drafting.case import Case
from requests_app.documents.drafting.technical import RELIED_ON, standing_assessment
from requests_app.documents.drafting.words import paragraph
from requests_app.models.assessment import Ground

WHY_REFUSED = "[Ange varför begäran avslås.]"
WHY_NOT_HANDED_OUT = (
    "[Ange den sekretess som hindrar att handlingarna lämnas ut; av andra skäl kan"
    " begäran inte avslås.]"
)


def has_obstacle(case: Case) -> bool:
    """Is there a reason to refuse among the answers? Of official documents: is there
    secrecy that bars the disclosure?"""
    if case.is_tf:
        return grounds.fails(case)
    obstacles = (
        grounds.fails(case),
        personal_data.fails(case),
        origins.fails(case),
        case.fails("N10", "N1"),
        case.lacks_treaty_ground,
    )
    return any(obstacles) or case.is_frozen or case.reliance != "valid"


def refusal(case: Case) -> str:
    if case.is_tf:
        return "" if has_obstacle(case) else WHY_NOT_HANDED_OUT
    sentences = _reliance(case)
    if case.is_frozen:
        sentences += ["Nya medgivanden är för närvarande stoppade.", origins.BARS]
    if not has_obstacle(case):
        sentences.append(WHY_REFUSED)
    return paragraph(sentences)


def _reliance(case: Case) -> list[str]:
    """What it means that the standing assessment does not hold: by law where it
    carried the ground or the processing, else by the authority's own order."""
    if case.reliance == "valid":
        return []
    if Ground.TECHNICAL in case.grounds:
        return []  # said with the ground
    own = standing_assessment(case)
    if grounds.fails(case):
        return [own]
    if case.has_personal_data:
        return [
            own,
            f"{case.body} {RELIED_ON[case.reliance]} att kraven i artikel 28 i"
            " dataskyddsförordningen är uppfyllda.",
            origins.BARS,
        ]
    its_order = f"{case.body.lower()}s ordning"
    return [own, f"Åtkomst medges enligt {its_order} inte utan en sådan."]
