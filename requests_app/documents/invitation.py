"""The letter that invites the narrower request, where a part is granted and the
product can only be answered with yes or no to the whole."""

from requests_app.documents.extent import extent
from requests_app.documents.terms import conditions
from requests_app.models import Decision, Outcome
from requests_app.models.decision import Meaning


def invitation(decision: Decision) -> str:
    """A letter in Swedish; empty where none is called for."""
    access_request = decision.review.access_request
    product = access_request.connection.product
    is_part = decision.outcome == Outcome.PARTIALLY_GRANTED
    if not is_part or decision.answer == Meaning.APPROVE:
        return ""
    parts = [
        f"Ni har begärt åtkomst i {access_request}. {decision.review.authority} kan"
        f" medge åtkomst i en mindre omfattning. En begäran i {product} kan bara"
        " godkännas eller nekas i sin helhet, och därför nekas den i tjänsten.",
        "Gör gärna en ny begäran som omfattar högst detta:",
        "\n".join(f"– {label}: {value}" for label, value in extent(decision)),
    ]
    if texts := conditions(decision):
        parts.append("För åtkomsten gäller följande villkor:")
        parts.append("\n".join(f"– {text}" for text in texts))
    parts.append(
        f"Ange vårt diarienummer {decision.review.diary_number} i den nya begäran,"
        " och lägg inte till något utöver omfattningen ovan. Den nya begäran prövas"
        " för sig."
    )
    return "\n\n".join(parts)
