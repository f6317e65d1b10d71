"""The operative part: what is decided, in the authority's name and to the provider."""

from requests_app.documents.appeal import is_shorter, is_tf
from requests_app.documents.as_decided import asked_for, asked_minutes
from requests_app.documents.drafting.words import span
from requests_app.documents.terms import conditions
from requests_app.models import Decision, Outcome
from requests_app.models.outcome import Meaning
from requests_app.words.addresses import printable

ALL_MUST_GRANT = (
    "Beslutet gäller under förutsättning att övriga berörda myndigheter bifaller"
    " begäran."
)


def order(decision: Decision) -> str:
    """One operative part. The party is the provider, whoever was to do the work."""
    authority = decision.review.authority.name
    party = provider(decision)
    of_documents = "att få ta del av allmänna handlingar"
    request = f"begäran om {of_documents if is_tf(decision) else 'åtkomst'}"
    full_request = f"{_owned_by(party)} {request}"
    sentences = {
        Outcome.GRANTED: [f"{_grants(decision)}."],
        Outcome.GRANTED_WITH_RESERVATION: [f"{_grants(decision)}, med förbehåll."],
        Outcome.PARTIALLY_GRANTED: _partly(decision, full_request),
        Outcome.REFUSED: [f"{authority} avslår {full_request}{_by_others(decision)}."],
        Outcome.DISMISSED: [
            f"{authority} avvisar den {request} som har kommit in i namn av {party}."
        ],
        Outcome.STRUCK_OFF: [f"{authority} avskriver ärendet."],
    }[Outcome(decision.outcome)]
    if decision.outcome in (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION):
        sentences += _less_time(decision)
    if opens_access(decision) and has_others(decision):
        sentences.append(ALL_MUST_GRANT)
    return " ".join(sentences)


def _owned_by(name: str) -> str:
    """The genitive: nothing is added after a sibilant."""
    return name if name[-1:].lower() in "sxz" else f"{name}s"


def provider(decision: Decision) -> str:
    return decision.review.access_request.connection.product.provider.name


def is_refused_as_a_whole(decision: Decision) -> bool:
    """A part could be granted, and the product can only be answered as a whole.
    Official documents are handed out as far as they can be (TF 2:15)."""
    is_partial = decision.outcome == Outcome.PARTIALLY_GRANTED
    return is_partial and decision.answer != Meaning.APPROVE and not is_tf(decision)


def takes_effect(decision: Decision) -> bool:
    return decision.grants and not is_refused_as_a_whole(decision)


def opens_access(decision: Decision) -> bool:
    """For a processor; whoever is handed official documents does as they like."""
    return takes_effect(decision) and not is_tf(decision)


def _grants(decision: Decision) -> str:
    authority, party = decision.review.authority.name, provider(decision)
    if is_tf(decision):
        documents = "de begärda allmänna handlingarna"
        return f"{authority} lämnar ut {documents} till {party} i följande omfattning"
    return f"{authority} medger {party} åtkomst{_terms(decision)}"


def _terms(decision: Decision) -> str:
    on_conditions = " och på följande villkor" if conditions(decision) else ""
    return f" i följande omfattning{on_conditions}"


def _partly(decision: Decision, full_request: str) -> list[str]:
    authority = decision.review.authority.name
    if not is_refused_as_a_whole(decision):
        return [f"{_grants(decision)}.", "I övrigt avslås begäran."]
    scope = decision.granted_scope.strip().rstrip(".")
    time = span(decision.granted_minutes or 0)
    narrower = f"En ny begäran som är begränsad till följande kan prövas: {scope},"
    return [f"{authority} avslår {full_request}. {narrower} under högst {time}."]


def _by_others(decision: Decision) -> str:
    employer = printable(asked_for(decision).employer_entity)
    if is_tf(decision) or not employer or employer == provider(decision):
        return ""
    return f" (åtgärden skulle utföras av {employer})"


def _less_time(decision: Decision) -> list[str]:
    if not is_shorter(decision):
        return []
    minutes, granted = (
        asked_minutes(decision) or 0,
        decision.granted_minutes or 0,
    )
    more = f"Begäran gäller {span(minutes)} och avslås i den del som överstiger"
    return [f"{more} {span(granted)}."]


def has_others(decision: Decision) -> bool:
    review = decision.review
    return review.access_request.reviews.live().exclude(pk=review.pk).exists()
