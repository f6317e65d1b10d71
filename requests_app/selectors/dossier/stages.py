"""The way of a review in eight stages, and how far it has come."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from requests_app.models import AccessRequest, SecrecyReview
from requests_app.selectors.dossier.dossier import Dossier


class Stage(NamedTuple):
    label: str
    state: str  # "done", "now" or ""


Status = SecrecyReview.Status
ACCESS = 6  # of the stages below
LEFT_THE_WAY = (Status.STOPPED, Status.LAPSED, *SecrecyReview.MOVED)


def stages(dossier: Dossier) -> list[Stage]:
    """The way of a review, and how far it has come; none for one that left the way."""
    if _left_the_way(dossier.review):
        return []
    done = _stages_done(dossier.review.status, dossier.access_request.status)
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
    stages = [
        Stage(label, "done" if n < done else "now" if n == done else "")
        for n, label in enumerate(labels)
    ]
    if stages[ACCESS].state == "done" and not dossier.grants:
        del stages[ACCESS]
    return stages


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
    if request == AccessRequest.Status.ACCESS_OPEN:
        return 6
    if request in (AccessRequest.Status.ANSWERED, AccessRequest.Status.ACCESS_ENDED):
        return 7
    return 5
