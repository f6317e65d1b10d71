"""Conditions and reservations of a decision, as its recipient reads them."""

from requests_app.documents.document import ReservationText
from requests_app.drafting.statutes import OSL
from requests_app.models import Decision
from requests_app.models.assessment import Ground


def conditions(decision: Decision) -> tuple[str, ...]:
    rows = decision.proposal.conditions.select_related("text")
    return tuple(row.text.text for row in rows)


def reserved_by(decision: Decision) -> str:
    """The law it is made under. That a consent asks for it would tell of the consent:
    then the statute alone is named (OSL 12:2 second paragraph)."""
    by_harm = decision.ground != Ground.CONSENT
    return f"10 kap. 14 § {OSL}" if by_harm else OSL


def reservations(decision: Decision) -> tuple[ReservationText, ...]:
    rows = decision.proposal.reservations.select_related("prohibition")
    return tuple(ReservationText(row.bound, row.prohibition.text) for row in rows)
