"""The letter that invites the narrower request, where a part is granted and the
product can only be answered with yes or no to the whole."""

from requests_app.documents.extent import extent
from requests_app.documents.order import is_refused_as_a_whole
from requests_app.documents.terms import conditions
from requests_app.models import AccessRequest, Decision, SecrecyReview
from requests_app.words.addresses import printable


def invitation(decision: Decision) -> str:
    """A letter in Swedish; empty where none is called for."""
    access_request = decision.review.access_request
    product = access_request.connection.product
    if not is_refused_as_a_whole(decision):
        return ""
    parts = [
        f"Ni har begärt åtkomst ({_number(access_request)}). En begäran i {product} kan"
        " endast godkännas eller nekas i sin helhet, och begäran nekas därför i"
        " tjänsten.",
        "En ny begäran kan prövas, om den är begränsad till följande:",
        "\n".join(f"– {label}: {value}" for label, value in extent(decision)),
    ]
    if texts := conditions(decision):
        parts.append("Följande villkor är avsedda att gälla för åtkomsten:")
        parts.append("\n".join(f"– {text}" for text in texts))
    parts.append(
        f"Ange vårt diarienummer {decision.review.diary_number} i den nya begäran. Den"
        " prövas för sig."
    )
    return "\n\n".join(parts)


def narrower_invitation(review: SecrecyReview, need: str) -> str:
    """A draft in Swedish, before anything is decided: to ask for no more than what the
    support case needs."""
    access_request = review.access_request
    case = printable(access_request.support_case)
    number = review.diary_number
    of_case = (
        f" Enligt supportärendet {case} behövs:" if case else " Det som behövs är:"
    )
    parts = [
        f"Ni har begärt åtkomst ({_number(access_request)}).{of_case}",
        need.strip(),
        "Begränsa begäran till detta, och skicka den som en ny begäran. Den prövas för"
        " sig. Ingenting är beslutat ännu.",
    ]
    if number:
        parts.append(f"Ange vårt diarienummer {number} i den nya begäran.")
    return "\n\n".join(parts)


def _number(access_request: AccessRequest) -> str:
    return f"begäran {printable(access_request.external_id)}".strip()
