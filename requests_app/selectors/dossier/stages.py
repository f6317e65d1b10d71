"""The way of a review in eight stages, and how far it has come."""

from typing import NamedTuple

from requests_app.models import AccessRequest, Delivery, SecrecyReview
from requests_app.models.ladder import LADDER, Stage
from requests_app.selectors.dossier.dossier import Dossier


class StageShown(NamedTuple):
    label: str
    state: str  # "done", "now" or ""


Status = SecrecyReview.Status
RequestStatus = AccessRequest.Status
ANSWERED = (
    RequestStatus.ANSWERED,
    RequestStatus.ACCESS_OPEN,
    RequestStatus.ACCESS_ENDED,
)


def stages(dossier: Dossier) -> list[StageShown]:
    """The way of a review, and how far it has come; none for one that left the way."""
    if _left_the_way(dossier.review):
        return []
    left_out = _left_out(dossier)
    done = stages_done(dossier.review.status, dossier.access_request.status)
    # What never comes is not waited for.
    while done in left_out:
        done += 1
    return [
        StageShown(
            stage.label, "done" if stage < done else "now" if stage == done else ""
        )
        for stage in Stage
        if stage not in left_out
    ]


def _left_out(dossier: Dossier) -> set[Stage]:
    """Stages that a case does not have: it ended without our answer, or the answer
    opened no access."""
    status = dossier.access_request.status
    if status in AccessRequest.AWAITING:
        return set()
    given = Delivery.Status.CONFIRMED
    is_answered = any(row.status == given for row in dossier.deliveries)
    if not is_answered and status not in ANSWERED:
        return {Stage.ANSWER, Stage.ACCESS}
    return set() if dossier.grants else {Stage.ACCESS}


def _left_the_way(review: SecrecyReview) -> bool:
    if review.status == Status.CLOSED:
        return not review.decisions.exists()
    return LADDER[review.status].stage is None


def stages_done(review: str, request: str) -> int:
    """How many of the stages lie behind a review in this state."""
    if review == Status.CLOSED:
        return len(Stage)
    if review != Status.DECIDED:
        return LADDER[review].stage or 0
    if request == RequestStatus.ACCESS_OPEN:
        return Stage.ACCESS
    return Stage.CLOSING if request in ANSWERED else Stage.ANSWER
