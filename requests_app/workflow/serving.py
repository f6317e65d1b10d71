"""Serving a decision: recorded once, by whoever keeps the case."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.documents.order import provider
from requests_app.models import (
    AccessRequest,
    Decision,
    Outcome,
    Reservation,
    SecrecyReview,
    ServiceOfDecision,
)
from requests_app.models.service_of_decision import is_unserved
from requests_app.workflow import answer, approval
from requests_app.workflow.step import note, save, step
from requests_app.workflow.typed_moment import refuse_outside

SERVABLE = (SecrecyReview.Status.DECIDED, SecrecyReview.Status.CLOSED)


def _is_served(rights: Any, _review: SecrecyReview) -> str:
    if rights.unserved:
        return ""
    return _("There is no decision that has not been served.")


@step(starts_from=SERVABLE, may="serves", hindrance=_is_served)
def serve(
    review: SecrecyReview,
    *,
    by: Any,
    served_at: datetime,
    way: str,
    recipient: str,
) -> ServiceOfDecision:
    """Record when, how and on whom the decision that stands was served. An approval
    that waited for it is ordered, once all who are bound have been served."""
    decision = _unserved(review).get()
    reservation = _reservation_of(decision, recipient)
    text = _("The time lies before the decision, or in the future.")
    refuse_outside("served_at", served_at, decision.decided_at, text)
    service = ServiceOfDecision.objects.create(
        review=review,
        decision=decision,
        reservation=reservation,
        served_at=max(served_at, decision.decided_at),
        way=way,
        recipient=recipient,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    save(review)
    answer.order_answer(review.access_request, by=by)
    note("decision.served", on=review, by=by, way=way)
    return service


def _reservation_of(decision: Decision, recipient: str) -> Reservation | None:
    """The one that binds this person, of those that are not served yet; none for the
    party."""
    if decision.outcome != Outcome.GRANTED_WITH_RESERVATION:
        return None
    if recipient in _party_left(decision):
        return None
    row = approval.unserved(decision).filter(bound=recipient).first()
    if row is None:
        text = _("No reservation that is left to serve binds this person.")
        raise ValidationError({"recipient": text})
    return row


def left_to_serve(review: SecrecyReview) -> list[str]:
    """Whom the decision that stands is for, where it has a reservation, and who has
    not had it: whom that binds, and the party."""
    reserved = _unserved(review).filter(outcome=Outcome.GRANTED_WITH_RESERVATION)
    return [name for row in reserved for name in (*_bound_left(row), *_party_left(row))]


def _bound_left(decision: Decision) -> list[str]:
    rows = approval.unserved(decision).order_by("pk")
    return list(rows.values_list("bound", flat=True))


def _party_left(decision: Decision) -> list[str]:
    """The party is the provider, whoever employs the engineer."""
    is_served = decision.services.filter(reservation=None).exists()
    return [] if is_served else [provider(decision)]


def _unserved(review: SecrecyReview) -> QuerySet[Decision]:
    """The decision that stands, unless it has been served on all that it is for."""
    return review.decisions.current().filter(is_unserved())


def is_awaited(rights: Any, review: SecrecyReview) -> bool:
    """Does the answer wait for the service?"""
    is_open = review.access_request.status in AccessRequest.AWAITING
    if not is_open or rights.unserved != Outcome.GRANTED_WITH_RESERVATION:
        return False
    return any(_bound_left(decision) for decision in _unserved(review))
