"""Conditions and reservations of a decision, as its recipient reads them."""

from django.db.models import Prefetch, prefetch_related_objects

from requests_app.documents.as_decided import harm_tests
from requests_app.documents.document import ReservationText
from requests_app.documents.drafting.statutes import OSL_IN_FULL
from requests_app.models import (
    Condition,
    Decision,
    Outcome,
    Proposal,
    Reservation,
)
from requests_app.models.assessment import Ground


def read_terms(proposal: Proposal) -> None:
    """Its conditions with their texts, and its reservations where it has any: once,
    however often it is asked, as terms never change."""
    reservations = Reservation.objects.select_related("prohibition")
    if proposal.outcome != Outcome.GRANTED_WITH_RESERVATION:
        reservations = reservations.none()
    prefetch_related_objects(
        [proposal],
        Prefetch("conditions", Condition.objects.select_related("text")),
        Prefetch("reservations", reservations),
    )


def conditions(decision: Decision) -> tuple[str, ...]:
    return tuple(row.text.text for row in conditions_of(decision))


def conditions_of(decision: Decision) -> list[Condition]:
    read_terms(decision.proposal)
    return list(decision.proposal.conditions.all())


def reserved_by(decision: Decision) -> str:
    """The law it is made under. That a consent asks for it would tell of the consent:
    then the statute alone is named (OSL 12:2 second paragraph)."""
    grounds = [row.ground or decision.ground for row in harm_tests(decision)]
    by_harm = Ground.RESERVATION in grounds
    return f"10 kap. 14 § {OSL_IN_FULL}" if by_harm else OSL_IN_FULL


def reservations(decision: Decision) -> tuple[ReservationText, ...]:
    read_terms(decision.proposal)
    rows = decision.proposal.reservations.all()
    return tuple(ReservationText(row.bound, row.prohibition.text) for row in rows)
