"""Who says “I take it”: whoever takes part in the review, routes or answers."""

from typing import Any

from requests_app.models import AccessRequest, Delivery, SecrecyReview
from requests_app.permissions.involvement_of import involvement
from requests_app.permissions.steps import can_answer, can_route


def can_take_turn(user: Any, subject: Any) -> bool:
    if isinstance(subject, SecrecyReview):
        return involvement(user, subject).declares
    if isinstance(subject, AccessRequest):
        return can_route(user, subject)
    return isinstance(subject, Delivery) and can_answer(user, subject)
