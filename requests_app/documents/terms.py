"""Conditions and reservations of a decision, as its recipient reads them."""

from requests_app.documents.document import ReservationText
from requests_app.models import Decision


def conditions(decision: Decision) -> tuple[str, ...]:
    rows = decision.proposal.conditions.select_related("text")
    return tuple(row.text.text for row in rows)


def reservations(decision: Decision) -> tuple[ReservationText, ...]:
    rows = decision.proposal.reservations.select_related("prohibition")
    return tuple(ReservationText(row.bound, row.prohibition.text) for row in rows)
