"""The way of a review in eight stages, and how far it has come."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from requests_app.models import AccessRequest, Delivery, SecrecyReview
from requests_app.selectors.dossier.dossier import Dossier


class Stage(NamedTuple):
    label: str
    state: str  # "done", "now" or ""


Status = SecrecyReview.Status
RequestStatus = AccessRequest.Status
ANSWER, ACCESS, CLOSING = 5, 6, 7  # of the stages below
ANSWERED = (
    RequestStatus.ANSWERED,
    RequestStatus.ACCESS_OPEN,
    RequestStatus.ACCESS_ENDED,
)
LEFT_THE_WAY = (Status.STOPPED, Status.LAPSED, *SecrecyReview.MOVED)


def stages(dossier: Dossier) -> list[Stage]:
    """The way of a review, and how far it has come; none for one that left the way."""
    if _left_the_way(dossier.review):
        return []
    left_out = _left_out(dossier)
    done = _stages_done(dossier.review.status, dossier.access_request.status)
    # What never comes is not waited for.
    while done in left_out:
        done += 1
    labels = [
        _("Registration"),
        _("Assignment"),
        _("Assessment"),
        _("Proposal"),
        _("Decision"),
        _("Answer"),
        _("Access"),
        _("Closing"),
    ]
    return [
        Stage(label, "done" if n < done else "now" if n == done else "")
        for n, label in enumerate(labels)
        if n not in left_out
    ]


def _left_out(dossier: Dossier) -> set[int]:
    """Stages that a case does not have: it ended without our answer, or the answer
    opened no access."""
    status = dossier.access_request.status
    if status in AccessRequest.AWAITING:
        return set()
    given = Delivery.Status.CONFIRMED
    is_answered = any(row.status == given for row in dossier.deliveries)
    if not is_answered and status not in ANSWERED:
        return {ANSWER, ACCESS}
    return set() if dossier.grants else {ACCESS}


def _left_the_way(review: SecrecyReview) -> bool:
    if review.status == Status.CLOSED:
        return not review.decisions.exists()
    return review.status in LEFT_THE_WAY


def _stages_done(review: str, request: str) -> int:
    """How many of the eight stages lie behind a review in this state."""
    working = {
        "new": 0,
        "registered": 1,
        "assigned": 2,
        "in_assessment": 2,
        "proposed": 4,
    }
    if review in working:
        return working[review]
    if review == SecrecyReview.Status.CLOSED:
        return 8
    if request == RequestStatus.ACCESS_OPEN:
        return ACCESS
    return CLOSING if request in ANSWERED else ANSWER
